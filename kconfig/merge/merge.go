// Merging fragments into a configuration.
//
// What the script does to a line follows from its grep and sed commands, which know nothing of Kconfig: a symbol is
// found in any line that holds its name as a word, comments included, and every line that holds its name before a blank
// or an equals sign is deleted, even as the end of a longer name.

package merge

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/kconfig/internal/host"
)

// A MergeCall is one call of the script.
type Invocation struct {
	// Args are the arguments after the name of the script.
	Args []string
	// Dir is the working directory and should be absolute; Env is the whole environment.
	Dir string
	Env []string
	// Stdout and Stderr receive what the script prints.
	Stdout, Stderr io.Writer
}

// merge is one run of the script.
type run struct {
	version
	dir    string
	prefix string
	target string // where the result goes
	args   []string

	redundant, builtin, fail, silent bool

	out bytes.Buffer
	// violated is set once a fragment changed a value.
	violated bool
}

// Main does what the script at the path does with the arguments of the invocation. ok is false if it is for the script
// itself to do that: it is an unknown version, or something about the files is unusual. Then nothing was done.
func Main(inv Invocation, script string) (status int, ok bool) {
	m := &run{dir: inv.Dir, prefix: "CONFIG_"}
	text, err := os.ReadFile(m.path(script))
	if err != nil {
		return 0, false
	}
	if m.version, ok = recognise(text); !ok || !m.options(inv.Args, inv.Env) {
		return 0, false
	}
	base, made, ok := m.base()
	if !ok || unix.Access(m.path("."), unix.W_OK|unix.X_OK) != nil {
		return 0, false
	}
	status, complaint, ok := m.fragments(base)
	if !ok || !m.targetUsual() {
		return 0, false
	}
	tmp, err := m.temporary(base)
	if err != nil {
		return 0, false
	}
	defer os.Remove(tmp)
	if made {
		f, err := os.OpenFile(m.path(m.args[0]), os.O_WRONLY|os.O_CREATE, 0o666)
		if err != nil {
			return 0, false
		}
		f.Close()
		io.WriteString(inv.Stderr, "The base file '"+m.args[0]+"' does not exist. Creating one...\n")
	}
	if status == 0 {
		if err := m.write(base); err != nil {
			m.out.WriteTo(inv.Stdout)
			io.WriteString(inv.Stderr, "cp: error writing '"+m.target+"': "+host.ErrText(err)+"\n")
			return 1, true
		}
		m.out.WriteString("#\n# merged configuration written to " + m.target + " (needs make)\n#\n")
	}
	m.out.WriteTo(inv.Stdout)
	io.WriteString(inv.Stderr, complaint)
	return status, true
}

func (m *run) path(name string) string { return host.Join(m.dir, name) }

// base reads the file that all is merged into; missing is set if there is none and an empty one has to be made.
func (m *run) base() (lines *content, missing, ok bool) {
	name := m.path(m.args[0])
	if unix.Access(name, unix.R_OK) == nil {
		lines, ok = m.read(name)
		return lines, false, ok
	}
	_, err := os.Lstat(name)
	return &content{}, true, m.create && os.IsNotExist(err)
}

// read reads a usual text: what grep would take for binary, or what the locale could decide about, is left to it.
func (m *run) read(name string) (*content, bool) {
	st, err := os.Stat(name)
	if err != nil || !st.Mode().IsRegular() {
		return nil, false
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	for _, b := range text {
		if b == 0 || b >= 0x80 {
			return nil, false
		}
	}
	t := &content{prefix: m.prefix}
	t.add(text)
	return t, true
}

// fragments merges all fragments into base. complaint is what goes to standard error at the end.
func (m *run) fragments(base *content) (status int, complaint string, ok bool) {
	base.prefix = m.prefix
	m.out.WriteString("Using " + m.args[0] + " as base\n")
	for _, name := range m.args[1:] {
		m.out.WriteString("Merging " + name + "\n")
		if unix.Access(m.path(name), unix.R_OK) != nil {
			return 1, "The merge file '" + name + "' does not exist.  Exit.\n", true
		}
		fragment, ok := m.read(m.path(name))
		if !ok {
			return 0, "", false
		}
		for _, symbol := range fragment.symbols() {
			found, ok := m.symbol(base, fragment, symbol, name)
			if !ok {
				return 0, "", false
			}
			if !found {
				return 1, "", true // the script ends where grep finds nothing
			}
		}
		if m.newline {
			base.add([]byte("\n"))
		}
		base.add(fragment.text())
	}
	if m.violated && m.fail {
		m.out.WriteString("The fragment redefined a value and strict mode had been passed.\n")
		return 1, "", true
	}
	return 0, "", true
}

// symbol merges one symbol of a fragment. found is false if the fragment does not hold it any more. ok is false if the
// script would print something that a shell does not print as it is.
func (m *run) symbol(base, fragment *content, symbol, name string) (found, ok bool) {
	prev, found := base.grep(symbol)
	if !found {
		return true, true
	}
	next, found := fragment.grep(symbol)
	if !found {
		return false, true
	}
	say := func(text string) {
		if !m.silent {
			m.out.WriteString(text + "\n")
		}
	}
	values := func() {
		// Unquoted, so that blanks are joined, and names of files could match.
		ok = !strings.ContainsAny(prev+next, `\*?[`)
		say("Previous value: " + strings.Join(strings.FieldsFunc(prev, isIFS), " "))
		say("New value: " + strings.Join(strings.FieldsFunc(next, isIFS), " "))
	}
	ok = true
	switch {
	case m.builtin && valueOf(next) == "m" && valueOf(prev) == "y":
		values()
		say("-y passed, will not demote y to m")
		say("")
		fragment.remove(symbol)
		return true, ok
	case prev != next:
		say("Value of " + symbol + " is redefined by fragment " + name + ":")
		values()
		say("")
		m.violated = true
	case m.redundant:
		say("Value of " + symbol + " is redundant by fragment " + name + ":")
	}
	base.remove(symbol)
	return true, ok
}

func isIFS(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

// valueOf is ${x#CONFIG_*=}.
func valueOf(line string) string {
	if rest, ok := strings.CutPrefix(line, "CONFIG_"); ok {
		if _, value, ok := strings.Cut(rest, "="); ok {
			return value
		}
	}
	return line
}

// targetUsual reports whether the result replaces the text of a plain file, or makes one.
func (m *run) targetUsual() bool {
	st, err := os.Lstat(m.path(m.target))
	if err != nil {
		return os.IsNotExist(err) && unix.Access(filepath.Dir(m.path(m.target)), unix.W_OK|unix.X_OK) == nil
	}
	return st.Mode().IsRegular() && unix.Access(m.path(m.target), unix.W_OK) == nil
}

// temporary writes the result to a file of its own first, as the script does: on a full disk the target stays as it
// was.
func (m *run) temporary(t *content) (name string, err error) {
	f, err := os.CreateTemp(m.path("."), ".tmp.config.*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(t.text())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

// write puts the result where cp would put its copy of a temporary file, which nobody else may read.
func (m *run) write(t *content) error {
	f, err := os.OpenFile(m.path(m.target), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(t.text())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
