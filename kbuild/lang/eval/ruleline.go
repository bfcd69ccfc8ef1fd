package eval

// This file reads lines with rules, once they are expanded.

import (
	"errors"
	"io/fs"
	"strings"

	"gokbuild/kbuild/fsys"
	"gokbuild/kbuild/lang/syntax"
)

// RuleDecl is a rule as a makefile declares it, its names expanded.
type RuleDecl struct {
	Targets []string
	// Double is set for "::", Grouped for "&:" and "&::".
	Double, Grouped bool
	// Static is set for a static pattern rule; Pattern is its target pattern.
	Static  bool
	Pattern string
	// Prereqs is the text of the prerequisites, order-only ones behind '|'.
	// If Second is set it must be expanded once more for each target.
	Prereqs   string
	Second    bool
	Recipe    []*syntax.Line
	HasRecipe bool
	Pos       Pos
	// Once: names that are new are copied; see [syntax.File].
	Once bool
}

// Name is one word of a list of file names.
type Name struct {
	Name string
}

// finishRule hands the open rule over.
func (r *reader) finishRule() {
	r.noTargets = false
	if r.rule == nil {
		return
	}
	rule := r.rule
	r.rule = nil
	r.in.Sink.Rule(rule)
}

// ruleLine evaluates a line that is neither assignment nor directive.
func (r *reader) ruleLine(s *syntax.Rule) {
	in := r.in
	r.finishRule()
	if s.Tab && in.Prefix == '\t' {
		in.fail("recipe commences before first target")
	}
	if s.Text == "" || trim(s.Text) == "" {
		if s.Recipe != nil {
			in.fail("missing rule before recipe")
		}
		return
	}
	if s.Colon == 0 {
		// A rule without targets is accepted and ignored.
		r.noTargets = true
		return
	}
	if s.Colon > 0 {
		targets, colon := syntax.FindUnquoted(in.Expand(s.Targets), ":", false)
		if colon < 0 && (s.Recipe != nil || strings.IndexByte(targets, ';') < 0) {
			r.declare(s, targets, s.Double, s.Grouped, s.Assign, s.Prereqs, "")
			return
		}
	}
	r.expandedRuleLine(s)
}

// missingSeparator ends the make, as a line is no rule nor anything else; with a hint where there is a usual reason.
func (r *reader) missingSeparator(s *syntax.Rule) {
	switch in := r.in; {
	case s.Spaces && in.Prefix == '\t':
		in.fail("missing separator (did you mean TAB instead of 8 spaces?)")
	case in.Dialect.IfeqBlankHint && (strings.HasPrefix(s.Text, "ifeq") || strings.HasPrefix(s.Text, "ifneq")):
		in.fail("missing separator (ifeq/ifneq must be followed by whitespace)")
	default:
		in.fail("missing separator")
	}
}

// expandedRuleLine handles a line whose separator comes out of an expansion.
// Words are expanded one by one until the separator appears, since the rest may
// be a target-specific variable, which is not expanded.
func (r *reader) expandedRuleLine(s *syntax.Rule) {
	in := r.in
	text, rest := "", s.Text
	var recipe *syntax.Line
	semi := func() {
		if s.Recipe != nil || recipe != nil {
			return
		}
		if t, i := syntax.FindUnquoted(text, ";", false); i >= 0 {
			text = t[:i]
			recipe = &syntax.Line{Raw: t[i+1:] + in.ExpandText(rest), No: in.Pos.Line}
			// Already expanded: protect what is left.
			recipe.Raw = strings.ReplaceAll(recipe.Raw, "\n", " ")
			rest = ""
		}
	}
	colon := -1
	for {
		word, more := ruleWord(rest)
		if word == "" {
			break
		}
		if text != "" && !(word == ":" || word == "::") {
			text += " "
		}
		rest = more
		done := len(text)
		if s.Whole != nil && word == s.Text {
			text += in.Expand(s.Whole)
		} else {
			text += in.ExpandText(word)
		}
		semi()
		// What was passed before holds no separator, only unquoted colons.
		last := ""
		if len(text) > done {
			last, colon = syntax.FindUnquoted(text[done:], ":", false)
			text = text[:done] + last
		}
		if colon >= 0 {
			colon += done
			break
		}
	}
	if colon < 0 {
		if trim(text) != "" {
			r.missingSeparator(s)
		}
		return
	}
	targets, after := text[:colon], text[colon+1:]
	grouped := strings.HasSuffix(targets, "&") && in.Dialect.GroupedTargets
	if grouped {
		targets = targets[:len(targets)-1]
	}
	double := strings.HasPrefix(after, ":")
	after = strings.TrimPrefix(after, ":")
	if double && rest != "" && after == "" {
		rest = strings.TrimPrefix(rest, ":")
	}
	assign := syntax.ParseTargetAssign(after+rest, s.Recipe, in.Dialect)
	if recipe != nil {
		s = &syntax.Rule{Recipe: recipe}
	}
	r.declare(s, targets, double, grouped, assign, syntax.Compile(rest, in.Dialect), after)
}

