package main

// Where the two worlds differ, somebody decides who is right. make goes by dates: it does not see a change that
// carries an old date, or an output that was cut short after it was made. gokbuild may see those, and then must
// have what a clean build leaves. First make is told of the change by new dates; if that makes the worlds equal,
// gokbuild was right. Otherwise make builds from nothing, and each file that differs must be as there.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gokbuild/depgraph/facts/tick"
)

func (t *trial) judge(e *edit, req request, g *result, c *comparison) (state, error) {
	fmt.Fprintf(t.log, "     the worlds differ:\n")
	if c != nil {
		t.list(c)
	}
	if !g.ok {
		fmt.Fprintf(t.log, "     WRONG gokbuild failed, make did not\n%s", indent(lastLines(g.out+g.err, 20)))
		return wrong, nil
	}
	if c != nil {
		if err := t.keep(c); err != nil {
			return wrong, err
		}
	}
	if len(e.ops) == 0 {
		fmt.Fprintf(t.log, "     WRONG bytes\n")
		return wrong, nil
	}
	told := t.make.notice(e.ops)
	now, err := tick.Next(t.make.dir)
	if err != nil {
		return wrong, err
	}
	if err := t.make.apply(told, now); err != nil {
		return wrong, err
	}
	// gokbuild's sources get the same dates; its outputs are what is judged.
	if err := t.own.apply(slices.DeleteFunc(told, func(o op) bool { return o.kind != opTouch }), now); err != nil {
		return wrong, err
	}
	m, err := t.make.run(request{words: req.words, env: req.env})
	if err != nil {
		return wrong, err
	}
	fmt.Fprintf(t.log, "     make once more, told by dates: %v\n", m)
	if m.ok {
		c, err := t.compare()
		if err != nil {
			return wrong, err
		}
		if c.equal() {
			return stale, nil
		}
		t.list(c)
	}
	return t.judgeClean(req)
}

// judgeClean compares with a build from nothing.
func (t *trial) judgeClean(req request) (state, error) {
	clean := &world{name: "clean", dir: filepath.Join(filepath.Dir(t.make.dir), "clean"), view: t.make.view, program: t.make.program}
	if err := clean.borrow(t.make); err != nil {
		return wrong, err
	}
	defer clean.giveBack()
	words := slices.DeleteFunc(slices.Clone(req.words), func(s string) bool { return !strings.HasPrefix(s, "-") && !strings.Contains(s, "=") })
	r, err := clean.run(request{words: words, env: req.env})
	if err != nil {
		return wrong, err
	}
	if !r.ok {
		fmt.Fprintf(t.log, "     WRONG and a clean build by make fails: %s\n%s", r.status, indent(lastLines(r.err, 10)))
		return wrong, nil
	}
	c, err := compareTrees(t.make.path("out"), t.own.path("out"), mayLack)
	if err != nil {
		return wrong, err
	}
	want, err := list(clean.path("out"))
	if err != nil {
		return wrong, err
	}
	var bad []string
	for _, path := range c.paths() {
		pair, err := compareOne(clean.path("out"), t.own.path("out"), path, want)
		if err != nil {
			return wrong, err
		}
		if pair != "" {
			bad = append(bad, path+": "+pair)
		}
	}
	if len(bad) > 0 {
		slices.Sort(bad)
		fmt.Fprintf(t.log, "     WRONG bytes: neither make's nor a clean build's:\n%s", indent(strings.Join(first(slices.Compact(bad), 20), "\n")))
		return wrong, nil
	}
	// What gokbuild shares with make only is shown: it should not rest on what it does not share.
	if c, err = compareTrees(clean.path("out"), t.own.path("out"), mayLack); err != nil {
		return wrong, err
	}
	fmt.Fprintf(t.log, "     a clean build agrees where the worlds differ; gokbuild's world against it:\n")
	t.list(c)
	// Both go on from the clean build.
	for _, w := range []*world{t.make, t.own} {
		if err := w.setOutput(clean.path("out")); err != nil {
			return wrong, err
		}
	}
	t.seen = pairs{}
	return stale, nil
}

// compareOne compares one path with the clean tree's, if that has it: leftovers of the past are nobody's fault.
func compareOne(want, got, path string, entries map[string]entry) (string, error) {
	w, ok := entries[path]
	if !ok {
		return "", nil
	}
	info, err := os.Lstat(filepath.Join(got, path))
	if errors.Is(err, fs.ErrNotExist) {
		return "missing", nil
	}
	if err != nil {
		return "", err
	}
	g := entry{mode: info.Mode(), size: info.Size()}
	if g.mode.Type() == fs.ModeSymlink {
		if g.link, err = os.Readlink(filepath.Join(got, path)); err != nil {
			return "", err
		}
	}
	var c comparison
	return c.pair(filepath.Join(want, path), filepath.Join(got, path), w, g)
}

func (t *trial) list(c *comparison) {
	var b strings.Builder
	c.report(&b)
	fmt.Fprint(t.log, indent(strings.Join(first(strings.Split(strings.TrimSpace(b.String()), "\n"), 12), "\n")))
}

// keep copies both versions of the files that differ, as the worlds go on.
func (t *trial) keep(c *comparison) error {
	dir := filepath.Join(t.scratch, "findings", fmt.Sprintf("seed%d-step%d", t.seed, t.count.steps))
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	n := 0
	for _, path := range c.paths() {
		for _, w := range []*world{t.make, t.own} {
			data, err := os.ReadFile(filepath.Join(w.path("out"), path))
			if err != nil {
				continue
			}
			to := filepath.Join(dir, w.name, path)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(to, data, 0o644); err != nil {
				return err
			}
		}
		if n++; n == 40 {
			break
		}
	}
	fmt.Fprintf(t.log, "     both versions are kept in %s\n", dir)
	return nil
}
