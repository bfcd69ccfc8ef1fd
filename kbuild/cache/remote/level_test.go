package remote

// This file plays a level over a folder with a server that has faults.

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	remote "github.com/bazelbuild/remote-apis/build/bazel/remote/execution/v2"

	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache/reapi"
	"gokbuild/kbuild/cache/reapi/reapitest"
)

// open returns a level with an empty folder.
func open(t *testing.T, address string, o Options) *Level {
	t.Helper()
	disk, err := store.OpenDisk(filepath.Join(t.TempDir(), "v1"), 1<<30, false)
	if err != nil {
		t.Fatal(err)
	}
	c, err := reapi.Dial(address, reapi.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := New(disk, c, o)
	t.Cleanup(func() { l.Close(context.Background()) })
	return l
}

// work is one result: a small output, a large one, and what was printed.
func work(n int) (weak, strong store.Digest, m *store.Manifest, e *store.Entry, blob []byte) {
	weak = store.Sum([]byte(fmt.Sprint("weak", n)))
	facts := []store.Fact{{Kind: store.Content, Name: fmt.Sprintf("{S}/%d.c", n)}}
	strong = store.Strong(weak, facts, []store.Digest{store.Sum([]byte("x"))})
	m = (*store.Manifest)(nil).Add(store.Set{Facts: facts})
	small, blob := fmt.Appendf(nil, "small %d", n), bytes.Repeat(fmt.Appendf(nil, "large %d ", n), 2000)
	e = &store.Entry{
		Outputs: []store.Output{
			{Name: "{O}/a.o", Mode: 0o644, Size: int64(len(blob)), Digest: store.Sum(blob)},
			{Name: "{O}/a.d", Mode: 0o644, Size: int64(len(small)), Digest: store.Sum(small), Inline: small},
		},
		Printed: []store.Piece{{Err: true, Text: "warning\n"}},
		Origin:  store.Origin{What: "gcc", Took: time.Second},
	}
	return weak, strong, m, e, blob
}

func keep(t *testing.T, l *Level, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		weak, strong, m, e, blob := work(n)
		if err := errors.Join(l.PutBlob(t.Context(), store.Sum(blob), blob), l.PutEntry(t.Context(), strong, e),
			l.PutManifest(t.Context(), weak, m)); err != nil {
			t.Fatal(err)
		}
	}
}

// find looks one result up, and says whether it is whole. What is found and wrong fails the test.
func find(t *testing.T, l *Level, n int) bool {
	t.Helper()
	weak, strong, m, e, blob := work(n)
	got, err := l.Manifest(t.Context(), weak)
	if err != nil {
		if !errors.Is(err, store.ErrMissing) {
			t.Errorf("manifest %d: %v", n, err)
		}
		return false
	}
	if !bytes.Equal(got.Encode(), m.Encode()) {
		t.Errorf("manifest %d: got %+v", n, got)
	}
	entry, err := l.Entry(t.Context(), strong)
	if err != nil {
		if !errors.Is(err, store.ErrMissing) {
			t.Errorf("entry %d: %v", n, err)
		}
		return false
	}
	if !bytes.Equal(entry.Encode(), e.Encode()) {
		t.Errorf("entry %d: got %+v", n, entry)
	}
	data, err := l.Blob(t.Context(), store.Sum(blob))
	if err == nil && !bytes.Equal(data, blob) {
		t.Errorf("blob %d has other bytes", n)
	}
	return err == nil
}

func found(t *testing.T, l *Level, n int) (count int) {
	t.Helper()
	for i := range n {
		if find(t, l, i) {
			count++
		}
	}
	return count
}

func addresses(s *reapitest.Server) map[string]string {
	return map[string]string{"grpc": s.GRPC, "http": s.HTTP}
}

func TestShared(t *testing.T) {
	for protocol := range addresses(&reapitest.Server{}) {
		t.Run(protocol, func(t *testing.T) {
			s := reapitest.Start(t)
			address := addresses(s)[protocol]
			writer := open(t, address, Options{Write: true})
			keep(t, writer, 0, 12)
			writer.Close(t.Context())
			if got := writer.Stats(); got.Sent != 12 || got.Unsent != 0 {
				t.Errorf("of 12 entries: %+v", got)
			}
			reader := open(t, address, Options{})
			if n := found(t, reader, 13); n != 12 {
				t.Errorf("%d of 12 found", n)
			}
			if got := reader.Stats(); got.Hits != 12 || got.Misses != 1 || got.Failed != 0 {
				t.Errorf("after 12 and one that is not there: %+v", got)
			}
			// Now they are here.
			s.Set(reapitest.Faults{Garbled: true})
			if n := found(t, reader, 12); n != 12 {
				t.Errorf("%d of 12 found a second time", n)
			}
			// A reader writes nothing.
			before, _ := s.Size()
			keep(t, reader, 50, 60)
			reader.Close(t.Context())
			if after, _ := s.Size(); after != before {
				t.Errorf("a reader has written %d results", after-before)
			}
		})
	}
}

