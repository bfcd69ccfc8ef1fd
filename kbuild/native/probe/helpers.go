package probe

// This file finds the programs that a compiler starts, and the directories where it looks.

import (
	"context"
	"debug/elf"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"gokbuild/depgraph/facts"
)

// A toolchain is what decides a compiler's answers besides its arguments, its input and the environment.
type toolchain struct {
	// files are those that its programs are made of, those that they read without being told, and where such files are
	// looked for in vain.
	files []string
	// libraries are the directories in which -print-file-name= looks, in order.
	libraries []string
}

// helperTable knows the toolchains of this process. Its zero value is ready for use.
type helperTable struct {
	mu    sync.Mutex
	known map[string]func() *toolchain
}

// of finds out about the toolchain of a compiler. The compiler itself is asked, once in each state of it and of the
// environment. It is nil if the compiler answers in a way that is not understood.
func (t *helperTable) of(path, dir string, env environ) *toolchain {
	key := path + "|" + identity(path) + "|" + env.ambientText()
	t.mu.Lock()
	if t.known == nil {
		t.known = make(map[string]func() *toolchain)
	}
	f := t.known[key]
	if f == nil {
		f = sync.OnceValue(func() *toolchain { return askCompiler(path, dir, env) })
		t.known[key] = f
	}
	t.mu.Unlock()
	return f()
}

// helperPrograms are what compilers start.
var helperPrograms = [...]string{"cc1", "as", "collect2", "ld"}

func askCompiler(path, dir string, env environ) *toolchain {
	var (
		told, dirs string
		programs   [len(helperPrograms)]string
		wg         sync.WaitGroup
	)
	list := env.list()
	wg.Go(func() { _, told = ask(path, dir, list, "-v", "-E", "-x", "c", "/dev/null", "-o", "/dev/null") })
	wg.Go(func() { dirs, _ = ask(path, dir, list, "-print-search-dirs") })
	for i, name := range helperPrograms {
		wg.Go(func() { programs[i], _ = ask(path, dir, list, "-print-prog-name="+name) })
	}
	wg.Wait()
	if !strings.Contains(told, "gcc version ") && !strings.Contains(told, "clang version ") {
		return nil
	}
	tc := &toolchain{}
	for _, d := range includeDirs(told) {
		if !tc.seek(d, "stdc-predef.h") {
			return nil
		}
	}
	where := searchDirs(dirs)
	tc.libraries = where["libraries"]
	for _, d := range where["install"] {
		tc.seek(d, "specs")
	}
	for _, d := range tc.libraries {
		if !tc.seek(d, "specs") {
			return nil
		}
	}
	binaries := []string{path}
	for i, name := range helperPrograms {
		p := programs[i]
		if p == "" || p == name && strings.Contains(told, "clang version ") {
			continue // clang is its own
		}
		for _, d := range where["programs"] {
			if !tc.seek(d, name) {
				return nil
			}
			if filepath.Clean(filepath.Join(d, name)) == filepath.Clean(p) {
				break
			}
		}
		if !filepath.IsAbs(p) {
			for _, c := range candidates(p, dir, env.get("PATH")) {
				tc.add(c)
				p = c
			}
		}
		if !facts.MachineCode(p) {
			return nil
		}
		tc.add(p)
		binaries = append(binaries, p)
	}
	tc.loaded(binaries)
	return tc
}

func (tc *toolchain) add(file string) { tc.files = addOnce(tc.files, filepath.Clean(file)) }

// seek notes that a file is looked for in a directory. Of a directory that is missing that is all there is to know.
func (tc *toolchain) seek(dir, name string) bool {
	if !filepath.IsAbs(dir) {
		return false
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		tc.add(filepath.Join(real, name))
		return true
	}
	for up := filepath.Dir(strings.TrimRight(dir, "/")); ; up = filepath.Dir(up) {
		if isDir(up) || up == "/" {
			break
		}
		dir = up
	}
	tc.files = addOnce(tc.files, strings.TrimRight(dir, "/"))
	return true
}

// loaded notes the libraries that programs are loaded with.
func (tc *toolchain) loaded(programs []string) {
	tc.add("/etc/ld.so.cache")
	tc.add("/etc/ld.so.preload")
	dirs := []string{"/lib64", "/usr/lib64", "/usr/local/lib", "/lib", "/usr/lib"}
	for _, d := range tc.libraries {
		dirs = append(dirs, filepath.Clean(d))
	}
	for i := 0; i < len(programs) && i < 100; i++ {
		f, err := elf.Open(programs[i])
		if err != nil {
			continue
		}
		names, _ := f.ImportedLibraries()
		own := dirs
		for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
			paths, _ := f.DynString(tag)
			for _, p := range paths {
				for _, d := range filepath.SplitList(p) {
					own = append([]string{strings.ReplaceAll(d, "$ORIGIN", filepath.Dir(programs[i]))}, own...)
				}
			}
		}
		f.Close()
		for _, name := range names {
			for _, d := range own {
				p, err := filepath.EvalSymlinks(filepath.Join(d, name))
				if err != nil {
					continue
				}
				tc.add(p)
				if !slices.Contains(programs, p) {
					programs = append(programs, p)
				}
				break
			}
		}
	}
}

// searchDirs takes the answer to -print-search-dirs apart.
func searchDirs(text string) map[string][]string {
	dirs := map[string][]string{}
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		dirs[name] = filepath.SplitList(strings.TrimPrefix(strings.TrimSpace(rest), "="))
	}
	return dirs
}

// includeDirs takes the directories in which headers are looked for out of what a compiler says with -v, also those
// that are missing.
func includeDirs(told string) (dirs []string) {
	listing := false
	for line := range strings.Lines(told) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, `ignoring nonexistent directory "`); ok {
			dirs = append(dirs, strings.TrimSuffix(rest, `"`))
			continue
		}
		switch {
		case strings.HasPrefix(line, "#include "):
			listing = true
		case strings.HasPrefix(line, "End of search list"):
			listing = false
		case listing && strings.HasPrefix(line, " "):
			dirs = append(dirs, strings.TrimSuffix(strings.TrimSpace(line), " (framework directory)"))
		}
	}
	return dirs
}

func isDir(path string) bool {
	fi, err := os.Stat(path)
	return err == nil && fi.IsDir()
}

// ask runs a compiler, which is to speak English, and returns what it writes if it ends well.
func ask(path, dir string, env []string, args ...string) (stdout, stderr string) {
	var out, errs strings.Builder
	if runCompiler(path, dir, env, "", args, &out, &errs) != nil {
		return "", ""
	}
	return strings.TrimSpace(out.String()), errs.String()
}

// askWith returns what a compiler writes to standard error, however it ends.
func askWith(path, dir string, env environ, text string, args []string) string {
	var errs strings.Builder
	_ = runCompiler(path, dir, env.list(), text, args, io.Discard, &errs)
	return errs.String()
}

func runCompiler(path, dir string, env []string, text string, args []string, out, errs io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Env = dir, append(slices.Clone(env), "LC_ALL=C", "LANGUAGE=")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), out, errs
	return cmd.Run()
}
