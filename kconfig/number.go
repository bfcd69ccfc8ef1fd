package kconfig

import (
	"math"
	"strconv"
)

// Numbers as the C library reads them.

// strtoull reads a number in the given base (0: by prefix) and returns how many bytes it took. Signed numbers are
// returned as their two's complement. ok is false on overflow.
func strtoull(s string, base int, signed bool) (v uint64, n int, ok bool) {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	hex := i+2 < len(s) && s[i] == '0' && (s[i+1] == 'x' || s[i+1] == 'X') && isHexDigit(s[i+2])
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

// strtoll reads a signed number, zero when there is none, the nearest limit on overflow.
func strtoll(s string, base int) int64 {
	v, _, _ := strtoull(s, base, true)
	return int64(v)
}

func formatNumber(v int64, t Type) string {
	if t == Hex {
		return "0x" + strconv.FormatUint(uint64(v), 16)
	}
	return strconv.FormatInt(v, 10)
}

// validText reports whether text is a value that a symbol of the type can have.
func validText(t Type, s string) bool {
	switch t {
	case String:
		return true
	case Int:
		if s != "" && s[0] == '-' {
			s = s[1:]
		}
		if s == "" || s[0] == '0' && len(s) > 1 {
			return false
		}
		for i := 0; i < len(s); i++ {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		}
		return true
	case Hex:
		if len(s) >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
			s = s[2:]
		}
		if s == "" {
			return false
		}
		for i := 0; i < len(s); i++ {
			if !isHexDigit(s[i]) {
				return false
			}
		}
		return true
	case Bool, TristateType:
		if s == "" {
			return false
		}
		switch s[0] {
		case 'y', 'Y', 'm', 'M', 'n', 'N':
			return true
		}
	}
	return false
}
