package trace

import (
	"os"
	"path/filepath"
	"testing"
)

// The test binary is its own tracer.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == Name {
		os.Exit(Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}
