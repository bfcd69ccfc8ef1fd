package rules

import (
	"encoding/binary"
	"math/bits"
)

// make keeps its files in a hash table, and some of what it does goes through
// that table from end to end: the order in which intermediate files are removed
// is that of the slots. Scripts compare such lines, so the table is rebuilt here
// when the order is asked for.

// firstSlots is the size of make's table of files in the beginning; it doubles
// when fewer than a sixteenth of the slots are free.
const firstSlots = 1024

// TableOrder returns one file for each name in the order of make's table.
func (db *DB) TableOrder() []*File {
	hash, step := mixedHash, func(string) uint32 { return 1 }
	if db.ShiftHash {
		hash = func(s string) uint32 { return shiftHash(s, 0xf) }
		step = func(s string) uint32 { return shiftHash(s, 7) | 1 }
	}
	slots := make([]*File, firstSlots)
	insert := func(f *File) {
		i := hash(f.HName)
		for slots[i&uint32(len(slots)-1)] != nil {
			i += step(f.HName)
		}
		slots[i&uint32(len(slots)-1)] = f
	}
	n := 0
	for _, f := range db.order {
		if f.renamed != nil || f.DoubleColon != nil && f.DoubleColon != f {
			continue
		}
		insert(f)
		if n++; len(slots)-n >= len(slots)/16 {
			continue
		}
		old := slots
		slots = make([]*File, 2*len(old))
		for _, f := range old {
			if f != nil {
				insert(f)
			}
		}
	}
	out := make([]*File, 0, n)
	for _, f := range slots {
		if f != nil {
			out = append(out, f)
		}
	}
	return out
}

// shiftHash is the hash function of make 4.2: the sum of the bytes, each shifted
// by the low bits of the next.
func shiftHash(s string, mask byte) uint32 {
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

// mixedHash is the hash function of make 4.3 and later, after Bob Jenkins'
// lookup3: three words of state take in the text four bytes at a time.
func mixedHash(s string) uint32 {
	const start = 0xdeadbeef
	state := [3]uint32{start, start, start}
	whole := len(s) / 4
	for i := range whole {
		state[i%3] += binary.LittleEndian.Uint32([]byte(s[4*i : 4*i+4]))
		if i%3 == 2 {
			state = mix(state)
		}
	}
	for i, rest := 0, s[4*whole:]; i < len(rest); i++ {
		state[whole%3] += uint32(rest[i]) << (8 * i)
	}
	a, b, c := state[0], state[1], state[2]
	final := func(to, from *uint32, n int) {
		*to ^= *from
		*to -= bits.RotateLeft32(*from, n)
	}
	final(&c, &b, 14)
	final(&a, &c, 11)
	final(&b, &a, 25)
	final(&c, &b, 16)
	final(&a, &c, 4)
	final(&b, &a, 14)
	final(&c, &b, 24)
	return c + uint32(4*whole)
}

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
