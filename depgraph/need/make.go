package need

// This file finds the makes that tests compare with.

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// EachMake runs a subtest with each GNU make to compare with: that in PATH, and those that GOKBUILD_MAKE42 and GOKBUILD_MAKE44
// name.
func EachMake(t *testing.T, test func(t *testing.T, program, version string)) {
	t.Helper()
	found := false
	for _, name := range []string{"make", os.Getenv("GOKBUILD_MAKE42"), os.Getenv("GOKBUILD_MAKE44")} {
		program, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.Command(program, "--version").Output()
		version, ok := strings.CutPrefix(string(out), "GNU Make ")
		if err != nil || !ok {
			continue
		}
		found = true
		version, _, _ = strings.Cut(version, "\n")
		t.Run(version, func(t *testing.T) { test(t, program, version) })
	}
	if !found {
		Missing(t, "no GNU make here")
	}
}