// ruleWord cuts the next word off an unexpanded rule line; a colon is a word of
// its own.
func ruleWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '$':
			i = syntax.SkipReference(s, i)
			continue
		case c == ':' && i == 0:
			if strings.HasPrefix(s, "::") {
				return "::", s[2:]
			}
			return ":", s[1:]
		case c == ':' && s[i-1] != '\\', syntax.IsSpace(c):
			return s[:i], s[i:]
		}
		i++
	}
	return s, ""
}

// declare opens a rule, or makes a target-specific assignment. Prerequisites
// are the already expanded text before followed by the expansion of prereqs.
func (r *reader) declare(s *syntax.Rule, targets string, double, grouped bool, assign *syntax.Assign, prereqs *syntax.Expr, before string) {
	in := r.in
	names := in.fileNames(targets, true)
	if len(names) == 0 {
		r.noTargets = true
		return
	}
	if assign != nil {
		if assign.Op == syntax.OpNone {
			in.fail("Malformed target-specific variable definition")
		}
		for _, n := range names {
			if b, a, ok := splitPercent(n.Name); ok {
				in.Sink.PatternVar(in.patternVar(b, a, assign))
			} else {
				in.TargetAssign(in.Sink.TargetScope(b), assign)
			}
		}
		return
	}
	r.noTargets = false
	rule := &RuleDecl{Double: double, Grouped: grouped, Pos: in.Pos, Second: in.SecondExpansion, Once: in.reading.once}
	for _, n := range names {
		rule.Targets = append(rule.Targets, n.Name)
	}
	text := before + in.Expand(prereqs)
	recipe := s.Recipe
	if recipe == nil && strings.IndexByte(text, ';') >= 0 {
		if t, i := syntax.FindUnquoted(text, ";", false); i >= 0 {
			text = t[:i]
			recipe = &syntax.Line{Raw: t[i+1:], No: in.Pos.Line}
		}
	}
	if strings.Contains(text, "\\=") {
		text, _ = syntax.FindUnquoted(text, "=", false)
	}
	r.staticPattern(rule, text)
	if recipe != nil {
		rule.HasRecipe = true
		rule.Recipe = append(rule.Recipe, recipe)
	}
	r.rule = rule
	in.chooseDefault(rule, r.setDefault)
}

// staticPattern splits "pattern: prereqs" (manual, "Static Pattern Rules").
func (r *reader) staticPattern(rule *RuleDecl, text string) {
	in := r.in
	rule.Prereqs = text
	if strings.IndexByte(text, ':') < 0 {
		return
	}
	text, i := syntax.FindUnquoted(text, ":", false)
	if i < 0 {
		rule.Prereqs = text
		return
	}
	var patterns []string
	for w := range Words(text[:i]) {
		patterns = append(patterns, TrimDotSlash(w))
	}
	switch {
	case len(patterns) == 0:
		in.fail("missing target pattern")
	case len(patterns) > 1:
		in.fail("multiple target patterns")
	}
	if _, _, ok := splitPercent(patterns[0]); !ok {
		in.fail("target pattern contains no '%'")
	}
	rule.Static, rule.Pattern, rule.Prereqs = true, patterns[0], text[i+1:]
}

