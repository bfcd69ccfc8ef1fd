package golden

// This file reads and writes cases: makefiles, commands and what they are to print.

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/mattn/go-shellwords"
	"golang.org/x/tools/txtar"
)

// Profile is a version of make as cases tell versions apart. Wants without a profile in their name
// belong to 4.3, or to the version nearest to it that the case holds for.
type Profile string

const (
	Make42 Profile = "4.2"
	Make43 Profile = "4.3"
	Make44 Profile = "4.4"
)

// profiles lists every profile, oldest first.
var profiles = [...]Profile{Make42, Make43, Make44}

// Profiles returns all profiles a case can speak about, oldest first.
func Profiles() []Profile { return profiles[:] }

// Pseudo profiles of wants in which our binary differs from GNU make on purpose: own always, native only as long
// as native steps are switched on.
const (
	own    = "gokbuild"
	native = "native"
)

// Command is one line of the args section.
type Command struct {
	Shell string   // a shell command between two runs of make, or empty
	Args  []string // the arguments of make, when Shell is empty
	Text  string   // the line as written, for the transcript
}

// Case is one golden case. The raw archive is kept so that an update rewrites only the wants.
type Case struct {
	Path     string // where the file was read
	Name     string // chapter/what_it_shows
	Comment  string
	Files    []txtar.File
	Commands []Command
	Env      []string
	Stdin    []byte
	Sort     []string                     // streams whose lines come in no fixed order
	Since    Profile                      // first profile the case holds for; empty means all
	Until    Profile                      // last profile the case holds for; empty means all
	differs  map[string]string            // why a profile, or our binary, has wants of its own
	wants    map[string]map[string]string // by profile or own, the base under the empty name
}

// wantParts are the things a run is judged by, in the order an update writes them.
var wantParts = [...]string{"stdout", "stderr", "exit", "files"}

// Load reads the case in file; name is how reports call it.
func Load(file, name string) (*Case, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	c.Path, c.Name = file, name
	return c, nil
}

// Parse reads a case. Every section must have a meaning: a misspelt want would otherwise be written
// as an input file and never be compared.
func Parse(data []byte) (*Case, error) {
	ar := txtar.Parse(data)
	c := &Case{Comment: string(ar.Comment), differs: map[string]string{}, wants: map[string]map[string]string{}}
	if strings.TrimSpace(c.Comment) == "" {
		return nil, fmt.Errorf("no opening comment")
	}
	seen := map[string]bool{}
	for _, f := range ar.Files {
		if seen[f.Name] {
			return nil, fmt.Errorf("section %s stands twice", f.Name)
		}
		seen[f.Name] = true
		if err := c.section(f); err != nil {
			return nil, fmt.Errorf("section %s: %w", f.Name, err)
		}
	}
	if len(c.Commands) == 0 {
		return nil, fmt.Errorf("no args section")
	}
	return c, nil
}

func (c *Case) section(f txtar.File) error {
	switch {
	case f.Name == "args":
		return c.parseArgs(string(f.Data))
	case f.Name == "env":
		c.Env = lines(string(f.Data))
	case f.Name == "stdin":
		c.Stdin = f.Data
	case f.Name == "sort":
		c.Sort = strings.Fields(string(f.Data))
		for _, s := range c.Sort {
			if s != "stdout" && s != "stderr" {
				return fmt.Errorf("no stream %q", s)
			}
		}
	case f.Name == "versions":
		return c.parseVersions(string(f.Data))
	case strings.HasPrefix(f.Name, "want."):
		profile, part, ok := splitWant(f.Name)
		if !ok {
			return fmt.Errorf("unknown want")
		}
		c.setWant(profile, part, string(f.Data))
	default:
		if path.IsAbs(f.Name) || strings.HasPrefix(path.Clean(f.Name), "..") {
			return fmt.Errorf("outside the case's folder")
		}
		c.Files = append(c.Files, f)
	}
	return nil
}

// splitWant takes want.PART or want.PROFILE.PART apart.
func splitWant(name string) (profile, part string, ok bool) {
	rest := strings.TrimPrefix(name, "want.")
	i := strings.LastIndexByte(rest, '.')
	if i >= 0 {
		profile, rest = rest[:i], rest[i+1:]
	}
	if profile != "" && profile != own && profile != native && !slices.Contains(profiles[:], Profile(profile)) {
		return "", "", false
	}
	return profile, rest, slices.Contains(wantParts[:], rest)
}

