package commits

// This file goes over the commits and configurations, and decides the exit status.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/lang/flags"
)

// The exit statuses. Where one commit is named they are those that "git bisect run" knows: skip is a commit of which it cannot be
// said whether it is bad, stop ends the search.
const (
	statusGood  = 0
	statusBad   = 1
	statusWrong = 2
	bisectSkip  = 125
	bisectStop  = 128
)

// Run is one run of the program.
type Run struct {
	call  Call
	flags *flags.Flags
	// dir is the tree of the user, output the output directory that was given, "" for none; both absolute.
	dir, output string
	// words are the options and variables that each build gets, given those of them that decide what comes of it, with the goals.
	words, given []string
	env          []string
	// stops is set by -S: a build ends at its first error.
	stops bool

	children children
	repo     *repository
	room     *room
	line     *line
	out      *printer
	// at is the commit that the worktree is at; states what is known of each configuration after each commit.
	at     string
	states map[string]map[*config]*state
	tally  tally
}

// New prepares a run. f are the options of the call.
func New(call Call, f *flags.Flags) *Run {
	r := &Run{call: call, flags: f, dir: call.Dir, env: withoutLocal(call.Env), states: make(map[string]map[*config]*state), line: &line{}}
	for _, d := range f.Directories {
		r.dir = under(r.dir, d)
	}
	for _, entry := range call.Env {
		if name, value, _ := strings.Cut(entry, "="); name == "KBUILD_OUTPUT" && value != "" {
			r.output = under(r.dir, value)
		}
	}
	for _, a := range f.Assignments {
		if (a.Name == "O" || a.Name == "KBUILD_OUTPUT") && a.Value != "" {
			r.output = under(r.dir, a.Value)
		}
	}
	drop := func(name string) bool {
		return strings.HasPrefix(name, "each-") || slices.Contains([]string{"json", "progress", "summary", "replay-warnings", "no-wait", "O", "KBUILD_OUTPUT"}, name)
	}
	r.words = f.Words(call.Argv, drop)
	r.stops = slices.Contains(r.words, "-S")
	for _, word := range f.BareArgs()[1:] {
		if name, _, _ := strings.Cut(word, "="); !strings.HasPrefix(word, "-C") && !strings.HasPrefix(word, "--no-native") && name != "O" && name != "KBUILD_OUTPUT" {
			r.given = append(r.given, word)
		}
	}
	r.given = append(r.given, f.Goals...)
	return r
}

