package nm

// This file decides whether a call of nm can be done here, and does it.

import (
	"context"
	"debug/elf"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/kbuild/native/shell"
)

// Programs tells which programs of a build are GNU nm, and answers for them. The
// zero value is ready; it may be used by many goroutines.
type Programs struct {
	mu    sync.Mutex
	known map[string]*version // by file
}

// version is what a program says it is.
type version struct {
	id     facts.Stat
	once   sync.Once
	gnu    bool
	byName bool // see List
}

// maxObject bounds what is read into memory.
const maxObject = 64 << 20

// Native gives the in-process replacement for the program file as executed in
// dir, or nil if it does not have nm's name. It fits shell.Env.Native.
func (p *Programs) Native(dir, file string) shell.NativeFunc {
	base := path.Base(file)
	if base != "nm" && !strings.HasSuffix(base, "-nm") {
		return nil
	}
	return func(ctx context.Context, c *shell.Call) (shell.Status, bool) {
		if len(c.Argv) != 2 || c.Argv[1] == "" || c.Argv[1][0] == '-' || c.Argv[1][0] == '@' || !byteOrder(c.Environ()) {
			return shell.Status{}, false
		}
		data, ok := readObject(shell.Resolve(dir, c.Argv[1]))
		if !ok {
			return shell.Status{}, false
		}
		v := p.version(ctx, shell.Resolve(dir, file))
		if v == nil || !v.gnu {
			return shell.Status{}, false
		}
		text, ok := List(data, v.byName)
		if !ok {
			return shell.Status{}, false
		}
		if _, err := c.Stdout.Write(text); err != nil {
			if errors.Is(err, syscall.EPIPE) {
				return shell.Status{Signal: syscall.SIGPIPE}, true
			}
			return shell.Status{Code: 1}, true
		}
		return shell.Status{}, true
	}
}

// readObject reads a regular file that an object file could be.
func readObject(name string) ([]byte, bool) {
	st, err := os.Stat(name)
	if err != nil || !st.Mode().IsRegular() || st.Size() > maxObject {
		return nil, false
	}
	data, err := os.ReadFile(name)
	return data, err == nil
}

// byteOrder says that names are sorted by their bytes in this environment.
func byteOrder(environ []string) bool {
	values := map[string]string{}
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && (strings.HasPrefix(name, "LC_") || name == "LANG") {
			values[name] = value
		}
	}
	for _, name := range []string{"LC_ALL", "LC_COLLATE", "LANG"} {
		if v := values[name]; v != "" {
			return v == "C" || v == "POSIX"
		}
	}
	return true
}

// version asks the program once for as long as its file stays the same.
func (p *Programs) version(ctx context.Context, file string) *version {
	var st syscall.Stat_t
	if syscall.Stat(file, &st) != nil {
		return nil
	}
	id := facts.Of(&st)
	p.mu.Lock()
	v := p.known[file]
	if v == nil || v.id != id {
		v = &version{id: id}
		if p.known == nil {
			p.known = map[string]*version{}
		}
		if id.Settled() {
			p.known[file] = v
		}
	}
	p.mu.Unlock()
	v.once.Do(func() { v.ask(ctx, file) })
	return v
}

func (v *version) ask(ctx context.Context, file string) {
	if !isELF(file) {
		return // a script may pass the question on and do something else with the rest
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, file, "--version")
	cmd.Env = []string{"LC_ALL=C"}
	out, err := cmd.Output()
	if err != nil {
		return
	}
	major, minor, ok := parseVersion(string(out))
	v.gnu = ok
	v.byName = major < 2 || major == 2 && minor < 40
}

// isELF reports whether a file is a program, not a script.
func isELF(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, len(elf.ELFMAG))
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == elf.ELFMAG
}

// parseVersion reads the first line that GNU nm prints about itself, at whose end
// the version stands, perhaps with a date: "GNU nm (GNU Binutils) 2.40.50.20230101".
func parseVersion(text string) (major, minor int, ok bool) {
	line, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, "GNU nm ") {
		return 0, 0, false
	}
	words := strings.Fields(line)
	numbers := strings.FieldsFunc(words[len(words)-1], func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) < 2 {
		return 0, 0, false
	}
	major, err1 := strconv.Atoi(numbers[0])
	minor, err2 := strconv.Atoi(numbers[1])
	return major, minor, err1 == nil && err2 == nil
}
