package need

// This file ends tests that lack something.

import (
	"os"
	"testing"
)

// compared reports whether everything has to be compared.
func compared() bool { return os.Getenv("GOKBUILD_CI") != "" }

// Missing ends a test for want of something, which the text names.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if compared() {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
