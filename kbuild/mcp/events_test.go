package mcp

// This file tests what is taken in of the events of a build.

import (
	"strings"
	"testing"
)

// TestNames: the files of a complaint and of its notes are named as all directories know them.
func TestNames(t *testing.T) {
	b := &build{account: newAccount()}
	b.listen(strings.NewReader(`{"v":1,"n":1,"t":1,"event":"diagnostic","make":1,"target":"a.o","dir":"/src","tool":"gcc","severity":"error","file":"a.c","line":4,` +
		`"message":"x","notes":[{"file":"b.h","line":2,"message":"y"},{"file":"/usr/c.h"},{"message":"z"}]}` + "\n"))
	c := b.complaints[0]
	got := []string{c.File}
	for _, n := range c.Notes {
		got = append(got, n.File)
	}
	if want := "/src/a.c /src/b.h /usr/c.h "; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
