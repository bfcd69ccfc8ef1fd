// Package sum answers one question: are these texts the same, where somebody may have prepared others that look like
// them?
package sum

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strings"
)

// Key names texts.
type Key [16]byte

// Of makes a key from texts; where one ends and the next begins counts. Nobody can write down other texts of the same
// key.
func Of(texts ...string) Key {
	h := sha256.New()
	var n [8]byte
	for _, t := range texts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(t)))
		h.Write(n[:])
		io.WriteString(h, t)
	}
	var sum [sha256.Size]byte
	return Key(h.Sum(sum[:0])[:16])
}

// GCM is the cipher of a key of 32 bytes. What it says of data that it does not encrypt is a signature, as quick as a
// checksum.
func GCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key has not 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// Seed makes sums other ones than those of any other seed.
type Seed [32]byte

// NewSeed returns a seed that nobody can guess.
func NewSeed() (s Seed) {
	_, _ = rand.Read(s[:])
	return s
}

// Hasher makes short sums of a seed. Who does not know it cannot prepare two texts of the same sum.
type Hasher struct {
	seed Seed
	aead cipher.AEAD
}

// NewHasher returns the hasher of a seed.
func NewHasher(seed Seed) *Hasher { return &Hasher{seed, GCM(seed[:])} }

// Seed returns the seed.
func (h *Hasher) Seed() Seed { return h.seed }

// NonceSize is the size of what must be another one for each use of one key of [GCM].
const NonceSize = 12

// Of one seed there are sums of texts and sums of sums: those of files that are read in pieces.
var (
	ofText = [NonceSize]byte{1}
	ofSums = [NonceSize]byte{2}
)

// Text returns the sum of a text.
func (h *Hasher) Text(s string) uint64 { return first(h.sum(&ofText, []byte(s))) }

func (h *Hasher) sum(use *[NonceSize]byte, data []byte) (sum [16]byte) {
	h.aead.Seal(sum[:0], use[:], nil, data)
	return sum
}

func first(sum [16]byte) uint64 { return binary.BigEndian.Uint64(sum[:]) }

// Contents adds up what a reader gives, in pieces of the size of the buffer. has tells whether it begins with a text.
func (h *Hasher) Contents(r io.Reader, buf []byte, begins string) (v uint64, has bool, err error) {
	var sums []byte
	for {
		n, err := io.ReadFull(r, buf)
		last := err == io.EOF || err == io.ErrUnexpectedEOF
		if err != nil && !last {
			return 0, false, err
		}
		if len(sums) == 0 {
			has = strings.HasPrefix(string(buf[:min(n, len(begins))]), begins)
			if last {
				return first(h.sum(&ofText, buf[:n])), has, nil
			}
		}
		if n > 0 {
			sum := h.sum(&ofText, buf[:n])
			sums = append(sums, sum[:]...)
		}
		if last {
			return first(h.sum(&ofSums, sums)), has, nil
		}
	}
}
