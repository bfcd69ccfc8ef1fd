package advice

// This file looks at folders: who may write where, how much room there is.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// candidates returns the files that a message may mean by a name. Tools name files relative to the directory of their make, and
// which make that was is not known: so the name is looked for in all folders of the build, the output directory first.
func (a *Advisor) candidates(name string) (all []string) {
	if filepath.IsAbs(name) {
		return []string{name}
	}
	for _, dir := range a.folders() {
		if dir != "" {
			all = append(all, filepath.Join(dir, name))
		}
	}
	return all
}

// folders are those of the build: the output directory, where gokbuild was called, where makes work.
func (a *Advisor) folders() []string {
	dirs := append([]string{a.Dir}, a.workDirs()...)
	if out, ok := a.set("O"); ok {
		if !filepath.IsAbs(out) {
			out = filepath.Join(a.Dir, out)
		}
		dirs = append([]string{out}, dirs...)
	}
	return dirs
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

// filled reports whether there are files in a folder. The probes of a tree make that of a module where there is none.
func filled(dir string) bool {
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	return len(names) > 0
}

// listedIn is the makefile that lists an object of its folder, "" if none does.
func listedIn(a *Advisor, object string) string {
	dir, base := filepath.Split(object)
	if filepath.Ext(base) != ".o" || dir == "" {
		return ""
	}
	for _, list := range []string{dir + "Kbuild", dir + "Makefile"} {
		for _, file := range a.candidates(list) {
			if text, err := os.ReadFile(file); err == nil && slices.Contains(strings.Fields(string(text)), base) {
				return list
			}
		}
	}
	return ""
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
	names := a.candidates(m[1])
	for _, name := range names {
		if st, err := os.Stat(name); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 == 0 && runs(name) {
			return m[1] + " may not be run: chmod +x " + m[1] + " (was the tree unpacked without its modes?)"
		}
		if runs(name) && noExec(name) {
			return "programs may not run where " + m[1] + " lies (the disk is mounted noexec): build elsewhere with O="
		}
		if st, err := os.Lstat(name); err == nil && a.foreign(st) {
			return a.ofOthers(name, st)
		}
	}
	// What is not there: the nearest folder above it decides.
	for _, name := range names {
		st, err := os.Stat(name)
		for err != nil && name != "/" && name != "." {
			name = filepath.Dir(name)
			st, err = os.Stat(name)
		}
		if err == nil && a.foreign(st) {
			return a.ofOthers(name, st)
		}
	}
	return m[1] + " may not be written: look at its owner and mode, or build elsewhere with O="
}

// owner is the user whom a file belongs to.
func owner(st os.FileInfo) int {
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		return int(sys.Uid)
	}
	return -1
}

// foreign reports whether a file is somebody else's. To root nothing is.
func (a *Advisor) foreign(st os.FileInfo) bool { return a.System.UID != 0 && owner(st) != a.System.UID }

// ofOthers says what to do about a file of somebody else.
func (a *Advisor) ofOthers(name string, st os.FileInfo) string {
	for _, goal := range a.Wanted {
		if strings.HasSuffix(goal, "install") {
			return "only root may write to " + name + ": sudo " + a.call(goal) + ", or choose a folder of your own (" + installsTo(goal) + "=)"
		}
	}
	if owner(st) != 0 {
		return name + " belongs to somebody else: build elsewhere with O="
	}
	folder := name
	if !st.IsDir() {
		folder = filepath.Dir(name)
	}
	return name + " belongs to root (built with sudo once?): sudo chown -R $USER " + folder + ", or build elsewhere with O="
}

// installsTo is the variable that says where a goal installs.
func installsTo(goal string) string {
	switch {
	case strings.HasPrefix(goal, "modules"):
		return "INSTALL_MOD_PATH"
	case strings.HasPrefix(goal, "headers"):
		return "INSTALL_HDR_PATH"
	case strings.HasPrefix(goal, "dtbs"):
		return "INSTALL_DTBS_PATH"
	}
	return "INSTALL_PATH"
}

// noExec reports whether a file lies on a disk from which nothing runs.
func noExec(name string) bool {
	var st unix.Statfs_t
	return unix.Statfs(name, &st) == nil && st.Flags&unix.ST_NOEXEC != 0
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
	return string(head[:n]) == "#!" || string(head[:n]) == "\x7fE" // ELF
}

// full is a disk without room: that of the output folder, or that of temporary files.
func full(a *Advisor, _, _ []string) string {
	if where := a.fullFolder(1 << 20); where != "" {
		return ofFull(where)
	}
	return ofFull(a.Dir)
}

// fullFolder is a folder of the build on whose disk there is less than so many bytes of room; "" if there is none.
func (a *Advisor) fullFolder(least uint64) string {
	for _, dir := range append([]string{os.TempDir()}, a.folders()...) {
		if room(dir) < least {
			return dir
		}
	}
	return ""
}

func ofFull(where string) string {
	if where == os.TempDir() {
		return where + " is full: free some room there, or name another folder: TMPDIR=..."
	}
	return "the disk of " + where + " is full: free some room, or build elsewhere with O="
}

// room is how many bytes are free where a folder lies. What can only be read is never full.
func room(dir string) uint64 {
	var st unix.Statfs_t
	if dir == "" || unix.Statfs(dir, &st) != nil || st.Flags&unix.ST_RDONLY != 0 {
		return 1 << 62
	}
	return st.Bavail * uint64(st.Bsize)
}
