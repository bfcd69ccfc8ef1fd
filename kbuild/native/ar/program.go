package ar

// This file decides whether a call of ar can be done here, and does it.

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/native/binutils"
	"gokbuild/kbuild/native/shell"
)

// Programs tells which programs of a build are GNU ar, and does their work. The zero value is ready; it may be used by many
// goroutines.
type Programs struct {
	versions binutils.Versions
	// agreed tells which of them write what Thin gives, by what they are.
	agreed sync.Map // facts.Stat to func() bool
}

// Native gives the in-process replacement for the program file as executed in dir, or nil if it does not have ar's name. It
// fits shell.Env.Native.
func (p *Programs) Native(dir, file string) shell.NativeFunc {
	base := path.Base(file)
	if base != "ar" && !strings.HasSuffix(base, "-ar") {
		return nil
	}
	return func(ctx context.Context, c *shell.Call) (shell.Status, bool) {
		if !answered(c.Argv) {
			return shell.Status{}, false
		}
		full := shell.Resolve(dir, c.Argv[2])
		var st syscall.Stat_t
		if syscall.Lstat(full, &st) != syscall.ENOENT || !p.agrees(ctx, shell.Resolve(dir, file)) {
			return shell.Status{}, false
		}
		text, ok := Thin(dir, c.Argv[2], c.Argv[3:])
		return shell.Status{}, ok && write(full, text)
	}
}

// agrees reports whether a program is GNU ar, and writes what Thin gives: versions differ, so it is asked, once in a build, for a few
// archives of each kind.
func (p *Programs) agrees(ctx context.Context, file string) bool {
	var st syscall.Stat_t
	if !p.versions.Of(ctx, file, "ar").OK || syscall.Stat(file, &st) != nil {
		return false
	}
	asked, _ := p.agreed.LoadOrStore(facts.Of(&st), sync.OnceValue(func() bool { return compare(ctx, file) }))
	return asked.(func() bool)()
}

// samples are archives with their members, each made after those before it: names shorter and longer than what a header has room for,
// and just as long; folders, archives in archives, and one without members.
var samples = [][]string{
	{"x/none.a"},
	{"x/y/built-in.a", "x/y/a.o", "x/y/fifteen_0.o", "x/y/longer_than_a_header.o", "x/y/sixteen_00.o"},
	{"x/built-in.a", "x/b.o", "x/y/built-in.a", "x/none.a"},
	{"built-in.a", "c.o", "x/built-in.a", "fourteen_000.o", "fifteen_00000.o"},
	{"top.a", "./built-in.a"},
}

// compare compares the samples.
func compare(ctx context.Context, file string) bool {
	dir, err := os.MkdirTemp("", "gokbuild-ar-")
	if err != nil {
		return false
	}
	defer os.RemoveAll(dir)
	if err := os.MkdirAll(dir+"/x/y", 0o777); err != nil {
		return false
	}
	for _, s := range samples {
		for i, name := range s[1:] {
			if path.Ext(name) == ".o" && os.WriteFile(dir+"/"+name, make([]byte, 1000*i), 0o666) != nil {
				return false
			}
		}
		ours, ok := Thin(dir, s[0], s[1:])
		cmd := exec.CommandContext(ctx, file, append([]string{"cDPrST"}, s...)...)
		cmd.Dir = dir
		if !ok || cmd.Run() != nil {
			return false
		}
		if theirs, err := os.ReadFile(dir + "/" + s[0]); err != nil || !bytes.Equal(theirs, ours) {
			return false
		}
	}
	return true
}

// answered reports whether these are words that make a thin archive with no table of symbols, without dates, by whole names.
func answered(argv []string) bool {
	if len(argv) < 3 || argv[2] == "" {
		return false
	}
	letters := []byte(strings.TrimPrefix(argv[1], "-"))
	slices.Sort(letters)
	return string(letters) == "DPSTcr" && !slices.ContainsFunc(argv[2:], func(a string) bool { return a == "" || a[0] == '-' || a[0] == '@' })
}

// write makes a new file; false if it could not, and nothing is left of it.
func write(name string, text []byte) bool {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return false
	}
	_, err = f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = os.Remove(name)
	}
	return err == nil
}
