package query

// This file answers questions about symbols and configurations.

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gokbuild/kconfig"
)

// symbolsAnswer answers value, why and why-off.
type symbolsAnswer struct {
	header
	Symbols []Symbol `json:"symbols"`
	// Unknown are names that nothing defines.
	Unknown []string `json:"unknown"`
}

func (a *symbolsAnswer) empty() bool { return len(a.Symbols) == 0 }

func (e *Engine) values(h header, args []string) (answer, error) {
	k, err := e.Kconfig()
	if err != nil {
		return nil, err
	}
	a := &symbolsAnswer{header: h, Symbols: []Symbol{}, Unknown: []string{}}
	for _, name := range args {
		if s, ok := k.Symbol(name); ok {
			if h.Query == "why-off" && s.Value != "y" {
				s.TurnOn = k.TurnOn(name)
			}
			a.Symbols = append(a.Symbols, s)
		} else {
			a.Unknown = append(a.Unknown, Name(name))
		}
	}
	return a, nil
}

func (a *symbolsAnswer) text(w io.Writer) {
	for i := range a.Symbols {
		s := &a.Symbols[i]
		switch a.Query {
		case "value":
			fmt.Fprintln(w, s.setting())
			continue
		case "why-off":
			if s.Value == "y" {
				fmt.Fprintf(w, "%s: %s\n", s.setting(), s.Reason)
				continue
			}
		}
		fmt.Fprintf(w, "%s: %s\n", s.setting(), s.Reason)
		for _, p := range s.Defined {
			fmt.Fprintf(w, "  defined at %s:%d\n", p.File, p.Line)
		}
		if s.Depends != "" {
			fmt.Fprintf(w, "  depends on: %s\n", s.Depends)
		}
		for _, b := range s.Blocking {
			fmt.Fprintf(w, "  needs: %s\n", b)
		}
		if s.SelectedBy != "" {
			fmt.Fprintf(w, "  selected by: %s\n", s.SelectedBy)
		}
		if s.ImpliedBy != "" {
			fmt.Fprintf(w, "  implied by: %s\n", s.ImpliedBy)
		}
		if s.Value != "y" && len(s.Blocking) == 0 && s.Visible != "n" {
			fmt.Fprintf(w, "  may be set to %s\n", s.Visible)
		}
		if a.Query == "why-off" {
			s.turnOnText(w)
		}
	}
}

func (a *symbolsAnswer) missing() (lines []string) {
	for _, name := range a.Unknown {
		lines = append(lines, prefix+name+": nothing defines it")
	}
	return lines
}

// setting is the symbol with its value as a configuration has it, but for what is off: texts are quoted.
func (s *Symbol) setting() string {
	value := s.Value
	if s.Type == kconfig.String.String() {
		value = quote(value)
	}
	return prefix + s.Name + "=" + value
}

// turnOnText says what turns a symbol on.
func (s *Symbol) turnOnText(w io.Writer) {
	switch {
	case len(s.TurnOn) > 0:
		fmt.Fprint(w, "  turned on by:")
		for _, step := range s.TurnOn {
			fmt.Fprintf(w, " %s=%s", step.Name, step.Value)
		}
		fmt.Fprintln(w)
	case s.Type == kconfig.Bool.String() || s.Type == kconfig.TristateType.String():
		fmt.Fprintln(w, "  no answers were found that turn it on")
	}
}

// Setting is a line of a configuration: a symbol and its value, "n" for "is not set".
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Line  int    `json:"line"`
}

// prefix is that of symbols in configurations.
const prefix = "CONFIG_"

// Settings reads the lines of a configuration that give values. Of texts the quotes are left on.
func Settings(text []byte) []Setting {
	var out []Setting
	no := 0
	for line := range bytes.Lines(text) {
		no++
		line := strings.TrimSpace(string(line))
		if rest, ok := strings.CutPrefix(line, "# "+prefix); ok {
			if name, ok := strings.CutSuffix(rest, " is not set"); ok {
				out = append(out, Setting{name, "n", no})
			}
			continue
		}
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			if name, value, ok := strings.Cut(rest, "="); ok {
				out = append(out, Setting{name, value, no})
			}
		}
	}
	return out
}

// Change is a difference of two configurations. "n" also stands for a symbol that one of them does not name.
type Change struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

type changedAnswer struct {
	header
	Changes []Change `json:"changes"`
}

func (a *changedAnswer) empty() bool       { return len(a.Changes) == 0 }
func (a *changedAnswer) missing() []string { return ifEmpty(a, "they do not differ") }
func (a *changedAnswer) text(w io.Writer) {
	for _, c := range a.Changes {
		fmt.Fprintf(w, "CONFIG_%s %s -> %s\n", c.Name, c.Old, c.New)
	}
}

