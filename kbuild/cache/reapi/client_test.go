package reapi_test

// This file has the client speak with a server that is built from the field's own definitions.

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gokbuild/kbuild/cache/reapi"
	"gokbuild/kbuild/cache/reapi/reapitest"
)

func dial(t *testing.T, address string) reapi.Cache {
	t.Helper()
	c, err := reapi.Dial(address, reapi.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// both runs a test with a client of each of the protocols.
func both(t *testing.T, do func(t *testing.T, s *reapitest.Server, c reapi.Cache)) {
	t.Run("grpc", func(t *testing.T) {
		s := reapitest.Start(t)
		do(t, s, dial(t, s.GRPC))
	})
	t.Run("http", func(t *testing.T) {
		s := reapitest.Start(t)
		do(t, s, dial(t, s.HTTP))
	})
}

// someBlobs are of all sizes: empty, small, compressible or not, and too large for one message.
func someBlobs() []reapi.Blob {
	mark := []byte(rand.Text())
	var blobs []reapi.Blob
	for _, n := range []int{0, 1, 100, 5_000, 200_000, 1_500_000, 1_500_000, 5_000_000} {
		random, plain := make([]byte, n), bytes.Repeat(append(mark, byte(n)), n/len(mark))
		rand.Read(random)
		blobs = append(blobs, reapi.Blob{Digest: reapi.Sum(random), Data: random}, reapi.Blob{Digest: reapi.Sum(plain), Data: plain})
	}
	return blobs
}

func digests(blobs []reapi.Blob) []reapi.Digest {
	var all []reapi.Digest
	for _, b := range blobs {
		all = append(all, b.Digest)
	}
	return all
}

func TestBlobs(t *testing.T) {
	both(t, func(t *testing.T, _ *reapitest.Server, c reapi.Cache) { storeAndRead(t, c) })
}

func storeAndRead(t *testing.T, c reapi.Cache) {
	t.Helper()
	ctx := t.Context()
	blobs := someBlobs()
	if missing, err := c.FindMissing(ctx, digests(blobs[6:])); err != nil || len(missing) != len(blobs)-6 {
		t.Fatalf("of %d blobs %d were missing, %v", len(blobs)-6, len(missing), err)
	}
	if err := c.Write(ctx, blobs); err != nil {
		t.Fatal(err)
	}
	if missing, err := c.FindMissing(ctx, digests(blobs)); err != nil || len(missing) != 0 {
		t.Fatalf("stored, and missing: %v, %v", missing, err)
	}
	wanted := append(digests(blobs), reapi.Sum([]byte("never stored")))
	found, err := c.Read(ctx, wanted)
	if err != nil || len(found) != len(blobs) {
		t.Fatalf("of %d blobs %d were read, %v", len(blobs), len(found), err)
	}
	for _, b := range found {
		if reapi.Sum(b.Data) != b.Digest {
			t.Errorf("%s has other bytes", b.Digest)
		}
	}
}

func TestResults(t *testing.T) {
	both(t, func(t *testing.T, _ *reapitest.Server, c reapi.Cache) { storeAndAsk(t, c) })
}

func storeAndAsk(t *testing.T, c reapi.Cache) {
	t.Helper()
	ctx := t.Context()
	action, data, printed := []byte(rand.Text()), []byte(rand.Text()), []byte("  CC x\n")
	action = reapi.Marshal(&reapi.Action{Salt: action})
	key := reapi.Sum(action)
	if _, err := c.GetActionResult(ctx, key); !errors.Is(err, reapi.ErrNotFound) {
		t.Fatalf("a result that nobody stored: %v", err)
	}
	blobs := []reapi.Blob{{Digest: reapi.Sum(data), Data: data}, {Digest: reapi.Sum(printed), Data: printed},
		{Digest: key, Data: action}}
	if err := c.Write(ctx, blobs); err != nil {
		t.Fatal(err)
	}
	put := &reapi.ActionResult{Stdout: reapi.Sum(printed),
		OutputFiles: []reapi.OutputFile{{Path: "a/b.o", Digest: reapi.Sum(data), Executable: true}}}
	if c.TakesRaw() {
		put.StdoutRaw, put.Stdout = printed, reapi.Digest{}
	}
	if err := c.UpdateActionResult(ctx, key, put); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetActionResult(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.StdoutRaw) != string(printed) && got.Stdout != reapi.Sum(printed) {
		t.Errorf("printed %q, got %+v", printed, got)
	}
	if !slices.EqualFunc(got.OutputFiles, put.OutputFiles, func(a, b reapi.OutputFile) bool {
		return a.Path == b.Path && a.Digest == b.Digest && a.Executable == b.Executable
	}) {
		t.Errorf("stored %+v, got %+v", put, got)
	}
}

// TestRaw: a server may give standard output as bytes or as a digest, and takes a digest only.
func TestRaw(t *testing.T) {
	s := reapitest.Start(t)
	c := dial(t, s.GRPC)
	key, text := reapi.Sum([]byte("k")), []byte("text")
	s.Put([]byte("k"))
	if err := c.UpdateActionResult(t.Context(), key, &reapi.ActionResult{StdoutRaw: text}); err == nil {
		t.Error("bytes are taken")
	}
	s.Put(text)
	if err := c.UpdateActionResult(t.Context(), key, &reapi.ActionResult{Stdout: reapi.Sum(text)}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.GetActionResult(t.Context(), key); err != nil || string(got.StdoutRaw) != "text" {
		t.Errorf("got %+v, %v", got, err)
	}
	s.Set(reapitest.Faults{NoRaw: true})
	if got, err := c.GetActionResult(t.Context(), key); err != nil || got.StdoutRaw != nil || got.Stdout != reapi.Sum(text) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestFaults(t *testing.T) {
	both(t, func(t *testing.T, s *reapitest.Server, c reapi.Cache) {
		blobs := someBlobs()
		if err := c.Write(t.Context(), blobs); err != nil {
			t.Fatal(err)
		}
		wanted := digests(blobs)
		s.Set(reapitest.Faults{Lying: true})
		found, err := c.Read(t.Context(), wanted)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range found {
			if len(b.Data) > 0 {
				t.Errorf("wrong bytes were taken for %s", b.Digest)
			}
		}
		s.Set(reapitest.Faults{Forgetful: true})
		if found, err := c.Read(t.Context(), wanted); err != nil || len(found) > 0 {
			t.Errorf("found %d blobs that are not there, %v", len(found), err)
		}
		s.Set(reapitest.Faults{Full: true})
		if err := c.Write(t.Context(), []reapi.Blob{{Digest: reapi.Sum([]byte("new")), Data: []byte("new")}}); err == nil {
			t.Error("a full server took a blob")
		}
		s.Set(reapitest.Faults{Garbled: true})
		if r, err := c.GetActionResult(t.Context(), reapi.Sum([]byte("x"))); err == nil {
			t.Errorf("garbage is a result: %+v", r)
		}
		s.Set(reapitest.Faults{Slow: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if r, err := c.GetActionResult(ctx, reapi.Sum([]byte("x"))); err == nil {
			t.Errorf("a slow server: %+v", r)
		}
		s.Set(reapitest.Faults{DieAfter: 1})
		for range 4 {
			_, err = c.FindMissing(t.Context(), wanted)
		}
		if err == nil {
			t.Error("a dead server answered")
		}
	})
}

func TestExecute(t *testing.T) {
	s := reapitest.Start(t)
	c := dial(t, s.GRPC).(*reapi.Client)
	ctx := t.Context()
	if can, err := c.Capabilities(ctx); err != nil || !can.Execution.Enabled || !can.Cache.Update.Enabled {
		t.Fatalf("can %+v, %v", can, err)
	}
	var blobs []reapi.Blob
	add := func(data []byte) reapi.Digest {
		blobs = append(blobs, reapi.Blob{Digest: reapi.Sum(data), Data: data})
		return reapi.Sum(data)
	}
	sub := reapi.Directory{Files: []reapi.FileNode{{Name: "in", Digest: add([]byte("text"))}}}
	root := reapi.Directory{Directories: []reapi.DirectoryNode{{Name: "src", Digest: add(reapi.Marshal(&sub))}},
		Symlinks: []reapi.SymlinkNode{{Name: "link", Target: "src/in"}}}
	run := func(script string) (*reapi.ExecuteResponse, error) {
		command := reapi.Command{Arguments: []string{"/bin/sh", "-c", script}, OutputPaths: []string{"out/x"},
			Environment: []reapi.Property{{Name: "V", Value: "v"}}, WorkingDirectory: "src"}
		action := reapi.Action{Command: add(reapi.Marshal(&command)), InputRoot: add(reapi.Marshal(&root))}
		key := add(reapi.Marshal(&action))
		if err := c.Write(ctx, blobs); err != nil {
			t.Fatal(err)
		}
		return c.Execute(ctx, key, false)
	}
	r, err := run(`cat in ../link > out/x; echo $V; echo bad >&2`)
	if err != nil || r.Result.ExitCode != 0 || string(r.Result.StdoutRaw) != "v\n" || string(r.Result.StderrRaw) != "bad\n" || r.Cached {
		t.Fatalf("%+v, %v", r, err)
	}
	if f := r.Result.OutputFiles; len(f) != 1 || f[0].Path != "out/x" || f[0].Digest != reapi.Sum([]byte("texttext")) {
		t.Errorf("outputs %+v", f)
	}
	if r, err = run(`cat in ../link > out/x; echo $V; echo bad >&2`); err != nil || !r.Cached {
		t.Errorf("a second time: %+v, %v", r, err)
	}
	if r, err = run(`exit 7`); err != nil || r.Result.ExitCode != 7 {
		t.Errorf("a command that fails: %+v, %v", r, err)
	}
	s.Set(reapitest.Faults{LoseWork: true})
	if r, err = run(`echo lost`); err == nil {
		t.Errorf("a worker that was lost: %+v", r)
	}
}

func TestDial(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		address string
		options reapi.Options
		ok      bool
	}{
		{"grpc://localhost:9092", reapi.Options{}, true},
		{"localhost:9092", reapi.Options{TokenFile: token}, true},
		{"cache.example.org", reapi.Options{TokenFile: token}, true},
		{"https://cache.example.org/a/b/", reapi.Options{TokenFile: token}, true},
		{"http://cache.example.org", reapi.Options{}, true},
		{"http://cache.example.org", reapi.Options{TokenFile: token}, false},
		{"grpc://user:word@localhost:1", reapi.Options{}, false},
		{"grpc://localhost:1/path", reapi.Options{}, false},
		{"redis://localhost:1", reapi.Options{}, false},
		{"http://localhost:1/?a=b", reapi.Options{}, false},
		{"", reapi.Options{}, false},
		{"grpc://", reapi.Options{}, false},
		{"grpc://[::1", reapi.Options{}, false},
		{"localhost:1", reapi.Options{TokenFile: token + ".none"}, false},
		{"grpcs://localhost:1", reapi.Options{CAFile: token}, false},
	}
	for _, test := range tests {
		if _, err := reapi.Dial(test.address, test.options); (err == nil) != test.ok {
			t.Errorf("Dial(%q, %+v): %v", test.address, test.options, err)
		}
	}
}

// TestNoDigest: what a server names in a result may be no digest, or that of something without end. It is not asked for.
func TestNoDigest(t *testing.T) {
	both(t, func(t *testing.T, _ *reapitest.Server, c reapi.Cache) {
		real := reapi.Blob{Digest: reapi.Sum([]byte("real")), Data: []byte("real")}
		if err := c.Write(t.Context(), []reapi.Blob{real}); err != nil {
			t.Fatal(err)
		}
		wrong := []reapi.Digest{{Hash: "../ac/" + real.Digest.Hash, Size: 4}, {Hash: "xyz", Size: 4}, {Size: 4},
			{Hash: real.Digest.Hash, Size: -1}, {Hash: real.Digest.Hash, Size: 1 << 60}}
		found, err := c.Read(t.Context(), append(wrong, real.Digest))
		if err != nil || len(found) != 1 || found[0].Digest != real.Digest {
			t.Errorf("%v, %v", found, err)
		}
	})
}
