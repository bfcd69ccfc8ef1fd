package remember

import (
	"os"
	"testing"

	"gokbuild/depgraph/trace"
)

func TestMain(m *testing.M) {
	if os.Args[0] == trace.Name {
		os.Exit(trace.Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}
