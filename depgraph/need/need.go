// Package need serves tests that cannot do without a tool, a tree or a privilege of the machine. Where everything has to be
// compared (GOKBUILD_CI is set, as testdata/e2e/test.sh does), want of it is a failure; elsewhere the test is skipped.
package need

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
