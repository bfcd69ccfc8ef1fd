package kconfig

import (
	"bytes"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/sys/unix"
)

// Merging fragments into a configuration, as the tree's scripts/kconfig/merge_config.sh does when it is told to leave
// the rest to make (-m). The script starts several processes for each symbol of a fragment.
//
// What the script does to a line follows from its grep and sed commands, which know nothing of Kconfig: a symbol is found
// in any line that holds its name as a word, comments included, and every line that holds its name before a blank or an
// equals sign is deleted, even as the end of a longer name.

// mergeDialect says what the versions of the script do differently.
type mergeDialect struct {
	create  bool // a missing base file is made
	newline bool // an empty line is put in front of each fragment
	quiet   bool // option -Q
	strict  bool // option -s
}

// mergeScripts are the versions known, by a hash of their text without comments and empty lines.
var mergeScripts = map[uint64]mergeDialect{
	0xfed1ee3e828f736f: {newline: true},                                          // as in 5.4
	0x4bf36feac2f12ab4: {strict: true},                                           // 5.15
	0x21d75216a288d0c3: {create: true, newline: true, strict: true},              // 6.1
	0xb8cacc184bac0e40: {quiet: true, strict: true},                              // 6.8
	0x52c45ffb4d544be5: {create: true, newline: true, quiet: true, strict: true}, // 6.12
}

// mergeVersion recognises the text of a script.
func mergeVersion(text []byte) (d mergeDialect, ok bool) {
	h := fnv.New64a()
	for line := range bytes.Lines(text) {
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' {
			h.Write(line)
		}
	}
	d, ok = mergeScripts[h.Sum64()]
	return d, ok
}

// A MergeCall is one call of the script.
type MergeCall struct {
	// Args are the arguments after the name of the script.
	Args []string
	// Dir is the working directory and should be absolute; Env is the whole environment.
	Dir string
	Env []string
	// Stdout and Stderr receive what the script prints.
	Stdout, Stderr io.Writer
}

// merge is one run of the script.
type merge struct {
	mergeDialect
	dir    string
	prefix string
	target string // where the result goes
	args   []string

	redundant, builtin, fail, silent bool

	out bytes.Buffer
	// violated is set once a fragment changed a value.
	violated bool
}

// MergeMain does what the script at the path does with the arguments of the invocation. ok is false if it is for the script
// itself to do that: it is an unknown version, or something about the files is unusual. Then nothing was done.
func MergeMain(inv MergeCall, script string) (status int, ok bool) {
	m := &merge{dir: inv.Dir, prefix: "CONFIG_"}
	text, err := os.ReadFile(m.path(script))
	if err != nil {
		return 0, false
	}
	if m.mergeDialect, ok = mergeVersion(text); !ok || !m.options(inv.Args, inv.Env) {
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
			io.WriteString(inv.Stderr, "cp: error writing '"+m.target+"': "+errText(err)+"\n")
			return 1, true
		}
		m.out.WriteString("#\n# merged configuration written to " + m.target + " (needs make)\n#\n")
	}
	m.out.WriteTo(inv.Stdout)
	io.WriteString(inv.Stderr, complaint)
	return status, true
}

func (m *merge) path(name string) string { return join(m.dir, name) }

// plainWord are names that the script may leave unquoted.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./,+=:@%][-A-Za-z0-9_./,+=:@%]*$`)

func (m *merge) options(args, env []string) bool {
	onlyMerge := false
	output := "."
options:
	for ; len(args) > 0; args = args[1:] {
		switch a := args[0]; {
		case a == "-n":
		case a == "-m":
			onlyMerge = true
		case a == "-r":
			m.redundant = true
		case a == "-y":
			m.builtin = true
		case a == "-s" && m.strict:
			m.fail = true
		case a == "-Q" && m.quiet:
			m.silent = true
		case a == "-O" && len(args) > 1:
			args = args[1:]
			output = strings.TrimRight(args[0], "/")
			if st, err := os.Stat(m.path(args[0])); err != nil || !st.IsDir() || !plainWord.MatchString(args[0]) || output == "" {
				return false
			}
		default:
			break options
		}
	}
	if !onlyMerge || len(args) == 0 {
		return false
	}
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "CONFIG_="); ok {
			m.prefix = v
		} else if v, ok := strings.CutPrefix(kv, "KCONFIG_CONFIG="); ok {
			m.target = v
		}
	}
	if m.target == "" {
		m.target = ".config"
		if output != "." {
			real, err := filepath.EvalSymlinks(m.path(output))
			if err != nil {
				return false
			}
			m.target = filepath.Join(real, ".config")
		}
	}
	for _, name := range append(args[:len(args):len(args)], m.target) {
		if !plainWord.MatchString(name) {
			return false
		}
	}
	for i := range len(m.prefix) {
		if !wordByte[m.prefix[i]] || m.prefix[i] == '-' {
			return false
		}
	}
	m.args = args
	return true
}

