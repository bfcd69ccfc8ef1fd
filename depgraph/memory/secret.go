package memory

// This file keeps the secret that the memory is signed with, and signs.

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	"gokbuild/depgraph/owner"
	"gokbuild/depgraph/sum"
)

// Secret is what only one user knows. State is signed with it: what somebody else has written, or a folder that was
// downloaded, does not verify.
type Secret [32]byte

const secretName = "secret"

// UserSecret returns the secret of the user, which is kept in the folder of the cache and made when it is first asked
// for. Where that is not possible it is a new one: what this run remembers then serves no other.
func UserSecret(cache string) Secret {
	if cache != "" {
		if s, ok := keptSecret(cache); ok {
			return s
		}
	}
	return newSecret()
}

func newSecret() (s Secret) {
	_, _ = rand.Read(s[:])
	return s
}

func keptSecret(cache string) (Secret, bool) {
	dir, err := owner.OpenDir(cache, true)
	if err != nil {
		return Secret{}, false
	}
	defer dir.Close()
	if dir.Foreign() != "" {
		return Secret{}, false
	}
	if s, ok := readSecret(dir); ok {
		return s, true
	}
	// Two builds may be here at once: whoever comes second takes the first one's.
	s := newSecret()
	tmp := secretName + "." + hex.EncodeToString(s[:8])
	f, err := dir.Open(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return s, false
	}
	_, err = f.Write(s[:])
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		if st, e := dir.Stat(secretName); e == nil && st.Size != int64(len(s)) {
			_ = dir.Remove(secretName)
		}
		err = dir.Link(tmp, secretName)
	}
	_ = dir.Remove(tmp)
	if err != nil {
		return readSecret(dir)
	}
	return s, true
}

func readSecret(dir *owner.Dir) (s Secret, ok bool) {
	f, err := dir.Read(secretName)
	if err != nil {
		return s, false
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() != int64(len(s)) || st.Mode().Perm()&0o077 != 0 {
		return s, false
	}
	_, err = io.ReadFull(f, s[:])
	return s, err == nil && s != Secret{}
}

// key returns the part of the secret that is for one use.
func (s *Secret) key(use string) []byte {
	h := hmac.New(sha256.New, s[:])
	h.Write([]byte(use))
	return h.Sum(nil)
}

// line signs one line of text, for one place.
func (s *Secret) line(place, text string) string {
	h := hmac.New(sha256.New, s[:])
	h.Write([]byte("line\x00" + place + "\x00" + text))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// The parts of a signature of a file.
const (
	nonceSize     = sum.NonceSize
	signatureSize = nonceSize + 16
)

func (s *Secret) sign(data []byte) []byte {
	b := make([]byte, nonceSize, signatureSize)
	_, _ = rand.Read(b)
	return sum.GCM(s.key("memory")).Seal(b, b[:nonceSize], nil, data)
}

// signed takes the signature off its end; ok is false if it is not ours.
func (s *Secret) signed(file []byte) (data []byte, ok bool) {
	n := len(file) - signatureSize
	if n < 0 {
		return nil, false
	}
	data, sig := file[:n], file[n:]
	_, err := sum.GCM(s.key("memory")).Open(nil, sig[:nonceSize], sig[nonceSize:], data)
	return data, err == nil
}
