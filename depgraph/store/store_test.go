package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func open1(t *testing.T, limit int64) *Disk {
	t.Helper()
	d, err := OpenDisk(filepath.Join(t.TempDir(), "actions", "v1"), limit, false)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func someManifest() *Manifest {
	var s Set
	for i := range 300 {
		s.Facts = append(s.Facts, Fact{Kind(i % int(kinds)), fmt.Sprintf("{S}/include/linux/header%d.h", i)})
		s.Values = append(s.Values, Sum([]byte{byte(i)}).Short())
	}
	s.At, s.Origin = 1700000000, "host"
	return (&Manifest{}).Add(s).Add(Set{Facts: []Fact{{Content, "{O}/x"}}, At: 1})
}

func someEntry(content []byte) *Entry {
	return &Entry{
		Outputs: []Output{{Name: "{O}/a.o", Mode: 0o644, Size: int64(len(content)), Digest: Sum(content), Inline: content},
			{Name: "{O}/b.o", Mode: 0o755, Size: 1 << 20, Digest: Sum([]byte("other"))}, {Name: "{O}/gone", Gone: true}},
		Printed: []Piece{{Text: "  CC      a.o\n"}, {Err: true, Text: "warning\n"}},
		Origin:  Origin{What: "gcc -c a.c", Host: "h", Program: "gokbuild", At: 1700000000, Took: 42 * time.Millisecond, Known: "form"},
	}
}

// TestRound puts everything in and gets it out, small and large.
func TestRound(t *testing.T) {
	ctx, d := context.Background(), open1(t, 1<<30)
	m, e := someManifest(), someEntry([]byte("text"))
	key := Sum([]byte("key"))
	if _, err := d.Manifest(ctx, key); !errors.Is(err, ErrMissing) {
		t.Errorf("an empty store: %v", err)
	}
	if err := errors.Join(d.PutManifest(ctx, key, m), d.PutEntry(ctx, key, e)); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Manifest(ctx, key); err != nil || !reflect.DeepEqual(got, m) {
		t.Errorf("manifest: %v\n%+v", err, got)
	}
	if got, err := d.Entry(ctx, key); err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("entry: %v\n%+v\n%+v", err, got, e)
	}
	random := make([]byte, 200<<10)
	for i := range random {
		random[i] = byte(rand.Int())
	}
	for _, data := range [][]byte{nil, []byte("short"), bytes.Repeat([]byte("long "), 100000), random} {
		sum := Sum(data)
		if err := d.PutBlob(ctx, sum, data); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Blob(ctx, sum); err != nil || !bytes.Equal(got, data) {
			t.Errorf("blob of %d bytes: %v", len(data), err)
		}
	}
	if st, err := os.Stat(d.name(blobs, Sum(bytes.Repeat([]byte("long "), 100000)))); err != nil || st.Size() > 10000 {
		t.Errorf("a large blob is not compressed: %v", err)
	}
	// A damaged blob is missing, and can be put again.
	name := d.name(blobs, Sum(random))
	if err := os.WriteFile(name, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Blob(ctx, Sum(random)); !errors.Is(err, ErrMissing) {
		t.Errorf("a damaged blob: %v", err)
	}
	if err := d.PutBlob(ctx, Sum(random), random); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Blob(ctx, Sum(random)); err != nil || !bytes.Equal(got, random) {
		t.Errorf("put again: %v", err)
	}
	d.Drop(ctx, key)
	if _, err := d.Entry(ctx, key); !errors.Is(err, ErrMissing) {
		t.Errorf("a dropped entry: %v", err)
	}
}

// TestDamaged changes each byte of what is stored in turn, cuts it short at each length: nothing wrong may come out.
func TestDamaged(t *testing.T) {
	m, e := someManifest().Encode(), someEntry(bytes.Repeat([]byte("t"), 900)).Encode()
	blob := seal(blobMark, []byte(strings.Repeat("blob", 100)), 64)
	check := func(what string, whole, data []byte) {
		var err error
		switch what {
		case "manifest":
			_, err = DecodeManifest(data)
		case "entry":
			_, err = DecodeEntry(data)
		default:
			_, err = open(blobMark, data, MaxBlob)
		}
		if !errors.Is(err, ErrMissing) {
			t.Fatalf("%s: damaged and taken: %v", what, err)
		}
	}
	for what, whole := range map[string][]byte{"manifest": m, "entry": e, "blob": blob} {
		for i := range whole {
			changed := bytes.Clone(whole)
			changed[i] ^= byte(1 + rand.IntN(255))
			var sealed []byte
			if payload, err := open(string(whole[:4]), changed, MaxSize); err == nil {
				// Two ways to compress the same bytes.
				if sealed, err = open(string(whole[:4]), whole, MaxSize); err != nil || !bytes.Equal(payload, sealed) {
					t.Fatalf("%s: byte %d changed, and other bytes come out", what, i)
				}
				continue
			}
			check(what, whole, changed)
			check(what, whole, whole[:i])
		}
	}
}

// TestStrong: each part of what makes a strong key counts.
func TestStrong(t *testing.T) {
	facts := []Fact{{Content, "a"}, {Content, "b"}}
	values := []Digest{Sum([]byte("1")), Sum([]byte("2"))}
	keys := map[Digest]string{}
	for what, key := range map[string]Digest{
		"plain":        Strong(Sum([]byte("w")), facts, values),
		"other weak":   Strong(Sum([]byte("v")), facts, values),
		"other value":  Strong(Sum([]byte("w")), facts, []Digest{values[0], values[0]}),
		"other order":  Strong(Sum([]byte("w")), facts, []Digest{values[1], values[0]}),
		"other kind":   Strong(Sum([]byte("w")), []Fact{{Presence, "a"}, {Content, "b"}}, values),
		"other name":   Strong(Sum([]byte("w")), []Fact{{Content, "ab"}, {Content, ""}}, values),
		"one less":     Strong(Sum([]byte("w")), facts[:1], values[:1]),
		"nothing":      Strong(Sum([]byte("w")), nil, nil),
		"one twice":    Strong(Sum([]byte("w")), []Fact{facts[0], facts[0]}, []Digest{values[0], values[0]}),
		"without weak": Strong(Digest{}, facts, values),
	} {
		if other, ok := keys[key]; ok {
			t.Errorf("%s and %s have one key", what, other)
		}
		keys[key] = what
	}
}

// TestSets: a manifest is bounded, newest first, and each set is there once.
func TestSets(t *testing.T) {
	var m *Manifest
	for i := range 40 {
		m = m.Add(Set{Facts: []Fact{{Content, fmt.Sprint(i % 30)}}, Values: []Short{{byte(i)}}})
	}
	if len(m.Sets) != maxSets || m.Sets[0].Facts[0].Name != "9" || m.Sets[1].Facts[0].Name != "8" {
		t.Errorf("%d sets, %v", len(m.Sets), m.Sets)
	}
	if m.Sets[0].Values == nil || m.Sets[withValues].Values != nil {
		t.Error("the wrong sets have values")
	}
}

// TestTrim: what was used longest ago goes first, and what is used is younger.
func TestTrim(t *testing.T) {
	ctx, d := context.Background(), open1(t, 100000)
	var keys []Digest
	for i := range 40 {
		data := bytes.Repeat([]byte{byte(i)}, 5000)
		key := Sum(data)
		keys = append(keys, key)
		if err := d.PutBlob(ctx, key, data); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(time.Duration(i-1000) * time.Hour)
		if err := os.Chtimes(d.name(blobs, key), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Blob(ctx, keys[0]); err != nil { // it is used
		t.Fatal(err)
	}
	half := d.name(blobs, keys[1])[:len(d.dir)+5] + "/tmp.x"
	old := time.Now().Add(-2 * time.Hour)
	if err := errors.Join(os.WriteFile(half, nil, 0o600), os.Chtimes(half, old, old)); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if u := d.Usage(); u.Bytes > 90000 || u.Bytes < 80000 {
		t.Errorf("%d bytes are left of a store that may hold 100000", u.Bytes)
	}
	_, err0 := d.Blob(ctx, keys[0])
	_, err1 := d.Blob(ctx, keys[1])
	_, err39 := d.Blob(ctx, keys[39])
	if err0 != nil || err1 == nil || err39 != nil {
		t.Errorf("used: %v; old: %v; young: %v", err0, err1, err39)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("a file that nobody ended is still there")
	}
	if size, trimmed := d.size(); size > 90000 || time.Since(trimmed) > time.Minute {
		t.Errorf("noted: %d bytes, trimmed %v", size, trimmed)
	}
}

// TestFolders: a store of others is not used; one that is deleted under us is made again; a full or read-only one costs nothing.
func TestFolders(t *testing.T) {
	ctx, d := context.Background(), open1(t, 1<<30)
	if err := os.Chmod(d.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDisk(d.dir, 1, false); err == nil {
		t.Error("a folder that all may write to is used")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDisk(link, 1, false); err == nil {
		t.Error("a link is followed")
	}
	if err := d.PutEntry(ctx, Digest{1}, someEntry(nil)); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(d.dir); err != nil {
		t.Fatal(err)
	}
	if err := d.PutEntry(ctx, Digest{1}, someEntry(nil)); err != nil {
		t.Errorf("the store was deleted: %v", err)
	}
	ro, err := OpenDisk(d.dir, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ro.Entry(ctx, Digest{1}); err != nil {
		t.Errorf("read only: %v", err)
	}
	if _ = ro.PutEntry(ctx, Digest{2}, someEntry(nil)); d.Usage().Entries != 1 {
		t.Error("a read-only store was written to")
	}
	// In place of a folder there is a file: nothing can be written.
	if err := errors.Join(os.RemoveAll(d.dir), os.WriteFile(d.dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	d.made.Clear()
	if err := d.PutEntry(ctx, Digest{3}, someEntry(nil)); err == nil {
		t.Error("an entry was put nowhere")
	}
	if err := d.PutEntry(ctx, Digest{3}, someEntry(nil)); err != nil {
		t.Errorf("once broken a store takes nothing, without a word: %v", err)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add(someManifest().Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzz(t, manifestMark, data, func(data []byte) error {
			m, err := DecodeManifest(data)
			if err == nil {
				again, err := DecodeManifest(m.Encode())
				if err != nil || !reflect.DeepEqual(again, m) {
					t.Errorf("%v: %+v, %+v", err, again, m)
				}
			}
			return err
		})
	})
}

func FuzzEntry(f *testing.F) {
	f.Add(someEntry([]byte("x")).Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzz(t, entryMark, data, func(data []byte) error {
			e, err := DecodeEntry(data)
			if err == nil {
				_, err = DecodeEntry(e.Encode())
			}
			return err
		})
	})
}

// fuzz reads data as it is, and sealed, so that what is behind the sum is read, too.
func fuzz(t *testing.T, mark string, data []byte, decode func([]byte) error) {
	for _, data := range [][]byte{data, seal(mark, data, compressFrom)} {
		if err := decode(data); err != nil && !errors.Is(err, ErrMissing) {
			t.Errorf("%v", err)
		}
	}
}

// TestTransfer takes a store from one folder to another, and leaves out what is damaged.
func TestTransfer(t *testing.T) {
	ctx, from, to := context.Background(), open1(t, 1<<30), open1(t, 1<<30)
	data := bytes.Repeat([]byte("blob"), 3000)
	key, bad := Sum(data), Sum([]byte("bad"))
	if err := errors.Join(from.PutManifest(ctx, key, someManifest()), from.PutEntry(ctx, key, someEntry(nil)), from.PutBlob(ctx, key, data),
		from.PutEntry(ctx, bad, someEntry(nil)), os.WriteFile(from.name(entries, bad), []byte("gke1 damaged"), 0o600)); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if n, err := from.Export(&file); n != 4 || err != nil {
		t.Fatalf("%d files: %v", n, err)
	}
	whole := bytes.Clone(file.Bytes())
	if n, skipped, err := to.Import(&file); n != 3 || skipped != 1 || err != nil {
		t.Fatalf("%d files, %d left out: %v", n, skipped, err)
	}
	if got, err := to.Blob(ctx, key); err != nil || !bytes.Equal(got, data) {
		t.Errorf("blob: %v", err)
	}
	if _, err := to.Entry(ctx, key); err != nil {
		t.Errorf("entry: %v", err)
	}
	if _, err := to.Entry(ctx, bad); err == nil {
		t.Error("a damaged entry was taken in")
	}
	if _, _, err := to.Import(bytes.NewReader(whole[:4000])); err == nil {
		t.Error("half an archive is taken for a whole one")
	}
	if _, _, err := to.Import(strings.NewReader(strings.Repeat("no archive at all", 100))); err == nil {
		t.Error("something else is taken for an archive")
	}
}
