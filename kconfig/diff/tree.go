package diff

// This file finds the trees to play with.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Tree is a source tree with a scripts/kconfig folder.
type Tree struct {
	Name   string // base name of Dir, used in step names
	Dir    string // absolute
	Top    string // the top Kconfig file, relative to Dir
	Arches []Arch
	seeded bool            // randconfig can be repeated: KCONFIG_SEED is known
	modes  map[string]bool // long options of the tree's conf; empty: short options only
}

// Arch is one architecture of a tree, or the whole of a tree whose default
// configurations are not sorted by architecture (Name is then empty).
type Arch struct {
	Name       string
	Defconfigs []string // relative to the tree, sorted
}

var longOption = regexp.MustCompile(`\{\s*"([a-z0-9]+)",\s*(?:no|optional|required)_argument`)

// OpenTree looks at dir and lists what can be configured there.
func OpenTree(dir string) (*Tree, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	t := &Tree{Name: filepath.Base(dir), Dir: dir, modes: map[string]bool{}}
	conf, err := os.ReadFile(filepath.Join(dir, "scripts/kconfig/conf.c"))
	if err != nil {
		return nil, fmt.Errorf("not a tree with Kconfig: %w", err)
	}
	t.seeded = strings.Contains(string(conf), "KCONFIG_SEED")
	for _, m := range longOption.FindAllStringSubmatch(string(conf), -1) {
		t.modes[m[1]] = true
	}
	for _, top := range []string{"Kconfig", "Config.in"} {
		if _, err := os.Stat(filepath.Join(dir, top)); err == nil {
			t.Top = top
			break
		}
	}
	if t.Top == "" {
		return nil, fmt.Errorf("%s: no top Kconfig file", dir)
	}
	if t.Arches, err = listArches(dir); err != nil {
		return nil, err
	}
	return t, nil
}

func listArches(dir string) ([]Arch, error) {
	flat, err := globRel(dir, "configs/*_defconfig")
	if err != nil {
		return nil, err
	}
	if len(flat) > 0 {
		return []Arch{{Defconfigs: flat}}, nil
	}
	entries, err := os.ReadDir(filepath.Join(dir, "arch"))
	if err != nil {
		return nil, err
	}
	var arches []Arch
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(dir, "arch", e.Name(), "Kconfig")); err != nil {
			// User-mode Linux of old trees keeps its Kconfig under other names.
			if more, _ := filepath.Glob(filepath.Join(dir, "arch", e.Name(), "Kconfig.*")); len(more) == 0 {
				continue
			}
		}
		a := Arch{Name: e.Name()}
		a.Defconfigs, err = globRel(dir, "arch/"+e.Name()+"/configs/*defconfig")
		if err != nil {
			return nil, err
		}
		nested, err := globRel(dir, "arch/"+e.Name()+"/configs/*/*defconfig")
		if err != nil {
			return nil, err
		}
		plain, err := globRel(dir, "arch/"+e.Name()+"/defconfig")
		if err != nil {
			return nil, err
		}
		a.Defconfigs = slices.Concat(a.Defconfigs, nested, plain)
		arches = append(arches, a)
	}
	return arches, nil
}

// HasMode reports whether the tree's conf knows the long option --mode.
func (t *Tree) HasMode(mode string) bool { return t.modes[mode] }

// ShortOptions reports whether the tree's conf is so old that it has
// one-letter options only.
func (t *Tree) ShortOptions() bool { return len(t.modes) == 0 }

// Fragments lists the configuration fragments of a tree that apply to arch.
func (t *Tree) Fragments(arch string) ([]string, error) {
	all, err := globRel(t.Dir, "kernel/configs/*.config")
	if err != nil {
		return nil, err
	}
	own, err := globRel(t.Dir, "arch/"+arch+"/configs/*.config")
	if err != nil {
		return nil, err
	}
	return append(all, own...), nil
}

// Fingerprint changes when a file that conf may read changes: it covers path,
// size and mtime of every Kconfig-like file and of the scripts they run. The .config of a build below the tree is not one.
func (t *Tree) Fingerprint() (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(t.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(path, t.Dir+"/")
		if d.IsDir() {
			if d.Name() == ".git" || rel == "Documentation/devicetree" {
				return filepath.SkipDir
			}
			return nil
		}
		name := d.Name()
		relevant := strings.HasPrefix(name, "Kconfig") || strings.HasPrefix(name, "Config.") ||
			strings.HasSuffix(name, "config") && (name != ".config" || name == rel) || strings.HasPrefix(rel, "scripts/") && strings.Count(rel, "/") <= 2
		if !relevant {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(h, "%s %d %d\n", rel, info.Size(), info.ModTime().UnixNano())
		return err
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}

// ListTrees opens every folder of dir that is a tree with Kconfig.
func ListTrees(dir string) ([]*Tree, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var trees []*Tree
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if _, err := os.Stat(filepath.Join(path, "scripts/kconfig/conf.c")); err != nil {
			continue
		}
		t, err := OpenTree(path)
		if err != nil {
			return nil, err
		}
		trees = append(trees, t)
	}
	sort.Slice(trees, func(i, j int) bool { return versionLess(trees[i].Name, trees[j].Name) })
	return trees, nil
}

// versionLess orders names so that runs of digits compare as numbers.
func versionLess(a, b string) bool {
	num := regexp.MustCompile(`\d+|\D+`)
	as, bs := num.FindAllString(a, -1), num.FindAllString(b, -1)
	for i := 0; i < len(as) && i < len(bs); i++ {
		x, y := as[i], bs[i]
		if x == y {
			continue
		}
		digits := x[0] >= '0' && x[0] <= '9' && y[0] >= '0' && y[0] <= '9'
		if digits && len(x) != len(y) {
			return len(x) < len(y)
		}
		return x < y
	}
	return len(as) < len(bs)
}

func globRel(dir, pattern string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return nil, err
	}
	for i, f := range found {
		found[i] = strings.TrimPrefix(f, dir+"/")
	}
	return found, nil
}
