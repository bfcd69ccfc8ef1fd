package mcp

// This file sets symbols in the configuration, as conf would finish it.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/compdb"
	"gokbuild/kbuild/query"
)

// setAnswer tells what became of settings.
type setAnswer struct {
	V int `json:"v"`
	// File is the configuration; Written says that it was changed.
	File    string `json:"file"`
	Written bool   `json:"written"`
	// Changes are all symbols whose value changes, with those that follow from what was set.
	Changes []query.Change `json:"changes"`
	// Refused are the settings that would not take effect, and why. If there is one, nothing is written.
	Refused []refusal `json:"refused"`
}

// refusal is a setting that does not take effect.
type refusal struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Got    string `json:"got"`
	Reason string `json:"reason"`
}

// value is a value as agents write it: a text, a number, true for y or false for n.
type value string

func (v *value) UnmarshalJSON(text []byte) error {
	var s string
	switch t := strings.TrimSpace(string(text)); {
	case t == "true":
		*v = "y"
	case t == "false":
		*v = "n"
	case json.Unmarshal(text, &s) == nil && t != "null":
		*v = value(s)
	case forms["int"].MatchString(t):
		*v = value(t)
	default:
		return fmt.Errorf("%s is no value of a symbol", t)
	}
	return nil
}

// forbidden are characters that mean something to make or a shell: both read configurations.
const forbidden = "$`\"'\\;|&<>"

func (s *server) toolSet(ctx context.Context, c *call) (any, error) {
	var a struct {
		Symbols map[string]value `json:"symbols"`
		DryRun  bool             `json:"dry_run"`
	}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	wanted := make(map[string]string)
	for name, v := range a.Symbols {
		names, err := checkSymbols([]string{name})
		if err != nil {
			return nil, err
		}
		if strings.ContainsAny(string(v), forbidden) || strings.ContainsFunc(string(v), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return nil, fmt.Errorf("the value of %s has characters that mean something to make or a shell", name)
		}
		wanted[names[0]] = string(v)
	}
	if len(wanted) == 0 {
		return nil, errors.New("no symbol is named")
	}
	s.mu.Lock()
	running := s.running()
	s.mu.Unlock()
	if running != nil && !a.DryRun {
		return nil, fmt.Errorf("build %d is running, and reads the configuration; wait for it or cancel it", running.id)
	}
	return s.set(ctx, wanted, a.DryRun)
}

// set sets symbols.
func (s *server) set(ctx context.Context, wanted map[string]string, dryRun bool) (any, error) {
	fragment, refused, err := s.fragment(ctx, wanted)
	if err != nil {
		return nil, err
	}
	text, _, err := s.answered(ctx, fragment, "--query=would-change", "--json", "--", "/dev/stdin")
	if err != nil {
		return nil, err
	}
	var would struct {
		File, Old, Config string
		Changes           []query.Change
		Dropped           []query.Dropped
	}
	if err := json.Unmarshal(text, &would); err != nil {
		return nil, err
	}
	answer := &setAnswer{V: 1, File: would.File, Changes: would.Changes, Refused: refused}
	for _, d := range would.Dropped {
		if !slices.ContainsFunc(refused, func(r refusal) bool { return r.Name == d.Name }) {
			answer.Refused = append(answer.Refused, refusal{d.Name, wanted[d.Name], d.Got, d.Reason})
		}
	}
	slices.SortFunc(answer.Refused, func(x, y refusal) int { return strings.Compare(x.Name, y.Name) })
	switch {
	case dryRun:
		return answer, nil
	case len(answer.Refused) > 0:
		return nil, errRefused{answer}
	case would.Config == would.Old:
		return answer, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := replace(would.File, []byte(would.Old), []byte(would.Config)); err != nil {
		return nil, err
	}
	answer.Written = true
	return answer, nil
}

// fragment writes settings as a configuration has them, which depends on their types.
func (s *server) fragment(ctx context.Context, wanted map[string]string) (text string, refused []refusal, err error) {
	names := []string{}
	for name := range wanted {
		names = append(names, name)
	}
	slices.Sort(names)
	out, _, err := s.answered(ctx, "", slices.Concat([]string{"--query=value", "--json", "--"}, names)...)
	if err != nil {
		return "", nil, err
	}
	var known struct {
		Symbols []query.Symbol
		Unknown []string
	}
	if err := json.Unmarshal(out, &known); err != nil {
		return "", nil, err
	}
	refused = []refusal{}
	for _, name := range known.Unknown {
		refused = append(refused, refusal{name, wanted[name], "n", "nothing defines it"})
	}
	var b strings.Builder
	for _, sym := range known.Symbols {
		v := wanted[sym.Name]
		takes, ok := forms[sym.Type]
		switch {
		case ok && !takes.MatchString(v):
			refused = append(refused, refusal{sym.Name, v, sym.Value, "no value of type " + sym.Type})
		case v == "n" && (sym.Type == "bool" || sym.Type == "tristate"):
			fmt.Fprintf(&b, "# %s%s is not set\n", prefix, sym.Name)
		case sym.Type == "string":
			fmt.Fprintf(&b, "%s%s=\"%s\"\n", prefix, sym.Name, v) // it has no characters that would have to be escaped
		default:
			fmt.Fprintf(&b, "%s%s=%s\n", prefix, sym.Name, v)
		}
	}
	return b.String(), refused, nil
}

// forms are the values that types have. A tristate is a bool while there are no modules, which the same settings may bring.
var forms = map[string]*pattern.Pattern{
	"bool": pattern.New(`^[ymn]$`), "tristate": pattern.New(`^[ymn]$`),
	"int": pattern.New(`^-?[0-9]+$`), "hex": pattern.New(`^(0[xX])?[0-9A-Fa-f]+$`),
}

// replace makes text the configuration, which is old now, and keeps that beside it, as conf does. At no time is there none.
func replace(file string, old, text []byte) error {
	now, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return fmt.Errorf("%s was changed by somebody else meanwhile; nothing was written", file)
	}
	_ = os.Remove(file + ".old")
	_ = os.Link(file, file+".old")
	return compdb.Write(file, text)
}
