package query

// This file reads the lines by which makefiles of kernel trees list objects and folders: obj-$(CONFIG_E1000) += e1000/.
// It goes by their form; what is put together by functions of make is not found.

import (
	"regexp"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/lang/syntax"
)

// ObjLine is one such line.
type ObjLine struct {
	Place
	// List is what stands before the last hyphen: obj, lib, or the name of a composite object. Kind is what stands behind it
	// if that is no symbol: y, m, objs. Symbol is without CONFIG_, "" if there is none.
	List   string `json:"list"`
	Kind   string `json:"kind"`
	Symbol string `json:"symbol"`
	// Words are the objects (a.o) and folders (a/) of the line.
	Words []ObjWord `json:"words"`
	// Uses are the lists that the line takes in: gt-y of "i915-y += $(gt-y)".
	Uses []string `json:"uses"`
	// Around are the symbols of the conditionals around the line.
	Around []string `json:"around"`
	// patterns are words that take in variables: entry_$(BITS).o.
	patterns []*pattern.Pattern
}

// ObjWord is an object or a folder.
type ObjWord struct {
	Text string `json:"text"`
	// Line counts from 1: a line may be continued.
	Line int `json:"line"`
}

// Variable is the variable of the line, as the makefile has it: "obj-$(CONFIG_E1000)".
func (l *ObjLine) Variable() string {
	if l.Symbol != "" {
		return l.List + "-$(CONFIG_" + l.Symbol + ")"
	}
	return l.List + "-" + l.Kind
}

// Has reports whether the line lists a word.
func (l *ObjLine) Has(word string) bool { _, ok := l.at(word); return ok }

// may reports whether the line lists a word if its variables are what they would have to be.
func (l *ObjLine) may(word string) bool {
	return slices.ContainsFunc(l.patterns, func(p *pattern.Pattern) bool { return p.MatchString(word) })
}

// at is where the line lists a word.
func (l *ObjLine) at(word string) (Place, bool) {
	for _, w := range l.Words {
		if w.Text == word {
			return Place{File: l.File, Line: w.Line}, true
		}
	}
	return Place{}, false
}

var (
	listName   = pattern.New(`^(.+)-(?:(y|m|objs)|\$[({]CONFIG_([A-Za-z0-9_]+)[)}])$`)
	listUse    = pattern.New(`\$[({]([A-Za-z0-9_.-]+-(?:y|m|objs))[)}]`)
	symbolName = pattern.New(`\bCONFIG_([A-Za-z0-9_]+)`)
)

// Objects lists such lines of a makefile, whose absolute name is file; none of one that is too large for its lines to be kept.
func (e *Engine) Objects(file, text string) []ObjLine {
	var lines []ObjLine
	var around [][]string
	parsed := syntax.Parse(file, text, 1, &syntax.Dialect{Switches: &e.session.Profile.Switches})
	for i := range parsed.Lines {
		l := &parsed.Lines[i]
		switch st := l.Stmt.(type) {
		case *syntax.Cond:
			around = conditions(around, st)
		case *syntax.Assign:
			m := listName.FindStringSubmatch(strings.TrimSpace(st.Name.Source))
			if m == nil {
				continue
			}
			line := ObjLine{Place: Place{File: file, Line: l.No}, List: m[1], Kind: m[2], Symbol: m[3], Around: slices.Concat(around...), Words: objWords(l), Uses: []string{}}
			if line.Around == nil {
				line.Around = []string{}
			}
			for _, u := range listUse.FindAllStringSubmatch(st.Value.Source, -1) {
				line.Uses = append(line.Uses, u[1])
			}
			line.patterns = patternsOf(st.Value.Source)
			if len(line.Words)+len(line.Uses)+len(line.patterns) > 0 {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// conditions takes in a line of a conditional: around has the symbols of each conditional that is open.
func conditions(around [][]string, c *syntax.Cond) [][]string {
	switch c.Word {
	case "endif":
		return around[:max(len(around)-1, 0)]
	case "else":
		if len(around) > 0 && c.Else != nil {
			n := len(around) - 1
			around[n] = append(slices.Clip(around[n]), symbolsOf(c.Else)...)
		}
		return around
	}
	return append(around, symbolsOf(c))
}

func symbolsOf(c *syntax.Cond) []string {
	var names []string
	for _, e := range []*syntax.Expr{c.Name, c.A, c.B} {
		if e == nil {
			continue
		}
		for _, m := range symbolName.FindAllStringSubmatch(e.Source, -1) {
			names = append(names, m[1])
		}
	}
	return names
}

// inWord is a variable in the name of an object, with what stands around it.
var inWord = pattern.New(`(?:^|\s)([\w.-]*)\$[({]\w+[)}]([\w.-]*\.o)(?:\s|$)`)

// patternsOf are the objects of a value whose names take in a variable, as patterns.
func patternsOf(value string) (patterns []*pattern.Pattern) {
	for _, w := range strings.Fields(value) {
		if m := inWord.FindStringSubmatch(w); m != nil && m[1]+m[2] != ".o" {
			patterns = append(patterns, pattern.New("^"+regexp.QuoteMeta(m[1])+`[\w.-]+`+regexp.QuoteMeta(m[2])+"$"))
		}
	}
	return patterns
}

// objWords are the objects and folders behind the operator of an assignment.
func objWords(l *syntax.Line) []ObjWord {
	words := []ObjWord{}
	_, value, _ := strings.Cut(l.Raw, "=")
	no := l.No + strings.Count(l.Raw[:len(l.Raw)-len(value)], "\n")
	for _, text := range strings.Split(value, "\n") {
		text, _, _ = strings.Cut(strings.TrimSuffix(text, "\\"), "#")
		for _, w := range strings.Fields(text) {
			w = strings.TrimPrefix(w, "$(obj)/")
			if (strings.HasSuffix(w, ".o") || strings.HasSuffix(w, "/")) && !strings.ContainsAny(w, "$(){},") {
				words = append(words, ObjWord{w, no})
			}
		}
		no++
	}
	return words
}
