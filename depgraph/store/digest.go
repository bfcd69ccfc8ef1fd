package store

// This file names what is kept.

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
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
type Hasher struct{ h hash.Hash }

// NewHasher returns a hasher for one kind of key.
func NewHasher(kind string) *Hasher {
	h := &Hasher{sha256.New()}
	h.Text(kind)
	return h
}

// Text adds texts.
func (h *Hasher) Text(texts ...string) {
	var n [8]byte
	for _, t := range texts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(t)))
		h.h.Write(n[:])
		_, _ = io.WriteString(h.h, t)
	}
}

// Digest adds a digest.
func (h *Hasher) Digest(d Digest) { h.h.Write(d[:]) }

// Sum returns the key.
func (h *Hasher) Sum() (d Digest) {
	h.h.Sum(d[:0])
	return d
}
