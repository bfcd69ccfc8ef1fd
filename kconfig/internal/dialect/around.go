// Finding the sources of a tool around the place from which it was started.

package dialect

import (
	"path/filepath"
	"strings"
)

// Around returns the source tree whose scripts/kconfig holds the sources of the program called name, and its dialect.
// It looks in the tree source, if that is not empty, in the tree of the variable srctree, and then around the program:
// one that lies in a tree's scripts/kconfig has the sources next to it, or behind the link that an output directory has
// to its source tree. Without any the tree is empty and the dialect that of [Newest]. dir is the working directory.
func Around(source, name, dir string, env []string) (tree string, d *Dialect) {
	abs := func(p string) string {
		if filepath.IsAbs(p) || dir == "" {
			return p
		}
		return filepath.Join(dir, p)
	}
	trees := []string{source}
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "srctree="); ok {
			trees = append(trees, v)
			break
		}
	}
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		top := filepath.Join(name[:i], "..", "..")
		trees = append(trees, top, filepath.Join(top, "source"))
	}
	trees = append(trees, ".", "source")
	for _, t := range trees {
		if t != "" && HasTool(abs(t)) {
			d := Detect(abs(t))
			return abs(t), &d
		}
	}
	return "", Newest()
}
