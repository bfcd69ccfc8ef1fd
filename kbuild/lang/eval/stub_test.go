package eval

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/lang/syntax"
)

// world is a Host and Sink that keeps what it is told. It runs no commands and
// serves makefiles from memory.
type world struct {
	files map[string]string
	// shell answers $(shell); nil refuses.
	shell func(command string) (string, int)

	dialect *syntax.Dialect
	out     []string
	vpath   []string
	rules   []*RuleDecl
	pats    []*PatternVar
	scopes  map[string]*Scope
	global  *Set
}

func (w *world) Shell(command string) ([]byte, int) {
	if w.shell == nil {
		return nil, 127
	}
	out, status := w.shell(command)
	return []byte(out), status
}

func (w *world) Load(name string) (*syntax.File, error) {
	text, ok := w.files[name]
	if !ok {
		return nil, os.ErrNotExist
	}
	return syntax.Parse(name, text, 1, w.dialect), nil
}

func (w *world) say(text string) {
	// What a runaway text prints is of no interest.
	if len(w.out) < 1000 {
		w.out = append(w.out, text)
	}
}

func (w *world) Info(text string) { w.say(text) }

func (w *world) Warn(pos Pos, text string) {
	if where := pos.String(); where != "" {
		text = where + ": " + text
	}
	w.say(text)
}

func (w *world) SpecialVar(v *Var) { w.say("special " + v.Name) }

func (w *world) Rule(r *RuleDecl) { w.rules = append(w.rules, r) }

func (w *world) TargetScope(target string) *Scope {
	s := w.scopes[target]
	if s == nil {
		s = &Scope{Set: NewSet(0), Next: &Scope{Set: w.global}, NextIsParent: true}
		w.scopes[target] = s
	}
	return s
}

func (w *world) PatternVar(v *PatternVar) { w.pats = append(w.pats, v) }

func (w *world) Special(target string) {}

func (w *world) IsSuffixRule(name string) bool { return name == ".c" || name == ".c.o" }

func (w *world) Vpath(pattern, dirs string) { w.vpath = append(w.vpath, pattern+"|"+dirs) }

// newInterp returns an evaluator in an empty directory.
func newInterp(tb testing.TB, d *syntax.Dialect) (*Interp, *world) {
	w := &world{files: map[string]string{}, scopes: map[string]*Scope{}, dialect: d}
	in := NewInterp(fsys.New().View(tb.TempDir()), d, w, w, w)
	in.Included = func(i Inclusion) {
		if i.Err != nil && !i.Optional {
			w.say("missing " + i.Name)
		}
	}
	w.global = in.Global
	return in, w
}

var (
	newest = &syntax.Dialect{Switches: &profile.Switches{LetAndIntcmp: true, ImmediateRecursiveAssign: true, GroupedTargets: true, UnexportAssign: true}}
	oldest = &syntax.Dialect{Switches: &profile.Switches{HashStartsCommentInCalls: true, GroupedTargets: true, UnexportAssign: true}}
)

// read evaluates text as a makefile; a fatal error becomes the last line of what
// was printed.
func read(in *Interp, w *world, text string) {
	if err := Catch(func() { in.ReadMakefile(syntax.Parse("m", text, 1, in.Dialect), "m", "m", true) }); err != nil {
		w.say("*** " + err.Error())
		in.Recover()
	}
}

// showRules writes the rules that were declared.
func (w *world) showRules() []string {
	var out []string
	for _, r := range w.rules {
		s := strings.Join(r.Targets, " ") + " "
		if r.Grouped {
			s += "&"
		}
		s += ":"
		if r.Double {
			s += ":"
		}
		if r.Static {
			s += " " + r.Pattern + ":"
		}
		s += strings.TrimRight(" "+strings.TrimSpace(r.Prereqs), " ")
		for _, l := range r.Recipe {
			s += fmt.Sprintf(" ; %d%q", l.No, l.Raw)
		}
		out = append(out, s)
	}
	return out
}