func (e *Engine) changed(h header, args []string) (answer, error) {
	var texts [2][]byte
	for i, name := range args {
		text, err := os.ReadFile(e.argument(name))
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return &changedAnswer{h, differences(texts[0], texts[1])}, nil
}

// argument is the absolute name of a file that the caller names: it is in the working directory, or in that of make.
func (e *Engine) argument(name string) string {
	file := absolute(e.call.Dir, name)
	if other := absolute(e.dir, name); stateOf(file) == "" && stateOf(other) != "" {
		return other
	}
	return file
}

// Dropped is a setting of a fragment that would not take effect.
type Dropped struct {
	Setting
	// Got is the value that the symbol would have, Reason why.
	Got    string `json:"got"`
	Reason string `json:"reason"`
}

type dropAnswer struct {
	header
	Dropped []Dropped `json:"dropped"`
}

func (a *dropAnswer) empty() bool       { return len(a.Dropped) == 0 }
func (a *dropAnswer) missing() []string { return ifEmpty(a, "all its settings would take effect") }
func (a *dropAnswer) text(w io.Writer) {
	for _, d := range a.Dropped {
		fmt.Fprintf(w, "%d: CONFIG_%s=%s becomes %s: %s\n", d.Line, d.Name, d.Value, d.Got, d.Reason)
	}
}

// wouldDrop puts a fragment over the present configuration, as merge_config.sh does, and looks what becomes of it.
func (e *Engine) wouldDrop(h header, args []string) (answer, error) {
	fragment, err := os.ReadFile(e.argument(args[0]))
	if err != nil {
		return nil, err
	}
	present, err := os.ReadFile(filepath.Join(e.Out, ".config"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	dropped, err := e.WouldDrop(present, fragment)
	return &dropAnswer{h, dropped}, err
}

// WouldDrop lists the settings of a fragment that would not take effect in a configuration. The last setting of a symbol in the
// fragment counts.
func (e *Engine) WouldDrop(config, fragment []byte) ([]Dropped, error) {
	k, err := e.LoadKconfig("")
	if err != nil {
		return nil, err
	}
	return k.WouldDrop(config, fragment)
}

// WouldDrop is Engine.WouldDrop with a Kconfig that is then left with the settings of both.
func (k *Kconfig) WouldDrop(config, fragment []byte) ([]Dropped, error) {
	last := make(map[string]Setting)
	settings := Settings(fragment)
	for _, s := range settings {
		last[s.Name] = s
	}
	f, err := os.CreateTemp("", "gokbuild-config-")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	w := bufio.NewWriter(f)
	for line := range bytes.Lines(config) {
		if s := Settings(line); len(s) == 1 {
			if _, ok := last[s[0].Name]; ok {
				continue
			}
		}
		w.Write(line)
	}
	fmt.Fprintln(w)
	for _, s := range settings {
		if last[s.Name] != s {
			continue
		}
		if s.Value == "n" {
			fmt.Fprintf(w, "# %s%s is not set\n", prefix, s.Name)
		} else {
			fmt.Fprintf(w, "%s%s=%s\n", prefix, s.Name, s.Value)
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	if err := k.Config.ReadConfig(f.Name()); err != nil {
		return nil, err
	}
	dropped := []Dropped{}
	for _, s := range settings {
		if last[s.Name] != s {
			continue
		}
		if got, why := k.becomes(s); why != "" {
			dropped = append(dropped, Dropped{s, got, why})
		}
	}
	return dropped, nil
}

// becomes is the value of a symbol that was set, and why that is not what it was set to; "" if it is.
func (k *Kconfig) becomes(s Setting) (got, why string) {
	sym := k.Config.Lookup(s.Name)
	if sym == nil || !sym.IsDefined() {
		if s.Value == "n" {
			return "n", ""
		}
		return "n", "nothing defines it"
	}
	got = k.Config.Value(sym)
	switch sym.Type {
	case kconfig.Bool, kconfig.TristateType:
		if strings.HasPrefix(s.Value, got) { // conf looks at the first letter only
			return got, ""
		}
		if why := noValue(k.Config.EffectiveType(sym), sym.Type, s.Value); why != "" {
			return got, why
		}
		want := kconfig.Yes
		if s.Value == "m" {
			want = kconfig.Mod
		}
		if blocking := k.Blocking(sym, want); len(blocking) > 0 && got != "y" {
			return got, "needs " + strings.Join(blocking, ", ")
		}
	case kconfig.String:
		if got == unquote(s.Value) {
			return got, ""
		}
		if !strings.HasPrefix(s.Value, `"`) {
			return got, "a string stands in quotes"
		}
	default:
		if strings.EqualFold(strings.TrimPrefix(got, "0x"), strings.TrimPrefix(s.Value, "0x")) {
			return got, ""
		}
		if !k.Config.Accepts(sym, s.Value) {
			why := s.Value + " is no " + typeWord(sym.Type)
			if low, high, ok := k.model().Range(sym); ok {
				why += " from " + low + " to " + high
			}
			return got, why
		}
	}
	return got, k.reason(sym)
}

// noValue says why a bool or tristate never takes a value; "" if it may. present is the type that it has by the configuration: without
// modules a tristate is a bool.
func noValue(present, declared kconfig.Type, value string) string {
	switch letter := value[:min(len(value), 1)]; {
	case letter != "y" && letter != "m" && letter != "n":
		return value + " is no value of a " + typeWord(declared)
	case letter != "m" || present != kconfig.Bool:
		return ""
	case declared == kconfig.Bool:
		return "m is no value of a bool"
	}
	return "m needs modules, which are off"
}

// quote is a text as a configuration has it.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// unquote takes the quotes off a text of a configuration.
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(text[1 : len(text)-1])
}
