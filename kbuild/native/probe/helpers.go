package probe

// This file finds the programs that a compiler starts, and the directories where it looks.

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// helperPrograms are what compiler drivers start on our behalf.
var helperPrograms = []string{"cc1", "as", "collect2", "ld"}

// helperTable knows the files behind compiler drivers. Its zero value is ready for use.
type helperTable struct {
	mu       sync.Mutex
	programs map[string]func() []string
	dirs     map[string]func() []string
}

// of lists the files behind a compiler driver: the programs it starts, and with system set the directories where it looks
// for headers and libraries. The driver itself is asked, once per identity. Programs that do not answer have no helpers.
func (t *helperTable) of(path string, system bool, v *view, env []string) []string {
	if !driver(path) {
		return nil
	}
	key := path + "|" + identity(path)
	list := t.once(&t.programs, key, func() []string { return startedBy(path, v, env) })
	if system {
		list = append(list[:len(list):len(list)], t.once(&t.dirs, key, func() []string { return systemDirs(path, v.dir, env) })...)
	}
	return list
}

func (t *helperTable) once(m *map[string]func() []string, key string, ask func() []string) []string {
	t.mu.Lock()
	if *m == nil {
		*m = make(map[string]func() []string)
	}
	f := (*m)[key]
	if f == nil {
		f = sync.OnceValue(ask)
		(*m)[key] = f
	}
	t.mu.Unlock()
	return f()
}

func startedBy(path string, v *view, env []string) (list []string) {
	for _, h := range helperPrograms {
		p := ask(path, v.dir, env, "-print-prog-name="+h)
		if p != "" && !filepath.IsAbs(p) {
			p, _ = lookPath(p, v.dir, v.env.get("PATH"))
		}
		if p != "" {
			list = addOnce(list, p)
		}
	}
	return list
}

// driver reports whether a tool is a C compiler driver that starts other programs.
func driver(path string) bool {
	base := filepath.Base(path)
	for _, s := range []string{"gcc", "g++", "clang", "cc", "c++", "icc", "icx"} {
		if strings.Contains(base, s) {
			return true
		}
	}
	return false
}

// systemDirs lists the directories whose change could change the outcome of a compile or link that uses system headers
// or libraries. Package managers replace files by renaming, which changes the directory; files rewritten in
// place by hand are not noticed.
func systemDirs(path, dir string, env []string) []string {
	dirs := []string{"/usr/include", "/usr/local/include", "/usr/local/lib", "/lib", "/usr/lib", "/lib64", "/usr/lib64"}
	for _, line := range strings.Split(ask(path, dir, env, "-print-search-dirs"), "\n") {
		if rest, ok := strings.CutPrefix(line, "libraries: ="); ok {
			for _, d := range filepath.SplitList(rest) {
				dirs = addOnce(dirs, filepath.Clean(d))
			}
		}
	}
	if triple := ask(path, dir, env, "-dumpmachine"); triple != "" {
		dirs = append(dirs, filepath.Join("/usr/include", triple), filepath.Join("/usr", triple, "include"))
	}
	for _, d := range dirs[:len(dirs):len(dirs)] {
		for _, sub := range []string{"sys", "bits", "linux", "asm", "gnu"} {
			if s := filepath.Join(d, sub); isDir(s) {
				dirs = addOnce(dirs, s)
			}
		}
	}
	return dirs
}

func isDir(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}

func ask(path, dir string, env []string, arg string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, arg)
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
