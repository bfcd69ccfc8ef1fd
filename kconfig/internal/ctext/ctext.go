// Package ctext answers: how does the C library read a text? It holds the numbers, character classes and string ends
// that the C tools of a tree get from libc.
package ctext

import (
	"bytes"
	"math"
)

// Strtoull reads a number in the given base (0: by prefix) and returns how many bytes it took. Signed numbers are
// returned as their two's complement. ok is false on overflow.
func Strtoull(s string, base int, signed bool) (v uint64, n int, ok bool) {
	i := 0
	for i < len(s) && IsSpace(s[i]) {
		i++
	}
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	hex := i+2 < len(s) && s[i] == '0' && (s[i+1] == 'x' || s[i+1] == 'X') && IsHexDigit(s[i+2])
	switch {
	case hex && (base == 0 || base == 16):
		i += 2
		base = 16
	case base == 0 && i < len(s) && s[i] == '0':
		base = 8
	case base == 0:
		base = 10
	}
	start := i
	ok = true
	for ; i < len(s); i++ {
		d := digit(s[i])
		if d >= base {
			break
		}
		if v > (math.MaxUint64-uint64(d))/uint64(base) {
			ok = false
			continue
		}
		v = v*uint64(base) + uint64(d)
	}
	if i == start {
		return 0, 0, true
	}
	if signed {
		switch {
		case neg && (!ok || v > 1<<63):
			return 1 << 63, i, false
		case !neg && (!ok || v > math.MaxInt64):
			return math.MaxInt64, i, false
		}
	} else if !ok {
		return math.MaxUint64, i, false
	}
	if neg {
		v = -v
	}
	return v, i, ok
}

func digit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'z':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'Z':
		return int(b-'A') + 10
	}
	return 99
}

// Strtoll reads a signed number, zero when there is none, the nearest limit on overflow.
func Strtoll(s string, base int) int64 {
	v, _, _ := Strtoull(s, base, true)
	return int64(v)
}

// Atoi reads a leading decimal number as C's atoi does.
func Atoi(s string) int {
	for len(s) > 0 && IsSpace(s[0]) {
		s = s[1:]
	}
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	n := 0
	for _, ch := range []byte(s) {
		if ch < '0' || ch > '9' {
			break
		}
		if n = n*10 + int(ch-'0'); n > 1<<31 {
			n = 1 << 31
		}
	}
	if neg {
		n = -n
	}
	return int(int32(n))
}

// Spaces are the bytes for which IsSpace holds.
const Spaces = " \t\n\v\f\r"

// IsSpace is isspace of the C locale.
func IsSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

// IsHexDigit is isxdigit.
func IsHexDigit(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F'
}

// CString is the part of a text that a C string keeps.
func CString(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

// wordByte tells the bytes of words: letters, digits, _ and -.
var WordByte = func() (t [256]bool) {
	for i := range t {
		b := byte(i)
		t[i] = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '-'
	}
	return
}()
