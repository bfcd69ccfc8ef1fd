package diff

// This file reads recorded cases.

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/mattn/go-shellwords"
	"golang.org/x/tools/txtar"
)

// Case is one small Kconfig tree with runs of conf and the C tool's recorded
// answers, from one txtar file. testdata/kconfig/README.md describes the
// format.
type Case struct {
	Path     string
	About    string
	Dialects []string          // trees whose C tools answered, by name
	Pins     []string          // files whose bytes are recorded; patterns of path.Match
	Known    map[string]string // dialects in which we differ today, and why
	Start    State
	Steps    []Step
	wants    map[wantKey]string
	archive  *txtar.Archive
}

// wantKey names one recorded aspect of one step.
type wantKey struct {
	dialect string
	step    int    // from 1
	aspect  string // "exit", "stdout", "stderr", "names", "file NAME"
}

// LoadCase reads a case.
func LoadCase(path string) (*Case, error) {
	a, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{Path: path, Pins: []string{".config"}, Known: map[string]string{}, Start: State{}, wants: map[wantKey]string{}, archive: a}
	for _, line := range strings.Split(string(a.Comment), "\n") {
		name, value, ok := strings.Cut(line, ":")
		switch {
		case ok && name == "dialects":
			c.Dialects = strings.Fields(value)
		case ok && name == "known":
			dialect, why, _ := strings.Cut(strings.TrimSpace(value), " ")
			c.Known[dialect] = why
		case ok && name == "pin":
			c.Pins = strings.Fields(value)
		default:
			c.About += line + "\n"
		}
	}
	if len(c.Dialects) == 0 {
		return nil, fmt.Errorf("%s: no line «dialects:»", path)
	}
	var run string
	for _, f := range a.Files {
		if err := c.section(f, &run); err != nil {
			return nil, fmt.Errorf("%s: section %q: %w", path, f.Name, err)
		}
	}
	if c.Steps, err = parseRun(run, c.Start); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

func (c *Case) section(f txtar.File, run *string) error {
	name, text := f.Name, string(f.Data)
	if rest, ok := strings.CutPrefix(name, "quoted "); ok {
		var err error
		if text, err = unquoteLines(text); err != nil {
			return err
		}
		name = rest
	}
	if name == "run" {
		*run = text
		return nil
	}
	rest, ok := strings.CutPrefix(name, "want ")
	if !ok {
		c.Start[name] = Text(text)
		return nil
	}
	words := strings.SplitN(rest, " ", 3)
	if len(words) != 3 {
		return fmt.Errorf("want needs dialects, a step and an aspect")
	}
	step, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	dialects := strings.Split(words[0], ",")
	if words[0] == "*" {
		dialects = c.Dialects
	}
	for _, d := range dialects {
		if !slices.Contains(c.Dialects, d) {
			return fmt.Errorf("dialect %s is not one of the case", d)
		}
		c.wants[wantKey{d, step, words[2]}] = text
	}
	return nil
}

// unquoteLines joins lines that are Go string literals.
func unquoteLines(text string) (string, error) {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		s, err := strconv.Unquote(line)
		if err != nil {
			return "", fmt.Errorf("%s: %w", line, err)
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// parseRun reads lines of the form [NAME=value…] conf ARGS… [< FILE].
func parseRun(text string, start State) ([]Step, error) {
	var steps []Step
	for _, line := range strings.Split(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		command, input, redirected := strings.Cut(line, " < ")
		words, err := shellwords.Parse(command)
		if err != nil {
			return nil, fmt.Errorf("run: %s: %w", line, err)
		}
		i := slices.Index(words, "conf")
		if i < 0 {
			return nil, fmt.Errorf("run: %s: no conf", line)
		}
		st := Step{Name: strconv.Itoa(len(steps) + 1), Env: words[:i], Args: words[i+1:], From: len(steps) - 1}
		if redirected {
			f, ok := start[strings.TrimSpace(input)]
			if !ok {
				return nil, fmt.Errorf("run: %s: no section for the input", line)
			}
			st.Stdin = string(f.Data)
		}
		steps = append(steps, st)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("no section «run»")
	}
	return steps, nil
}

// syncAny stands for the sync mode, which was renamed along the way.
const syncAny = "--SYNC"

// stepFor returns step i for a dialect that has or lacks the newer name.
func (c *Case) stepFor(i int, hasSyncconfig bool) *Step {
	st := c.Steps[i]
	if j := slices.Index(st.Args, syncAny); j >= 0 {
		st.Args = slices.Clone(st.Args)
		st.Args[j] = "--silentoldconfig"
		if hasSyncconfig {
			st.Args[j] = "--syncconfig"
		}
	}
	return &st
}

// caseEnv is the environment of every case.
func caseEnv(st *Step) []string {
	return append(hermetic(), st.Env...)
}

// observe turns a result into what is recorded of it.
func (c *Case) observe(res *Result) map[string]string {
	o := map[string]string{"exit": strconv.Itoa(res.Exit) + "\n"}
	if len(res.Stdout) > 0 {
		o["stdout"] = string(normalize(res.Stdout))
	}
	if len(res.Stderr) > 0 {
		o["stderr"] = string(normalize(res.Stderr))
	}
	var names strings.Builder
	files := stableNames(res.Files)
	for _, n := range files.Names() {
		f := files[n]
		if _, input := c.Start[n]; input && !f.Touched {
			continue
		}
		mark := "  "
		switch {
		case f.Mode.IsDir():
			n += "/"
		case f.Touched:
			mark = "* "
		}
		names.WriteString(mark + n + "\n")
		for _, pin := range c.Pins {
			if ok, _ := filepath.Match(pin, n); ok && !f.Mode.IsDir() {
				o["file "+n] = string(f.Data)
			}
		}
	}
	if names.Len() > 0 {
		o["names"] = names.String()
	}
	return o
}

// wanted returns what is recorded of a step; nil means that the dialect was
// never asked.
func (c *Case) wanted(dialect string, step int) map[string]string {
	var o map[string]string
	for k, v := range c.wants {
		if k.dialect == dialect && k.step == step {
			if o == nil {
				o = map[string]string{}
			}
			o[k.aspect] = v
		}
	}
	return o
}

// record replaces what is recorded of a dialect; steps are in order.
func (c *Case) record(dialect string, steps []map[string]string) {
	for k := range c.wants {
		if k.dialect == dialect {
			delete(c.wants, k)
		}
	}
	for i, o := range steps {
		for aspect, v := range o {
			c.wants[wantKey{dialect, i + 1, aspect}] = v
		}
	}
}

// save writes the case with its recorded answers, equal ones only once.
func (c *Case) save() error {
	a := &txtar.Archive{Comment: c.archive.Comment}
	for _, f := range c.archive.Files {
		if !strings.HasPrefix(strings.TrimPrefix(f.Name, "quoted "), "want ") {
			a.Files = append(a.Files, f)
		}
	}
	type place struct {
		step   int
		aspect string
	}
	var places []place
	for k := range c.wants {
		if p := (place{k.step, k.aspect}); !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	sort.Slice(places, func(i, j int) bool {
		if places[i].step != places[j].step {
			return places[i].step < places[j].step
		}
		return places[i].aspect < places[j].aspect
	})
	for _, p := range places {
		var texts []string
		byText := map[string][]string{}
		for _, d := range c.Dialects {
			if v, ok := c.wants[wantKey{d, p.step, p.aspect}]; ok {
				if byText[v] == nil {
					texts = append(texts, v)
				}
				byText[v] = append(byText[v], d)
			}
		}
		for _, v := range texts {
			who := strings.Join(byText[v], ",")
			if len(byText[v]) == len(c.Dialects) {
				who = "*"
			}
			a.Files = append(a.Files, wantSection(fmt.Sprintf("want %s %d %s", who, p.step, p.aspect), v))
		}
	}
	return os.WriteFile(c.Path, txtar.Format(a), 0o666)
}

// wantSection quotes what a txtar section cannot hold as it is.
func wantSection(name, text string) txtar.File {
	plain := text == "" || strings.HasSuffix(text, "\n") && !strings.HasPrefix(text, "-- ") && !strings.Contains(text, "\n-- ") &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == '\uFFFD' })
	if plain {
		return txtar.File{Name: name, Data: []byte(text)}
	}
	var b strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		if line != "" {
			b.WriteString(strconv.Quote(line) + "\n")
		}
	}
	return txtar.File{Name: "quoted " + name, Data: []byte(b.String())}
}
