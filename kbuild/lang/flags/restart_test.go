package flags

import (
	"strings"
	"testing"

	"gokbuild/kbuild/lang/profile/profiletest"
)

// TestRestartArgs: makefiles get the names that they turned out to have, and standard input that of its copy, /tmp/GmX.
func TestRestartArgs(t *testing.T) {
	for _, c := range []struct{ args, makefiles, stdin, want43, want44 string }{
		{"make all", "", "", "make all", "make all"},
		{"make -f a.mk all", "a.mk", "", "make -f a.mk all", "make -f a.mk all"},
		{"make -fa.mk -k", "b.mk", "", "make -fb.mk -k", "make -fb.mk -k"},
		{"make -kf a.mk all", "b.mk", "", "make -kf a.mk all", "make -kf b.mk all"},
		{"make --file a.mk --makefile=b.mk", "c.mk d.mk", "", "make --file a.mk --makefile=b.mk", "make -fc.mk -fd.mk"},
		{"make --fixed --keep-going -", "", "", "make --fixed --keep-going -", "make --fixed --keep-going -"},
		{"make -f a.mk -f - all", "a.mk /tmp/GmX", "/tmp/GmX", "make -f a.mk -f /tmp/GmX all -o/tmp/GmX", "make -f a.mk --temp-stdin=/tmp/GmX all"},
		{"make -kf- all", "/tmp/GmX", "/tmp/GmX", "make -kf- all -o/tmp/GmX", "make -k --temp-stdin=/tmp/GmX all"},
		{"make --file=- all", "/tmp/GmX", "/tmp/GmX", "make --file=- all -o/tmp/GmX", "make --temp-stdin=/tmp/GmX all"},
		{"make all -f", "", "", "make all -f ", "make all -f "},
	} {
		for version, want := range map[string]string{"4.3": c.want43, "4.4": c.want44} {
			f := New(profiletest.Of(version))
			f.Makefiles = strings.Fields(c.makefiles)
			if got := strings.Join(f.RestartArgs(strings.Fields(c.args), c.stdin), " "); got != want {
				t.Errorf("%s, %q: %q, not %q", version, c.args, got, want)
			}
		}
	}
}
