package remote

// This file signs entries and asks for signatures (Ed25519, RFC 8032). Whoever may write to a server decides what its readers
// build; a signature leaves that to those who hold a key. Manifests need none: their facts are a part of the strong key.

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"

	"gokbuild/depgraph/store"
)

// Signer signs entries; nil signs nothing.
type Signer struct{ key ed25519.PrivateKey }

// Trust knows whose entries are believed; nil believes all.
type Trust struct{ keys []ed25519.PublicKey }

// ReadSigner reads a private key, as `openssl genpkey -algorithm ed25519` writes it.
func ReadSigner(file string) (*Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: no key in it", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if own, ok := key.(ed25519.PrivateKey); ok && err == nil {
		return &Signer{own}, nil
	}
	return nil, fmt.Errorf("%s: no private key of Ed25519 in it", file)
}

// ReadTrust reads public keys, one behind the other, as `openssl pkey -pubout` writes them.
func ReadTrust(file string) (*Trust, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t := new(Trust)
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, ok := key.(ed25519.PublicKey)
		if err != nil || !ok {
			return nil, fmt.Errorf("%s: a key that is not a public one of Ed25519", file)
		}
		t.keys = append(t.keys, public)
	}
	if t.keys == nil {
		return nil, fmt.Errorf("%s: no key in it", file)
	}
	return t, nil
}

// signed is what a signature of an entry stands for: its key and its written form, in which the digests of all outputs are.
func signed(strong store.Digest, text []byte) []byte {
	return append(append([]byte("gokbuild 1 entry "), strong[:]...), text...)
}

// sign returns the signature of an entry.
func (s *Signer) sign(strong store.Digest, text []byte) []byte {
	if s == nil {
		return nil
	}
	return ed25519.Sign(s.key, signed(strong, text))
}

// believes says whether an entry is believed.
func (t *Trust) believes(strong store.Digest, text, signature []byte) bool {
	if t == nil {
		return true
	}
	for _, key := range t.keys {
		if ed25519.Verify(key, signed(strong, text), signature) {
			return true
		}
	}
	return false
}
