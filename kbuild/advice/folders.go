package advice

// This file looks at folders: who may write where, how much room there is.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// candidates are the names that a file named in a message may have: tools name files relative to the directory of their make.
func (a *Advisor) candidates(name string) (all []string) {
	if filepath.IsAbs(name) {
		return []string{name}
	}
	for _, dir := range append([]string{a.Dir}, a.workDirs()...) {
		if dir != "" {
			all = append(all, filepath.Join(dir, name))
		}
	}
	return all
}

func (a *Advisor) workDirs() (dirs []string) {
	for _, dir := range a.dirs {
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	return dirs
}

// exists reports whether there is something of a name in a directory of the build.
func exists(a *Advisor, name string) bool {
	return slices.ContainsFunc(a.candidates(name), func(name string) bool {
		_, err := os.Lstat(name)
		return err == nil
	})
}

// subfolders are those of a folder of the tree.
func subfolders(a *Advisor, name string) (names []string) {
	for _, dir := range a.candidates(name) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.IsDir() {
				names = append(names, e.Name())
			}
		}
	}
	return names
}

// denied is a file that may not be written, or a script that may not be run.
func denied(a *Advisor, m, _ []string) string {
	for _, name := range a.candidates(m[1]) {
		st, err := os.Stat(name)
		if err == nil && st.Mode().IsRegular() && st.Mode()&0o111 == 0 && runs(name) {
			return m[1] + " may not be run: chmod +x " + m[1] + " (was the tree unpacked without its modes?)"
		}
		// The nearest that is there decides.
		for err != nil && name != "/" && name != "." {
			name = filepath.Dir(name)
			st, err = os.Stat(name)
		}
		if err != nil {
			continue
		}
		sys, ok := st.Sys().(*syscall.Stat_t)
		if !ok || int(sys.Uid) == a.System.UID || a.System.UID == 0 {
			continue
		}
		folder := name
		if !st.IsDir() {
			folder = filepath.Dir(name)
		}
		if sys.Uid == 0 {
			return name + " belongs to root (built with sudo once?): sudo chown -R $USER " + folder + ", or build elsewhere with O="
		}
		return name + " belongs to somebody else: build elsewhere with O="
	}
	return m[1] + " may not be written: look at its owner and mode, or build elsewhere with O="
}

// runs reports whether a file is a script or a program.
func runs(name string) bool {
	if strings.HasSuffix(name, ".sh") || strings.HasSuffix(name, ".pl") || strings.HasSuffix(name, ".py") {
		return true
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [2]byte
	n, _ := f.Read(head[:])
	return string(head[:n]) == "#!"
}

// full is a disk without room: that of the output folder, or that of temporary files.
func full(a *Advisor, _, _ []string) string {
	where := a.Dir
	for _, dir := range append([]string{os.TempDir(), a.Dir}, a.workDirs()...) {
		if room(dir) < 1<<20 {
			where = dir
			break
		}
	}
	if where == os.TempDir() {
		return where + " is full: free some room there, or name another folder: TMPDIR=..."
	}
	return "the disk of " + where + " is full: free some room, or build elsewhere with O="
}

// room is how many bytes are free where a folder lies.
func room(dir string) uint64 {
	var st syscall.Statfs_t
	if dir == "" || syscall.Statfs(dir, &st) != nil {
		return 1 << 62
	}
	return st.Bavail * uint64(st.Bsize)
}