// base reads the file that all is merged into; missing is set if there is none and an empty one has to be made.
func (m *merge) base() (lines *mergeText, missing, ok bool) {
	name := m.path(m.args[0])
	if unix.Access(name, unix.R_OK) == nil {
		lines, ok = m.read(name)
		return lines, false, ok
	}
	_, err := os.Lstat(name)
	return &mergeText{}, true, m.create && os.IsNotExist(err)
}

// read reads a usual text: what grep would take for binary, or what the locale could decide about, is left to it.
func (m *merge) read(name string) (*mergeText, bool) {
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
	t := &mergeText{prefix: m.prefix}
	t.add(text)
	return t, true
}

// fragments merges all fragments into base. complaint is what goes to standard error at the end.
func (m *merge) fragments(base *mergeText) (status int, complaint string, ok bool) {
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

// symbol merges one symbol of a fragment. found is false if the fragment does not hold it any more. ok is false if the script
// would print something that a shell does not print as it is.
func (m *merge) symbol(base, fragment *mergeText, symbol, name string) (found, ok bool) {
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
	case m.builtin && mergeValue(next) == "m" && mergeValue(prev) == "y":
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

// mergeValue is ${x#CONFIG_*=}.
func mergeValue(line string) string {
	if rest, ok := strings.CutPrefix(line, "CONFIG_"); ok {
		if _, value, ok := strings.Cut(rest, "="); ok {
			return value
		}
	}
	return line
}

// targetUsual reports whether the result replaces the text of a plain file, or makes one.
func (m *merge) targetUsual() bool {
	st, err := os.Lstat(m.path(m.target))
	if err != nil {
		return os.IsNotExist(err) && unix.Access(filepath.Dir(m.path(m.target)), unix.W_OK|unix.X_OK) == nil
	}
	return st.Mode().IsRegular() && unix.Access(m.path(m.target), unix.W_OK) == nil
}

// temporary writes the result to a file of its own first, as the script does: on a full disk the target stays as it was.
func (m *merge) temporary(t *mergeText) (name string, err error) {
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
func (m *merge) write(t *mergeText) error {
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

// mergeText is a file as lines, with an index of the words in it.
type mergeText struct {
	prefix string
	lines  []string // with their newlines
	words  map[string][]int
	// inner are lines that hold the prefix within a word.
	inner []int
}

func (t *mergeText) add(text []byte) {
	if t.words == nil {
		t.words = make(map[string][]int)
	}
	for len(text) > 0 {
		n := bytes.IndexByte(text, '\n') + 1
		if n == 0 {
			n = len(text)
		}
		line := string(text[:n])
		text = text[n:]
		if last := len(t.lines) - 1; last >= 0 && t.lines[last] != "" && !strings.HasSuffix(t.lines[last], "\n") {
			t.lines[last] += line // the text before did not end with a newline
			if line != "\n" {
				t.reindex()
			}
			continue
		}
		t.lines = append(t.lines, line)
		t.index(len(t.lines) - 1)
	}
}

func (t *mergeText) reindex() {
	clear(t.words)
	t.inner = nil
	for i := range t.lines {
		t.index(i)
	}
}

// index notes the words of a line.
func (t *mergeText) index(i int) {
	line := t.lines[i]
	for start := 0; start < len(line); {
		if !wordByte[line[start]] || line[start] == '-' {
			start++
			continue
		}
		end := start
		for end < len(line) && wordByte[line[end]] && line[end] != '-' {
			end++
		}
		word := line[start:end]
		start = end
		switch k := strings.LastIndex(word, t.prefix); {
		case k > 0:
			t.inner = append(t.inner, i)
			fallthrough
		case k == 0:
			if l := t.words[word]; len(l) == 0 || l[len(l)-1] != i {
				t.words[word] = append(l, i)
			}
		}
	}
}

// symbols lists the symbols that the text gives values to.
func (t *mergeText) symbols() (list []string) {
	for _, line := range t.lines {
		line = strings.TrimSuffix(line, "\n")
		rest, unset := strings.CutPrefix(line, "# ")
		name, ok := strings.CutPrefix(rest, t.prefix)
		if !ok {
			continue
		}
		n := 0
		for n < len(name) && wordByte[name[n]] && name[n] != '-' {
			n++
		}
		if unset && name[n:] == " is not set" || !unset && n < len(name) && name[n] == '=' {
			list = append(list, t.prefix+name[:n])
		}
	}
	return list
}

// grep returns the lines that hold the word.
func (t *mergeText) grep(word string) (string, bool) {
	var found []string
	for _, i := range t.words[word] {
		if t.lines[i] != "" {
			found = append(found, strings.TrimSuffix(t.lines[i], "\n"))
		}
	}
	return strings.TrimRight(strings.Join(found, "\n"), "\n"), len(found) > 0
}

// remove deletes the lines that hold the name before a blank or an equals sign.
func (t *mergeText) remove(name string) {
	for _, list := range [][]int{t.words[name], t.inner} {
		for _, i := range list {
			if strings.Contains(t.lines[i], name+"=") || strings.Contains(t.lines[i], name+" ") {
				t.lines[i] = ""
			}
		}
	}
}

func (t *mergeText) text() []byte { return []byte(strings.Join(t.lines, "")) }
