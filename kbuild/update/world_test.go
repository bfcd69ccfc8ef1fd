package update

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/rules"
)

// This file is the world of the tests: files that are nothing but names and dates, and a clock that is moved by hand.

// top is the directory of the make in this world.
const top = "/w"

// world holds all regular files, and knows the time. It answers for the file system (fsys.Source), and lets a walk
// delete and date files (Files).
type world struct {
	files map[string]int64 // dates in nanoseconds, by names below top
	now   int64
	log   func(line string)
}

// second is what the clock moves by, and what files are dated in.
const second = int64(time.Second)

// newWorld reads "name=second" pairs; the second may have a fraction. The clock stands at 100 seconds.
func newWorld(t *testing.T, files string) *world {
	w := &world{files: make(map[string]int64), now: 100 * second}
	for word := range strings.FieldsSeq(files) {
		name, when, _ := strings.Cut(word, "=")
		s, err := strconv.ParseFloat(when, 64)
		if err != nil {
			t.Fatalf("file %s: %v", word, err)
		}
		w.files[name] = int64(s * float64(second))
	}
	return w
}

func (w *world) write(name string) { w.files[name] = w.now }

// names are the files there are, as want has them.
func (w *world) names() string { return strings.Join(slices.Sorted(maps.Keys(w.files)), " ") }

func below(name string) string { return strings.TrimPrefix(name, top+"/") }

// Look answers fsys.
func (w *world) Look(name string, _ bool) fsys.Info {
	name = strings.TrimSuffix(below(name), "/")
	if when, ok := w.files[name]; ok {
		return fsys.Info{Mtime: when, Mode: syscall.S_IFREG | 0o644}
	}
	newest, dir := int64(0), name == top
	for f, when := range w.files {
		if strings.HasPrefix(f, name+"/") || name == top {
			newest, dir = max(newest, when), true
		}
	}
	if dir {
		return fsys.Info{Mtime: newest, Mode: syscall.S_IFDIR | 0o755}
	}
	return fsys.Info{Errno: syscall.ENOENT}
}

// ReadDir answers fsys.
func (w *world) ReadDir(dir string) ([]string, error) {
	dir = strings.TrimSuffix(strings.TrimSuffix(below(dir+"/"), "/"), ".")
	seen := make(map[string]bool)
	for f := range w.files {
		if rest, ok := strings.CutPrefix(f, dir); ok {
			name, _, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
			seen[name] = true
		}
	}
	return slices.Collect(maps.Keys(seen)), nil
}

// Readlink answers fsys.
func (w *world) Readlink(string) (string, error) { return "", syscall.EINVAL }

// Dated answers the walk.
func (w *world) Dated(name string) (time.Time, bool) {
	when, ok := w.files[below(name)]
	return time.Unix(0, when), ok
}

// Remove is asked for by the walk.
func (w *world) Remove(name string) error {
	name = below(name)
	if _, ok := w.files[name]; !ok {
		return os.ErrNotExist
	}
	delete(w.files, name)
	w.log("deleted " + name)
	return nil
}

// Touch is asked for by the walk.
func (w *world) Touch(name string) (string, error) {
	w.write(below(name))
	w.log("dated " + below(name))
	return "", nil
}

// byDate is make's own judge: newer is out of date.
type byDate struct{}

func (byDate) OutOfDate(_ *rules.File, depTime rules.Time, _ *rules.File, thisTime rules.Time) bool {
	return depTime > thisTime
}
func (byDate) ToldOtherwise(*rules.File) bool { return false }
func (byDate) Spared(*rules.File)             {}
func (byDate) Kept(*rules.File)               {}