// TestManifests: what two writers found is merged.
func TestManifests(t *testing.T) {
	s := reapitest.Start(t)
	weak := store.Sum([]byte("weak"))
	set := func(name string) store.Set {
		return store.Set{Facts: []store.Fact{{Kind: store.Content, Name: name}}}
	}
	for _, name := range []string{"one", "two"} {
		w := open(t, s.GRPC, Options{Write: true})
		if err := w.PutManifest(t.Context(), weak, (*store.Manifest)(nil).Add(set(name))); err != nil {
			t.Fatal(err)
		}
		w.Close(t.Context())
	}
	r := open(t, s.GRPC, Options{})
	if err := r.PutManifest(t.Context(), weak, (*store.Manifest)(nil).Add(set("own"))); err != nil {
		t.Fatal(err)
	}
	if m, err := r.Manifest(t.Context(), weak); err != nil || len(m.Sets) != 1 {
		t.Errorf("what is here is not asked there: %+v, %v", m, err)
	}
	m, err := r.MoreManifest(t.Context(), weak)
	if err != nil || len(m.Sets) != 3 || m.Sets[0].Facts[0].Name != "own" || m.Sets[1].Facts[0].Name != "two" {
		t.Errorf("merged: %+v, %v", m, err)
	}
}

// TestFaults: whatever is wrong with a server, nothing wrong is found, and little time is lost.
func TestFaults(t *testing.T) {
	const all = 16
	tests := []struct {
		name        string
		faults      reapitest.Faults
		least, most int // how many are found
		said        int // how often it was said that the server is off; -1 may be either
	}{
		{"sound", reapitest.Faults{}, all, all, 0},
		{"digests only", reapitest.Faults{NoRaw: true}, all, all, 0},
		{"slow", reapitest.Faults{Slow: 10 * time.Second}, 0, 0, 1},
		{"lying", reapitest.Faults{Lying: true}, 0, 0, 1},
		{"forgetful", reapitest.Faults{Forgetful: true}, 0, 0, -1},
		{"garbled", reapitest.Faults{Garbled: true}, 0, 0, 1},
		{"killed at half", reapitest.Faults{DieAfter: 24}, 4, 10, 1},
	}
	for _, test := range tests {
		for protocol := range addresses(&reapitest.Server{}) {
			t.Run(test.name+" "+protocol, func(t *testing.T) {
				t.Parallel()
				s := reapitest.Start(t)
				w := open(t, addresses(s)[protocol], Options{Write: true})
				keep(t, w, 0, all)
				w.Close(t.Context())
				var said []string
				r := open(t, addresses(s)[protocol], Options{Write: true, Say: func(text string) { said = append(said, text) }})
				s.Set(test.faults)
				n := found(t, r, all)
				keep(t, r, 100, 110)
				r.Close(t.Context())
				if r.budget.lost > 2*time.Second {
					t.Errorf("%v were lost", r.budget.lost)
				}
				if n < test.least || n > test.most {
					t.Errorf("%d of %d found", n, all)
				}
				if test.said >= 0 && len(said) != test.said {
					t.Errorf("said %q", said)
				}
			})
		}
	}
}

// TestDown: nobody listens.
func TestDown(t *testing.T) {
	s := reapitest.Start(t)
	s.Stop()
	said := 0
	l := open(t, s.GRPC, Options{Write: true, Say: func(string) { said++ }})
	keep(t, l, 0, 20)
	if n := found(t, l, 100); n != 20 {
		t.Errorf("%d of 20 found that are here", n)
	}
	l.Close(t.Context())
	if l.budget.lost > time.Second || said != 1 {
		t.Errorf("%v were lost; said %d times", l.budget.lost, said)
	}
}

