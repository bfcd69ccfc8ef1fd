package trace

import (
	"os"
	"path/filepath"
	"testing"
)

// The test binary is its own tracer, and a shell that traces itself (tree_test.go).
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case Name:
		os.Exit(Main(os.Args[1:]))
	case tracingShell:
		os.Exit(shellMain(os.Args[1:]))
	}
	os.Exit(m.Run())
}
