package fsys

import (
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"
)

// This file has views look at files that are in no file system.

// made is a Source: files with their dates, and links with where they lead.
type made struct {
	dates map[string]int64
	links map[string]string
	looks int
}

func (m *made) Look(name string, follow bool) Info {
	m.looks++
	to, link := m.links[name]
	switch {
	case link && follow:
		return m.Look(to, true)
	case link:
		return Info{Mtime: m.dates[name], Mode: syscall.S_IFLNK}
	}
	if when, ok := m.dates[name]; ok {
		return Info{Mtime: when, Mode: syscall.S_IFREG}
	}
	if name == "/d" || name == "/d/sub/" {
		return Info{Mtime: 1, Mode: syscall.S_IFDIR}
	}
	return Info{Errno: syscall.ENOENT}
}

func (m *made) ReadDir(name string) ([]string, error) {
	switch name {
	case "/d/.":
		return []string{"a", "b", "link", ".hidden"}, nil
	case "/d/sub/":
		return []string{"x"}, nil
	}
	return nil, os.ErrNotExist
}

func (m *made) Readlink(name string) (string, error) { return m.links[name], nil }

func TestSource(t *testing.T) {
	m := &made{dates: map[string]int64{"/d/a": 5, "/d/b": 6, "/d/link": 9}, links: map[string]string{"/d/link": "/d/a"}}
	fs := NewFrom(m)
	v := fs.View("/d")
	if i := v.Stat("a"); !i.Exists() || i.Mtime != 5 {
		t.Errorf("a: %+v", i)
	}
	if looks := m.looks; v.Stat("a").Mtime != 5 || m.looks != looks {
		t.Error("a is looked at twice")
	}
	m.dates["/d/a"] = 7
	if fs.Changed(); v.Stat("a").Mtime != 7 {
		t.Error("a change is not seen")
	}
	if i := v.Stat("link"); i.Mtime != 7 {
		t.Errorf("link: %+v", i)
	}
	if i := v.WithSymlinkTimes().Stat("link"); i.Mtime != 9 {
		t.Errorf("link with its own time: %+v", i)
	}
	if v.Stat("").Exists() || v.Stat("c").Exists() || v.Lexists("c") || !v.Lexists("link") {
		t.Error("what is there and what is not")
	}
	if got := v.Glob("*", nil); !slices.Equal(got, []string{"a", "b", "link"}) {
		t.Errorf("*: %q", got)
	}
	// Many questions about one directory: it is listed.
	for i := range 2 * listAfter {
		if v.Lexists(fmt.Sprint("sub/", i)) {
			t.Errorf("sub/%d", i)
		}
	}
	if !v.Lexists("sub/x") {
		t.Error("no sub/x")
	}
}
