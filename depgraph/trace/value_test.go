package trace

import (
	"os"
	"testing"
	"time"

	"gokbuild/depgraph/facts"
)

// TestValue: which changes a kind of fact notices.
func TestValue(t *testing.T) {
	old := time.Unix(1e9, 0)
	setup := func(t *testing.T) string {
		dir := sandbox(t, "echo x >file; mkdir dir; >dir/one; ln -s file link")
		if err := os.Chtimes(dir+"/file", old, old); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	changes := map[string]string{
		"touch":   "touch file",
		"write":   "echo y >file; touch -d @1000000000 file",
		"copy":    "cp -p file new; mv new file",
		"chmod":   "chmod 600 file",
		"remove":  "rm file",
		"add":     ">dir/two",
		"swap":    "rm dir/one; >dir/one",
		"retype":  "rm dir/one; mkdir dir/one",
		"relink":  "ln -sfn other link",
		"appear":  ">none",
		"nothing": "true",
	}
	for _, c := range []struct {
		kind    facts.Kind
		name    string
		notices []string
	}{
		{facts.Content, "file", []string{"write", "chmod", "remove"}},
		{facts.Exists, "file", []string{"chmod", "remove"}},
		{facts.List, "dir", []string{"add", "retype"}},
		{facts.Link, "link", []string{"relink"}},
	} {
		for change, script := range changes {
			dir := setup(t)
			before, err := testValue(Fact{Kind: c.kind, Path: dir + "/" + c.name, ID: facts.Stat{Ino: 1}})
			if err != nil || before == 0 {
				t.Fatalf("%v %s: %d, %v", c.kind, c.name, before, err)
			}
			untraced(t, "", dir, script)
			after, err := testValue(Fact{Kind: c.kind, Path: dir + "/" + c.name, ID: facts.Stat{Ino: 1}})
			want := false
			for _, n := range c.notices {
				want = want || n == change
			}
			if got := err != nil || after != before; got != want {
				t.Errorf("%v %s, %s: noticed %v, want %v (%v)", c.kind, c.name, change, got, want, err)
			}
		}
	}
	for _, kind := range []facts.Kind{facts.Dated, facts.System, 99} {
		if _, err := valueOf(kind, "/none"); err == nil {
			t.Errorf("%v: no error", kind)
		}
	}
	if _, err := valueOf(facts.Content, "/dev/zero"); err == nil {
		t.Error("a device has a content")
	}
}

// testValue is what must stay the same for a fact to hold: valueOf, and what a tracer tells by the status.
func testValue(f Fact) (uint64, error) {
	if f.Kind != facts.Exists && f.Kind != facts.Dated {
		return valueOf(f.Kind, f.Path)
	}
	id, err := identify(f.Path)
	switch {
	case f.Absent() && isAbsent(err):
		return 1, nil
	case f.Absent() && err == nil:
		return 0, os.ErrExist
	case err != nil:
		return 0, err
	case f.Kind == facts.Exists:
		return uint64(id.Mode) + id.Owner() + 1, nil
	}
	return uint64(id.Mode) + id.Owner() + uint64(id.Size) + uint64(id.Mtime) + 1, nil
}