func (c *Case) parseArgs(text string) error {
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		cmd := Command{Text: line}
		if sh, ok := strings.CutPrefix(line, "$ "); ok {
			cmd.Shell = sh
		} else {
			words, err := shellwords.Parse(line)
			if err != nil {
				return fmt.Errorf("%q: %w", line, err)
			}
			cmd.Args = words
		}
		c.Commands = append(c.Commands, cmd)
	}
	return nil
}

func (c *Case) parseVersions(text string) error {
	for _, line := range lines(text) {
		head, why, ok := strings.Cut(line, ":")
		why = strings.TrimSpace(why)
		if !ok || why == "" {
			return fmt.Errorf("%q gives no reason", line)
		}
		verb, arg, _ := strings.Cut(head, " ")
		known := slices.Contains(profiles[:], Profile(arg))
		switch {
		case verb == "since" && known:
			c.Since = Profile(arg)
		case verb == "until" && known:
			c.Until = Profile(arg)
		case verb == "differs" && (known || arg == own || arg == native):
			c.differs[arg] = why
		default:
			return fmt.Errorf("%q is not since, until or differs with a known version", head)
		}
	}
	return nil
}

// Holds says whether the case speaks about profile p.
func (c *Case) Holds(p Profile) bool {
	return (c.Since == "" || p >= c.Since) && (c.Until == "" || p <= c.Until)
}

// base is the profile whose wants carry no version in their name.
func (c *Case) base() Profile {
	for _, p := range [...]Profile{Make43, Make44, Make42} {
		if c.Holds(p) {
			return p
		}
	}
	return Make43
}

// Want returns what profile p must show. ok is false when no reference has been recorded yet.
func (c *Case) Want(p Profile) (r Result, ok bool) {
	return c.merged("", string(p)), c.recorded()
}

// OwnWant returns what our binary must show under profile p.
func (c *Case) OwnWant(p Profile) (r Result, ok bool) {
	return c.merged("", string(p), own, native), c.recorded()
}

// OwnWantWithoutNative returns what our binary must show with its native steps switched off.
func (c *Case) OwnWantWithoutNative(p Profile) (r Result, ok bool) {
	return c.merged("", string(p), own), c.recorded()
}

// recorded says whether a reference was ever asked: an update always writes the exit part.
func (c *Case) recorded() bool {
	_, ok := c.wants[""]["exit"]
	return ok
}

// merged reads each part from the last of the layers that has it.
func (c *Case) merged(layers ...string) Result {
	var r Result
	for _, part := range wantParts {
		for _, layer := range layers {
			if text, ok := c.wants[layer][part]; ok {
				*r.part(part) = text
			}
		}
	}
	return r
}

func (c *Case) setWant(layer, part, text string) {
	if c.wants[layer] == nil {
		c.wants[layer] = map[string]string{}
	}
	c.wants[layer][part] = text
}

// Record replaces the wants of profile p by r. For the base profile these are the plain wants; for
// another one only the parts that differ from the base are kept.
func (c *Case) Record(p Profile, r Result) {
	layer := ""
	if p != c.base() {
		layer = string(p)
	}
	delete(c.wants, layer)
	for _, part := range wantParts {
		text := *r.part(part)
		switch {
		case layer != "" && c.wants[""][part] == text:
		case layer == "" && part != "exit" && text == "":
		default:
			c.setWant(layer, part, text)
		}
	}
}

// Check reports wants that say nothing: differences without a reason, reasons without a difference.
func (c *Case) Check() error {
	for layer, parts := range c.wants {
		if layer == "" {
			continue
		}
		if c.differs[layer] == "" {
			return fmt.Errorf("want.%s.* without a line \"differs %s: why\" in versions", layer, layer)
		}
		for part, text := range parts {
			// Ours may well equal one version and differ from another.
			if layer != own && layer != native && c.wants[""][part] == text {
				return fmt.Errorf("want.%s.%s equals want.%s", layer, part, part)
			}
		}
	}
	for layer := range c.differs {
		if len(c.wants[layer]) == 0 {
			return fmt.Errorf("versions says %s differs, but no want does", layer)
		}
	}
	return nil
}

// Format writes the case back, inputs as they were read and wants in fixed order behind them.
func (c *Case) Format(original []byte) []byte {
	ar := txtar.Parse(original)
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want.") })
	for _, layer := range []string{"", string(Make42), string(Make43), string(Make44), own, native} {
		for _, part := range wantParts {
			text, ok := c.wants[layer][part]
			if !ok {
				continue
			}
			name := "want." + part
			if layer != "" {
				name = "want." + layer + "." + part
			}
			ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	return bytes.TrimLeft(txtar.Format(ar), "\n")
}

func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			out = append(out, line)
		}
	}
	return out
}
