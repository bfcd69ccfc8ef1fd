package original

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

func TestLiterals(t *testing.T) {
	src := "static const char a[] = N_(\n\"one \\\"x\\\"\\n\"\n\t\"two\t=>\");\nchar b[] = \"\";\nf(NULL,\n  \"q\\n\"\n  \"r\", 6);"
	for _, tt := range []struct{ mark, want string }{
		{"a[]", "one \"x\"\ntwo\t=>"},
		{"b[]", ""},
		{"c[]", ""},
		{"f(NULL,", "q\nr"},
	} {
		if got := literals(src, tt.mark); got != tt.want {
			t.Errorf("%s: %q, not %q", tt.mark, got, tt.want)
		}
	}
}

// TestTrees reads the texts of whole trees.
func TestTrees(t *testing.T) {
	trees, err := filepath.Glob(filepath.Join(os.Getenv("GOKBUILD_TREES"), "linux-*"))
	if err != nil || len(trees) == 0 {
		need.Missing(t, "GOKBUILD_TREES names no trees")
	}
	for _, tree := range trees {
		dir := filepath.Join(tree, "scripts", "kconfig")
		m, ok := Mconf(dir)
		if !ok || !strings.HasPrefix(m.Readme, "Overview\n--------\n") || !strings.HasSuffix(m.Instructions, "module capable") ||
			!strings.HasSuffix(m.SaveHelp, "\n") || m.ErrCreate == "" || m.Failed == "" {
			t.Errorf("%s, mconf: %v %+v", tree, ok, m)
		}
		n, ok := Nconf(dir)
		if !ok || n.Readme == "" || n.NotSaved == "" || n.Failed == "" {
			t.Errorf("%s, nconf: %v %+v", tree, ok, n)
		}
	}
}

func FuzzLiterals(f *testing.F) {
	f.Add("a[] = \"x\" \"y\\n\"", "a[]")
	f.Add("\"", "")
	f.Add("\"\\", "")
	f.Fuzz(func(t *testing.T, src, mark string) {
		literals(src, mark)
		function(src, mark)
	})
}
