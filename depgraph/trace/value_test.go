package trace

import (
	"os"
	"testing"
	"time"
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
		kind    Kind
		name    string
		notices []string
	}{
		{Content, "file", []string{"write", "chmod", "remove"}},
		{Stat, "file", []string{"touch", "chmod", "remove"}},
		{Exists, "file", []string{"chmod", "remove"}},
		{Absent, "none", []string{"appear"}},
		{Absent, "none/below", nil},
		{List, "dir", []string{"add", "retype"}},
		{Link, "link", []string{"relink"}},
	} {
		for change, script := range changes {
			dir := setup(t)
			before, err := Value(c.kind, dir+"/"+c.name)
			if err != nil || before == 0 {
				t.Fatalf("%v %s: %d, %v", c.kind, c.name, before, err)
			}
			untraced(t, "", dir, script)
			after, err := Value(c.kind, dir+"/"+c.name)
			want := false
			for _, n := range c.notices {
				want = want || n == change
			}
			if got := err != nil || after != before; got != want {
				t.Errorf("%v %s, %s: noticed %v, want %v (%v)", c.kind, c.name, change, got, want, err)
			}
		}
	}
	for _, word := range []string{SystemUname, SystemCPUs, SystemMemory, SystemDay, SystemCgroup, "/proc/filesystems"} {
		one, err := Value(System, word)
		two, err2 := Value(System, word)
		if one == 0 || one != two || err != nil || err2 != nil {
			t.Errorf("%s: %d, %d, %v, %v", word, one, two, err, err2)
		}
	}
	for _, kind := range []Kind{0, System, 99} {
		if _, err := Value(kind, "/none"); err == nil {
			t.Errorf("%v: no error", kind)
		}
	}
	if _, err := Value(Content, "/dev/zero"); err == nil {
		t.Error("a device has a content")
	}
}
