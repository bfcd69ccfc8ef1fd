package store

// This file names what is kept.

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
)

// Digest is a SHA-256: of a file's content, or of what makes a key.
type Digest [sha256.Size]byte

// Sum returns the digest of a content.
func Sum(data []byte) Digest { return sha256.Sum256(data) }

// String returns the digest in hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether there is no digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// ParseDigest reads what String wrote.
func ParseDigest(text string) (d Digest, ok bool) {
	if len(text) != 2*len(d) {
		return d, false
	}
	_, err := hex.Decode(d[:], []byte(text))
	return d, err == nil
}

// Hasher makes a key of texts and digests; where one ends and the next begins counts.
type Hasher struct {
	h hash.Hash
	// text is what is not yet added: many short pieces cost much one by one.
	text []byte
}

// gathered is how many bytes are added at once.
const gathered = 4 << 10

// NewHasher returns a hasher for one kind of key.
func NewHasher(kind string) *Hasher {
	h := &Hasher{h: sha256.New()}
	h.Text(kind)
	return h
}

// Text adds texts.
func (h *Hasher) Text(texts ...string) {
	for _, t := range texts {
		h.text = binary.LittleEndian.AppendUint64(h.text, uint64(len(t)))
		h.text = append(h.text, t...)
		h.add()
	}
}

// Digest adds a digest.
func (h *Hasher) Digest(d Digest) {
	h.text = append(h.text, d[:]...)
	h.add()
}

// add adds what was gathered if it is much.
func (h *Hasher) add() {
	if len(h.text) >= gathered {
		h.flush()
	}
}

func (h *Hasher) flush() {
	h.h.Write(h.text)
	h.text = h.text[:0]
}

// Sum returns the key.
func (h *Hasher) Sum() (d Digest) {
	h.flush()
	h.h.Sum(d[:0])
	return d
}
