package kbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gokbuild/kbuild/lang/profile/profiletest"
)

// TestOutputDir sees where something is remembered: M and O count where Kbuild heeds them, on the command line and in MAKEFLAGS,
// which a make above fills with it; KBUILD_EXTMOD and KBUILD_OUTPUT in the environment, too.
func TestOutputDir(t *testing.T) {
	for _, c := range []struct {
		args, env []string
		// want is the folder with the memory.
		want string
	}{
		{want: "tree"},
		{args: []string{"O=../out"}, want: "out"},
		{args: []string{"M=../mod"}, want: "mod"},
		{env: []string{"O=../out"}, want: "tree"},
		{env: []string{"M=../mod"}, want: "tree"},
		{env: []string{"MO=../mod"}, want: "tree"},
		{args: []string{"-e"}, env: []string{"O=../out", "M=../mod"}, want: "tree"},
		{env: []string{"O=../nowhere"}, want: "tree"},
		{env: []string{"KBUILD_OUTPUT=../out"}, want: "out"},
		{env: []string{"KBUILD_EXTMOD=../mod"}, want: "mod"},
		{env: []string{"MAKEFLAGS= -- O=../out"}, want: "out"},
		{env: []string{"MAKEFLAGS=M=../mod"}, want: "mod"},
		{args: []string{"O=../out"}, env: []string{"KBUILD_OUTPUT=../mod", "M=../mod"}, want: "out"},
	} {
		t.Run(fmt.Sprint(c.env, c.args), func(t *testing.T) {
			top := t.TempDir()
			for _, name := range []string{"tree/.config", "tree/in", "out/.config", "mod/Kbuild"} {
				if err := os.MkdirAll(filepath.Join(top, filepath.Dir(name)), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(top, name), nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			dir := filepath.Join(top, "tree")
			if err := os.WriteFile(filepath.Join(dir, "Makefile"), []byte("../made: in ; cp in $@\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer null.Close()
			s := NewSession(profiletest.Of("4.3"))
			s.Identity = 1
			defer s.Close()
			env := append([]string{"PATH=/usr/bin:/bin", "HOME=/nonexistent"}, c.env...)
			status := s.Run(Call{Argv: append([]string{"make"}, c.args...), Dir: dir, Env: env, Stdout: null, Stderr: null})
			if status != 0 {
				t.Errorf("status %d", status)
			}
			found, err := filepath.Glob(filepath.Join(top, "*", ".gokbuild"))
			if want := []string{filepath.Join(top, c.want, ".gokbuild")}; err != nil || !slices.Equal(found, want) {
				t.Errorf("memory in %v, want %v", found, want)
			}
		})
	}
}
