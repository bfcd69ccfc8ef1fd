// Package binutils answers one question: is this program the GNU tool whose name it bears, and of which version? A replacement
// answers for programs only that are what they are taken for.
package binutils

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
)

// Versions remembers what programs have said of themselves. The zero value is ready; it may be used by many goroutines.
type Versions struct {
	mu    sync.Mutex
	known map[string]*answer // by file
}

// Version is what a program says it is; OK is false if it is no GNU tool of that name.
type Version struct {
	Major, Minor int
	OK           bool
}

// Before reports whether a version comes before another one.
func (v Version) Before(major, minor int) bool {
	return v.Major < major || v.Major == major && v.Minor < minor
}

type answer struct {
	id   facts.Stat
	once sync.Once
	Version
}

// Of asks a program, "nm" or "ar", once for as long as its file stays the same.
func (p *Versions) Of(ctx context.Context, file, tool string) Version {
	var st syscall.Stat_t
	if syscall.Stat(file, &st) != nil {
		return Version{}
	}
	id := facts.Of(&st)
	p.mu.Lock()
	v := p.known[file]
	if v == nil || v.id != id {
		v = &answer{id: id}
		if p.known == nil {
			p.known = map[string]*answer{}
		}
		if id.Settled() {
			p.known[file] = v
		}
	}
	p.mu.Unlock()
	v.once.Do(func() { v.Version = ask(ctx, file, tool) })
	return v.Version
}

func ask(ctx context.Context, file, tool string) Version {
	if !facts.MachineCode(file) {
		return Version{} // a script may pass the question on and do something else with the rest
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, file, "--version")
	cmd.Env = []string{"LC_ALL=C"}
	out, err := cmd.Output()
	if err != nil {
		return Version{}
	}
	return parse(string(out), tool)
}

// parse reads the first line that a GNU tool prints about itself, at whose end the version stands, perhaps with a date:
// "GNU nm (GNU Binutils) 2.40.50.20230101".
func parse(text, tool string) Version {
	line, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(line, "GNU "+tool+" ") {
		return Version{}
	}
	words := strings.Fields(line)
	numbers := strings.FieldsFunc(words[len(words)-1], func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) < 2 {
		return Version{}
	}
	major, err1 := strconv.Atoi(numbers[0])
	minor, err2 := strconv.Atoi(numbers[1])
	return Version{major, minor, err1 == nil && err2 == nil}
}