func under(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// Main runs, and returns the exit status.
func (r *Run) Main() int {
	err := r.run()
	r.line.leave()
	status := r.tally.status(single(r.flags.Each.Commit))
	switch {
	case err == nil:
		return status
	case errors.Is(err, errStopped):
		fmt.Fprintf(r.call.Stderr, "%s: stopped; the same command goes on here\n", r.flags.Program)
		return statusWrong // and then the signal ends us
	}
	fmt.Fprintf(r.call.Stderr, "%s: *** %v.  Stop.\n", r.flags.Program, err)
	if r.flags.Each.Commit != "" && single(r.flags.Each.Commit) {
		return bisectStop
	}
	return statusWrong
}

func (r *Run) run() (err error) {
	if err := check(r.flags); err != nil {
		return err
	}
	if r.out, err = r.open(); err != nil {
		return err
	}
	defer r.out.close(&err)
	if r.repo, err = openRepository(&r.children, r.call.Env, r.dir); err != nil {
		return err
	}
	commits, err := r.repo.commits(r.dir, r.flags.Each.Commit)
	if err != nil {
		return err
	}
	if len(commits) == 0 {
		return r.nothing()
	}
	configs, err := r.configs()
	if err != nil {
		return err
	}
	dir, err := r.roomOf(r.repo)
	if err != nil {
		return err
	}
	if r.room, err = openRoom(dir, r.flags.NoWait, func() bool { return r.children.stopping() != 0 }, func() { r.out.waits(dir) }); err != nil {
		return err
	}
	defer r.room.lock.Close()
	r.children.note = r.room.note
	r.out.begins(commits, configs, r.room.dir)
	for i, c := range commits {
		r.out.commit(c, i, commits)
		for _, cfg := range configs {
			if err := r.one(c, cfg, commits[max(0, i-1)]); err != nil {
				return err
			}
		}
	}
	r.out.ends(&r.tally)
	return nil
}

// nothing says that a range is empty, which is no error: a branch without commits of its own has nothing to build. If it is empty
// only because its ends stand in the wrong order, the other range is named.
func (r *Run) nothing() error {
	what := r.flags.Each.Commit
	text := "there is no commit in " + what + ": nothing is built"
	if from, to, ok := strings.Cut(what, ".."); ok && !strings.HasPrefix(to, ".") {
		other := to + ".." + from
		if all, err := r.repo.commits(r.dir, other); err == nil && len(all) > 0 {
			text += "; did you mean --each-commit=" + other + "?"
		}
	}
	r.out.printf("%s\n", text)
	return nil
}

// one builds a commit in a configuration, if it is not known what comes of it, and tells. before is the commit that was built before,
// or the same one if it is the first.
func (r *Run) one(c *commit, cfg *config, before *commit) error {
	key, err := r.key(cfg)
	if err != nil {
		return err
	}
	res := r.room.load(c.id, cfg, key)
	kept := res != nil && !r.flags.Each.Again
	if !kept {
		r.line.begin(cfg.title)
		if err := r.goTo(c); err != nil {
			return err
		}
		if res, err = r.build(c, cfg, key); err != nil {
			return err
		}
		r.line.leave()
	}
	parent := r.states[c.parent]
	if parent == nil && before != c {
		parent = r.states[before.id]
	}
	old := parent[cfg]
	new, d := after(old, res)
	if r.states[c.id] == nil {
		r.states[c.id] = make(map[*config]*state)
	}
	r.states[c.id][cfg] = new
	bad := r.tally.add(c, res, old, &d, r.flags.Each.Bad)
	r.out.result(&shown{Result: res, Difference: d, commit: c, config: cfg, kept: kept, bad: bad, old: old, grown: r.grown(res, cfg, old),
		log: r.room.log(c.id, cfg.name)})
	return nil
}

// goTo brings the worktree to a commit, if it is at another one. A worktree that cannot be used is made anew, once.
func (r *Run) goTo(c *commit) error {
	if r.at == c.id {
		return nil
	}
	tree := r.room.tree()
	if err := r.repo.worktree(tree, c.id); err != nil {
		return err
	}
	err := r.repo.checkout(tree, c.id)
	if err != nil && !errors.Is(err, errStopped) {
		if err := os.RemoveAll(tree); err != nil {
			return err
		}
		if err := r.repo.worktree(tree, c.id); err != nil {
			return err
		}
		err = r.repo.checkout(tree, c.id)
	}
	if err == nil {
		r.at = c.id
	}
	return err
}

// growth is by how much a linked file grew.
type growth struct {
	File     string   `json:"file"`
	Text     int64    `json:"text"`
	Data     int64    `json:"data"`
	BSS      int64    `json:"bss"`
	Sections []Change `json:"sections"`
	Symbols  []Change `json:"symbols"`
}

// mostChanges is how many changes of sections and symbols are told of.
const mostChanges = 100

// grown compares the sizes of a result with those that were there before.
func (r *Run) grown(res *Result, cfg *config, old *state) (all []growth) {
	if old == nil || len(res.Sizes) == 0 {
		return nil
	}
	var before, now map[string]symbols
	for _, size := range res.Sizes {
		for _, was := range old.sizes {
			if was.File != size.File {
				continue
			}
			if before == nil && old.sized != res.Commit {
				before, now = readSymbols(r.room.symbols(old.sized, cfg.name)), readSymbols(r.room.symbols(res.Commit, cfg.name))
			}
			g := growth{File: size.File, Text: int64(size.Text - was.Text), Data: int64(size.Data - was.Data), BSS: int64(size.BSS - was.BSS),
				Sections: changes(was.Sections, size.Sections, mostChanges)}
			if before != nil && now != nil {
				g.Symbols = changes(before[size.File], now[size.File], mostChanges)
			}
			all = append(all, g)
		}
	}
	return all
}

// Interrupt ends the run by a signal: what runs is told of it, and nothing else is started.
func (r *Run) Interrupt(sig syscall.Signal) { r.children.interrupt(sig) }

// Processes is how many processes run.
func (r *Run) Processes() int { return r.children.live() }

// Close has nothing to do: what is stored was stored when it was known.
func (r *Run) Close() {}

// Leave leaves the terminal as it should be.
func (r *Run) Leave() { r.line.leave() }

// tally counts, and knows which commits are bad.
type tally struct {
	built, failed, unconfigured, fresh, gone int
	bad, unsure                              bool
	// worse are commits of which a configuration was better before, with how.
	worse []worse
}

type worse struct {
	commit *commit
	how    string
}

// What makes a commit bad, besides a text.
const (
	badErrors   = "errors"
	badWarnings = "warnings"
)

// add counts a result, and reports whether it makes its commit a bad one.
func (t *tally) add(c *commit, res *Result, old *state, d *Difference, what string) (bad bool) {
	unsure := res.Status == Unconfigured
	switch what {
	case "", badErrors:
		bad = res.Status == Failed
	case badWarnings:
		bad = len(d.NewWarnings) > 0 || res.Status == Failed && old != nil
		unsure = unsure || res.Status == Failed
	default:
		for _, list := range [][]diagnostic.Diagnostic{res.Warnings, res.Errors} {
			bad = bad || slices.ContainsFunc(list, func(d diagnostic.Diagnostic) bool { return strings.Contains(d.OneLine()+"\n"+d.Text, what) })
		}
		unsure = unsure || res.Status == Failed
	}
	if c.base {
		return bad
	}
	switch res.Status {
	case Built:
		t.built++
	case Failed:
		t.failed++
	case Unconfigured:
		t.unconfigured++
	}
	t.fresh += len(d.NewWarnings)
	t.gone += len(d.GoneWarnings)
	t.bad, t.unsure = t.bad || bad, t.unsure || unsure && !bad
	how := ""
	switch {
	case old == nil && res.Status != Built, old != nil && res.Status.rank() > old.status.rank():
		how = string(res.Status)
	case res.Status == Failed && len(d.NewErrors) > 0:
		how = "new errors"
	case bad && what != "" && what != badErrors:
		how = "bad by --each-bad"
	}
	if how != "" {
		t.worse = append(t.worse, worse{c, res.Config + ": " + how})
	}
	return bad
}

// status is the exit status.
func (t *tally) status(single bool) int {
	switch {
	case t.bad, t.unconfigured > 0 && !single:
		return statusBad
	case t.unsure && single:
		return bisectSkip
	}
	return statusGood
}