// TestFull: what the server does not take stays here.
func TestFull(t *testing.T) {
	s := reapitest.Start(t)
	s.Set(reapitest.Faults{Full: true})
	l := open(t, s.GRPC, Options{Write: true})
	keep(t, l, 0, 20)
	l.Close(t.Context())
	if got := l.Stats(); got.Sent != 0 || got.Unsent != 20 {
		t.Errorf("of 20: %+v", got)
	}
	if n := found(t, l, 20); n != 20 {
		t.Errorf("%d of 20 found", n)
	}
}

// TestSecrets: a private key never leaves.
func TestSecrets(t *testing.T) {
	s := reapitest.Start(t)
	l := open(t, s.GRPC, Options{Write: true})
	key := []byte("-----BEGIN PRIVATE KEY-----\n")
	large := append(key, make([]byte, 8000)...)
	for i, o := range []store.Output{
		{Name: "{O}/k", Size: int64(len(key)), Digest: store.Sum(key), Inline: key},
		{Name: "{O}/k", Size: int64(len(large)), Digest: store.Sum(large)},
	} {
		if err := errors.Join(l.PutBlob(t.Context(), store.Sum(large), large),
			l.PutEntry(t.Context(), store.Digest{byte(i)}, &store.Entry{Outputs: []store.Output{o}})); err != nil {
			t.Fatal(err)
		}
	}
	l.Close(t.Context())
	if results, blobs := s.Size(); results != 0 || blobs != 0 {
		t.Errorf("%d results and %d blobs have left", results, blobs)
	}
}

func writePEM(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestTrust: only what is signed by a key of the list is found.
func TestTrust(t *testing.T) {
	pair := func() (*Signer, *Trust) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(private)
		signer, err := ReadSigner(writePEM(t, "PRIVATE KEY", der, err))
		if err != nil {
			t.Fatal(err)
		}
		der, err = x509.MarshalPKIXPublicKey(public)
		trust, err := ReadTrust(writePEM(t, "PUBLIC KEY", der, err))
		if err != nil {
			t.Fatal(err)
		}
		return signer, trust
	}
	sign, trust := pair()
	foreign, _ := pair()
	tests := []struct {
		name   string
		signer *Signer
		alter  bool
		want   int
	}{{"signed", sign, false, 3}, {"not signed", nil, false, 0}, {"signed by another", foreign, false, 0}, {"altered", sign, true, 0}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := reapitest.Start(t)
			w := open(t, s.GRPC, Options{Write: true, Sign: test.signer})
			keep(t, w, 0, 3)
			w.Close(t.Context())
			if test.alter {
				_, _, _, e, _ := work(77)
				s.Results(func(r *remote.ActionResult) {
					if r.StderrDigest != nil {
						r.StdoutDigest = s.Put(e.Encode())
					}
				})
			}
			if n := found(t, open(t, s.GRPC, Options{Trust: trust}), 3); n != test.want {
				t.Errorf("%d of 3 found", n)
			}
		})
	}
}

func TestBreaker(t *testing.T) {
	now := time.Unix(0, 0)
	said := 0
	b := &breaker{now: func() time.Time { return now }, say: func(string) { said++ }}
	bad := errors.New("bad")
	steps := []struct {
		wait  time.Duration
		err   error
		allow bool
	}{
		{0, bad, true}, {0, bad, true}, {0, reapi.ErrNotFound, true}, // that ends the row
		{0, bad, true}, {0, bad, true}, {0, bad, true},
		{0, nil, false}, {pause - 1, nil, false},
		{1, nil, true}, // the question after the pause is answered
		{0, bad, true}, {0, bad, true}, {0, bad, true},
		{pause, bad, true}, // this one is not
		{0, nil, false}, {10 * pause, nil, false},
	}
	for i, step := range steps {
		now = now.Add(step.wait)
		if got := b.allow(); got != step.allow {
			t.Fatalf("step %d: %v", i, got)
		}
		if step.allow {
			b.done(step.err)
		}
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
}

func TestBudget(t *testing.T) {
	now := time.Unix(0, 0)
	b := &budget{now: func() time.Time { return now }, start: now}
	b.spent(wasted-1, 0)
	if !b.left() {
		t.Error("something was left")
	}
	b.spent(1, 0)
	if b.left() {
		t.Error("nothing was left")
	}
	now = now.Add(time.Minute)
	if !b.left() {
		t.Error("a longer build has more to lose")
	}
	b.spent(time.Minute, 0)
	b.spent(time.Millisecond, time.Hour)
	if !b.left() {
		t.Error("who saves much has more to lose")
	}
}
