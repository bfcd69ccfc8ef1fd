package commits

// This file reads what is asked for.

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
)

// Call is how the program was called.
type Call struct {
	// Executable is gokbuild, which builds; Cache the folder of what is remembered between runs, "" for none.
	Executable, Cache string
	Argv              []string
	Dir               string
	Env               []string
	Stdout, Stderr    *os.File
}

// Asked reports whether options ask for this program. nil asks for nothing.
func Asked(f *flags.Flags) bool {
	if f == nil || f.Help || f.Version {
		return false
	}
	e := &f.Each
	return e.Commit != "" || e.Bad != "" || e.Again || len(e.Configs)+len(e.Files) > 0
}

// check returns what is wrong with a set of options.
func check(f *flags.Flags) error {
	if f.Each.Commit == "" {
		return errors.New("--each-commit=A..B says which commits are meant")
	}
	if strings.HasPrefix(f.Each.Commit, "-") {
		return fmt.Errorf("--each-commit=%s: not a range of commits", f.Each.Commit)
	}
	for _, with := range []struct {
		on     bool
		option string
	}{{f.DryRun, "-n"}, {f.Question, "-q"}, {f.Touch, "-t"}, {f.PrintDatabase, "-p"}, {f.TraceFile != "", "--trace=FILE"},
		{f.Report != "", "--report"}, {f.SARIF != "", "--sarif"}, {f.Kept, "--messages"}, {f.CompDB != "", "--compdb"},
		{f.Ask.Query != "", "--query"}, {f.LSP, "--lsp"}, {f.MCP, "--mcp"}, {f.Watch, "--watch"}} {
		if with.on {
			return fmt.Errorf("--each-commit does not go with %s", with.option)
		}
	}
	return nil
}

// config is a configuration: what is typed after make to configure, and a file that stands for .config before.
type config struct {
	// Title is the configuration as it was given; name is that of its output directory.
	title, name string
	// file is absolute; variables and goals are words of a command line.
	file             string
	variables, goals []string
}

// configs are the configurations that are asked for: those of --each-config, or the .config of the output directory or the tree,
// or defconfig.
func (r *Run) configs() ([]*config, error) {
	titles := r.flags.Each.Configs
	if len(titles) == 0 {
		titles = []string{defaultConfig}
		for _, dir := range []string{r.output, r.dir} {
			if dir != "" && kernel.Configured(dir) {
				titles = []string{filepath.Join(dir, ".config")}
				break
			}
		}
	}
	var all []*config
	names := make(map[string]bool)
	for _, title := range titles {
		c, err := r.config(title)
		if err != nil {
			return nil, err
		}
		if !names[c.name] {
			all = append(all, c)
		}
		names[c.name] = true
	}
	return all, nil
}

// defaultConfig is what a tree is configured as where nothing else is said.
const defaultConfig = "defconfig"

// config reads one configuration: goals such as "tinyconfig kvm_guest.config", variables, and a file, which has a slash in its name.
func (r *Run) config(title string) (*config, error) {
	c := &config{title: title}
	for _, word := range strings.Fields(title) {
		switch name, _, variable := strings.Cut(word, "="); {
		case variable && !strings.Contains(name, "/"):
			c.variables = append(c.variables, word)
		case strings.Contains(word, "/"):
			if c.file = word; !filepath.IsAbs(word) {
				c.file = filepath.Join(r.call.Dir, word)
			}
			if st, err := os.Stat(c.file); err != nil || !st.Mode().IsRegular() {
				return nil, fmt.Errorf("--each-config=%s: there is no file %s", title, word)
			}
		case strings.HasPrefix(word, "-"):
			return nil, fmt.Errorf("--each-config=%s: %s is no goal and no variable", title, word)
		default:
			c.goals = append(c.goals, word)
		}
	}
	if len(c.goals) == 0 {
		if c.file == "" {
			return nil, fmt.Errorf("--each-config=%s: no goal that configures, and no file", title)
		}
		c.goals = []string{kernel.FillConfig}
	}
	c.name = strings.Trim(unusual.ReplaceAllString(filepath.Base(c.file)+" "+strings.Join(c.goals, " "), "_"), "._")
	if c.file == "" && len(c.variables) == 0 && len(r.given) == 0 && !unusual.MatchString(title) {
		return c, nil
	}
	// Two of them that differ in what is not in the name are kept apart.
	sum := sha256.Sum256([]byte(strings.Join(append(append([]string{c.file}, c.variables...), r.given...), "\x00")))
	c.name = c.name[:min(len(c.name), 60)] + "-" + hex.EncodeToString(sum[:4])
	return c, nil
}

var unusual = pattern.New(`[^A-Za-z0-9._+-]+`)

// key stands for all that decides what comes of a commit in a configuration, the commit apart: results with another key are not
// believed.
func (r *Run) key(c *config) (string, error) {
	h := sha256.New()
	put := func(words ...string) { fmt.Fprintf(h, "%q\n", words) }
	put(r.given...)
	put(c.goals...)
	put(c.variables...)
	put(r.flags.Each.Files...)
	if c.file != "" {
		text, err := os.ReadFile(c.file)
		if err != nil {
			return "", err
		}
		put(string(text))
	}
	path := ""
	prefix := []string{""}
	for _, word := range append(append(append([]string{}, r.env...), r.given...), c.variables...) {
		name, value, _ := strings.Cut(word, "=")
		switch {
		case name == "PATH":
			path = value
		case name == kernel.CrossPrefix:
			prefix = append(prefix, value)
		}
		if kernel.Decides(name) {
			put(word, content(under(r.dir, value)))
		}
	}
	for _, tool := range kernel.Compilers {
		for _, p := range prefix {
			put(identity(path, p+tool))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// content is that of a regular file; "" if there is none.
func content(name string) string {
	if st, err := os.Stat(name); err != nil || !st.Mode().IsRegular() {
		return ""
	}
	text, _ := os.ReadFile(name)
	return string(text)
}

// identity is another one when the program that a name leads to is another one; "" if there is none.
func identity(path, name string) string {
	dirs := filepath.SplitList(path)
	if strings.Contains(name, "/") {
		dirs = []string{""}
	}
	for _, dir := range dirs {
		file, err := filepath.EvalSymlinks(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if st, err := os.Stat(file); err == nil && st.Mode().IsRegular() && st.Mode()&0o111 != 0 {
			return fmt.Sprintf("%s %d %d", file, st.Size(), st.ModTime().UnixNano())
		}
	}
	return ""
}
