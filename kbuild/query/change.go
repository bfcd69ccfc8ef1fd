package query

// This file tells what a fragment would change in the present configuration.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// changeAnswer answers would-change. File is the configuration, Old its text and Config what it would be.
type changeAnswer struct {
	header
	File    string    `json:"file"`
	Changes []Change  `json:"changes"`
	Dropped []Dropped `json:"dropped"`
	Old     string    `json:"old"`
	Config  string    `json:"config"`
}

func (a *changeAnswer) empty() bool       { return len(a.Changes)+len(a.Dropped) == 0 }
func (a *changeAnswer) missing() []string { return ifEmpty(a, "it would change nothing") }
func (a *changeAnswer) text(w io.Writer) {
	(&changedAnswer{Changes: a.Changes}).text(w)
	(&dropAnswer{Dropped: a.Dropped}).text(w)
}

// wouldChange puts a fragment over the present configuration as conf would finish it (conf --olddefconfig).
func (e *Engine) wouldChange(h header, args []string) (answer, error) {
	fragment, err := os.ReadFile(e.argument(args[0]))
	if err != nil {
		return nil, err
	}
	k, err := e.LoadKconfig("")
	if err != nil {
		return nil, err
	}
	file := k.Env("KCONFIG_CONFIG")
	if file == "" {
		file = ".config"
	}
	file = absolute(k.dir, file)
	present, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no configuration in %s: make one first, as by defconfig", file)
	} else if err != nil {
		return nil, err
	}
	a := &changeAnswer{header: h, File: file, Old: string(present)}
	if a.Dropped, err = k.WouldDrop(present, fragment); err != nil {
		return nil, err
	}
	text := k.Config.DotConfig()
	a.Config, a.Changes = string(text), differences(present, text)
	return a, nil
}

// differences lists in what two configurations differ, in the order of names.
func differences(old, now []byte) []Change {
	values := make(map[string]Change)
	set := func(text []byte, set func(c *Change, value string)) {
		for _, s := range Settings(text) {
			c, ok := values[s.Name]
			if !ok {
				c = Change{s.Name, "n", "n"}
			}
			set(&c, s.Value)
			values[s.Name] = c
		}
	}
	set(old, func(c *Change, value string) { c.Old = value })
	set(now, func(c *Change, value string) { c.New = value })
	changes := []Change{}
	for _, c := range values {
		if c.Old != c.New {
			changes = append(changes, c)
		}
	}
	slices.SortFunc(changes, func(x, y Change) int { return strings.Compare(x.Name, y.Name) })
	return changes
}