// chooseDefault notes special targets and the default goal while the rule is
// read: conditionals in its recipe may already look at them.
func (in *Interp) chooseDefault(rule *RuleDecl, setDefault bool) {
	for _, t := range rule.Targets {
		if t[0] == '.' {
			in.Sink.Special(t)
		}
	}
	if !setDefault {
		return
	}
	if g := in.Global.Get(".DEFAULT_GOAL"); g != nil && g.Value != "" {
		return
	}
	for _, t := range rule.Targets {
		if strings.IndexByte(t, '%') >= 0 {
			return
		}
		if t[0] == '.' && strings.IndexByte(t, '/') < 0 || in.Sink.IsSuffixRule(t) {
			continue
		}
		in.changes++
		in.Global.Define(".DEFAULT_GOAL", t, OriginFile, false, Pos{})
		return
	}
}

// fileNames splits text into file names: blanks quoted by a backslash belong to
// a name, wildcards are expanded, archive members are separated.
func (in *Interp) fileNames(text string, archives bool) []Name {
	var names []Name
	for text != "" {
		var w string
		w, text = cutFileName(text)
		if w == "" {
			break
		}
		w = TrimDotSlash(w)
		if archives && strings.IndexByte(w, '(') > 0 {
			var group string
			if group, text = archiveGroup(w, text); group != "" {
				for _, m := range splitArchive(group) {
					names = in.appendMember(names, m)
				}
				continue
			}
		}
		names = in.appendName(names, w)
	}
	return names
}

func (in *Interp) appendName(names []Name, w string) []Name {
	if w[0] == '~' {
		w = fsys.Tilde(w, in.home)
	}
	if fsys.HasGlob(w) {
		if found := in.View.Glob(w, in.home); len(found) > 0 {
			for _, n := range found {
				names = append(names, Name{Name: TrimDotSlash(n)})
			}
			return names
		}
	}
	return append(names, Name{w})
}

// appendMember appends lib(member), or the members that it matches.
func (in *Interp) appendMember(names []Name, w string) []Name {
	open := strings.IndexByte(w, '(')
	if w[open+1] == '(' && strings.HasSuffix(w, "))") {
		Stop("attempt to use unsupported feature: '" + w + "'")
	}
	if pattern := w[open+1 : len(w)-1]; fsys.HasGlob(pattern) && in.ArchiveGlob != nil {
		if found := in.ArchiveGlob(w[:open], pattern); len(found) > 0 {
			for _, m := range found {
				names = append(names, Name{Name: w[:open] + "(" + m + ")"})
			}
			return names
		}
	}
	return append(names, Name{w})
}

// FileNames splits text into file names as a prerequisite list is split.
func (in *Interp) FileNames(text string) []Name { return in.fileNames(text, true) }

// cutFileName cuts a word off text; a backslash quotes a blank.
func cutFileName(text string) (name, rest string) {
	name, rest = cutWord(text)
	for strings.HasSuffix(name, "\\") && rest != "" {
		bs := 0
		for bs < len(name) && name[len(name)-1-bs] == '\\' {
			bs++
		}
		name = name[:len(name)-(bs+1)/2]
		if bs%2 == 0 {
			return name, rest
		}
		name += rest[:1]
		i := 1
		for i < len(rest) && !syntax.IsSpace(rest[i]) {
			i++
		}
		name += rest[1:i]
		rest = rest[i:]
	}
	return name, rest
}

// archiveGroup collects lib(a b c), whose members may be separated by blanks. group is empty if no word ends it: then word is a name.
func archiveGroup(word, rest string) (group, after string) {
	group, after = word, rest
	for !strings.HasSuffix(group, ")") {
		var w string
		if w, after = cutWord(after); w == "" {
			return "", rest
		}
		group += " " + w
	}
	return group, after
}

// splitArchive turns lib(a b) into lib(a) and lib(b).
func splitArchive(group string) []string {
	open := strings.IndexByte(group, '(')
	lib := group[:open]
	var out []string
	for m := range Words(group[open+1 : len(group)-1]) {
		out = append(out, lib+"("+m+")")
	}
	return out
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }
