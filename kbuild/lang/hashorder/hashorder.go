// Package hashorder answers in which order make goes through its tables of files
// and variables.
//
// make keeps both in hash tables with open addressing, and some of what it does
// follows the slots: intermediate files are removed in that order, $(.VARIABLES)
// lists names in it, and so does the data base of -p. Scripts compare such text,
// so the order is worked out here when it is asked for.
package hashorder

import (
	"encoding/binary"
	"math/bits"
)

// A Hash places keys: at the first function's slot, and as long as that is taken
// the second function's number further.
type Hash struct {
	place, step func(string) uint32
}

// Files is the hash of the table of files, Names that of tables of variables; old
// is set for make 4.2.
func Files(old bool) Hash {
	if old {
		return shifting
	}
	return Hash{mixText, one}
}

// Names is the hash of tables of variables.
func Names(old bool) Hash {
	if old {
		return shifting
	}
	return Hash{mixName, one}
}

func one(string) uint32 { return 1 }

// shifting is the hash of make 4.2.
var shifting = Hash{
	func(s string) uint32 { return shift(s, 0xf) },
	func(s string) uint32 { return shift(s, 7) | 1 },
}

// Sizes of tables in the beginning: that of the table of files and of the global
// variables, and that of a target's variables. A table doubles when fewer than a
// sixteenth of the slots are free.
const (
	Global = 1024
	Target = 32
)

// Order returns the indices of n keys, given in the order in which they were
// entered, in the order of a table that began with slots slots.
func Order(n, slots int, h Hash, key func(int) string) []int {
	table := make([]int32, slots)
	insert := func(i int) {
		k := key(i)
		at, mask := h.place(k), uint32(len(table)-1)
		for table[at&mask] != 0 {
			at += h.step(k)
		}
		table[at&mask] = int32(i) + 1
	}
	for i := range n {
		insert(i)
		if len(table)-i-1 >= len(table)/16 {
			continue
		}
		old := table
		table = make([]int32, 2*len(old))
		for _, i := range old {
			if i != 0 {
				insert(int(i) - 1)
			}
		}
	}
	order := make([]int, 0, n)
	for _, i := range table {
		if i != 0 {
			order = append(order, int(i)-1)
		}
	}
	return order
}

// shift is the sum of the bytes, each shifted by the low bits of the next.
func shift(s string, mask byte) uint32 {
	sum := uint32(0)
	for i := range len(s) {
		next := byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		sum += uint32(s[i]) << (next & mask)
	}
	return sum
}

// The functions of make 4.3 and later are after Bob Jenkins' lookup3: three words
// of state take in the text four bytes at a time.
const start = 0xdeadbeef

// mixText is for text that ends somewhere: it is taken in to its end.
func mixText(s string) uint32 {
	state := [3]uint32{start, start, start}
	whole := len(s) / 4
	for i := range whole {
		state[i%3] += word(s[4*i:])
		if i%3 == 2 {
			state = mix(state)
		}
	}
	for i, rest := 0, s[4*whole:]; i < len(rest); i++ {
		state[whole%3] += uint32(rest[i]) << (8 * i)
	}
	return last(state) + uint32(4*whole)
}

// mixName is for text of known length: the last word always goes to the end of
// the state.
func mixName(s string) uint32 {
	n := start + uint32(len(s))
	state := [3]uint32{n, n, n}
	for len(s) > 12 {
		for i := range state {
			state[i] += word(s[4*i:])
		}
		state = mix(state)
		s = s[12:]
	}
	if s == "" {
		return state[2]
	}
	if len(s) > 8 {
		state[0] += word(s)
		s = s[4:]
	}
	if len(s) > 4 {
		state[1] += word(s)
		s = s[4:]
	}
	for i := range len(s) {
		state[2] += uint32(s[i]) << (8 * i)
	}
	return last(state)
}

func word(s string) uint32 { return binary.LittleEndian.Uint32([]byte(s[:4])) }

// mix stirs the state; every bit of it affects many others.
func mix(s [3]uint32) [3]uint32 {
	for i, n := range [...]int{4, 6, 8, 16, 19, 4} {
		a, b, c := &s[i%3], &s[(i+1)%3], &s[(i+2)%3]
		*a -= *c
		*a ^= bits.RotateLeft32(*c, n)
		*c += *b
	}
	return s
}

// last makes one word of the state.
func last(s [3]uint32) uint32 {
	for i, n := range [...]int{14, 11, 25, 16, 4, 14, 24} {
		to, from := &s[(i+2)%3], &s[(i+1)%3]
		*to ^= *from
		*to -= bits.RotateLeft32(*from, n)
	}
	return s[2]
}
