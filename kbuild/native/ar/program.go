package ar

// This file decides whether a call of ar can be done here, and does it.

import (
	"context"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"gokbuild/kbuild/native/binutils"
	"gokbuild/kbuild/native/shell"
)

// Programs tells which programs of a build are GNU ar, and does their work. The zero value is ready; it may be used by many
// goroutines.
type Programs struct{ versions binutils.Versions }

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
		// Versions before 2.26 have not been compared.
		if syscall.Lstat(full, &st) != syscall.ENOENT || !p.isGNU(ctx, shell.Resolve(dir, file)) {
			return shell.Status{}, false
		}
		text, ok := Thin(dir, c.Argv[2], c.Argv[3:])
		return shell.Status{}, ok && write(full, text)
	}
}

func (p *Programs) isGNU(ctx context.Context, file string) bool {
	v := p.versions.Of(ctx, file, "ar")
	return v.OK && !v.Before(2, 26)
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
