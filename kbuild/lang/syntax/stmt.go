package syntax

// This file tells which statement a line is.

import "strings"

// Stmt is a statement: one of the pointer types below.
type Stmt interface{ stmt() }

// Op is an assignment operator.
type Op uint8

const (
	OpNone      Op = iota
	OpRecursive    // =
	OpSimple       // := and ::=
	OpImmediate    // :::=
	OpAppend       // +=
	OpIfUnset      // ?=
	OpShell        // !=
)

func (o Op) String() string {
	return [...]string{"", "=", ":=", ":::=", "+=", "?=", "!="}[o]
}

// Modifiers are the words that may precede an assignment.
type Modifiers struct{ Export, Unexport, Override, Private bool }

type (
	// Blank is a line with nothing but blanks and comments.
	Blank struct{}

	// Assign is NAME OP VALUE.
	Assign struct {
		Modifiers
		Name  *Expr
		Op    Op
		Value *Expr
	}

	// Define starts a multi-line variable, or, as undefine, removes one.
	Define struct {
		Modifiers
		Undefine bool
		Name     *Expr
		Op       Op
		// Extra is set if text follows the operator, which is an error.
		Extra bool
	}

	// Cond is a line of a conditional: ifdef, ifndef, ifeq, ifneq, else, endif.
	Cond struct {
		Word string
		// Name is the name that ifdef and ifndef test.
		Name *Expr
		// A and B are the sides that ifeq and ifneq compare.
		A, B *Expr
		// Invalid is set for a condition that cannot be taken apart.
		Invalid bool
		// Extra is set if text follows a complete directive.
		Extra bool
		// Else is the conditional behind else.
		Else *Cond
	}

	// Export is export or unexport of names; Names is nil for "all variables".
	Export struct {
		Un    bool
		Names *Expr
	}

	// Include is include, -include or sinclude.
	Include struct {
		Optional bool
		Names    *Expr
	}

	// Vpath is the vpath directive; Args is everything behind the word.
	Vpath struct{ Args *Expr }

	// Load is the load directive, which this make does not support.
	Load struct {
		Optional bool
		Names    *Expr
	}

	// Rule is any other line: a rule, a target-specific variable, or text that
	// may expand to one.
	Rule struct {
		// Text is the line up to the recipe, with continuations joined.
		Text string
		// Whole is Text compiled, if Colon is negative.
		Whole *Expr
		// Colon is the offset of the first separator in Text outside references,
		// -1 if the separator can only come out of an expansion.
		Colon int
		// Targets is what stands before the separator.
		Targets         *Expr
		Double, Grouped bool
		// After is the text behind the separator, Prereqs the same compiled.
		After   string
		Prereqs *Expr
		// Assign is set if After is an assignment: a target-specific variable.
		Assign *Assign
		// Recipe is the text behind ';', nil if there is none.
		Recipe *Line
		// Tab and Spaces tell how the line started, for error messages.
		Tab, Spaces bool
	}
)

func (*Blank) stmt()   {}
func (*Assign) stmt()  {}
func (*Define) stmt()  {}
func (*Cond) stmt()    {}
func (*Export) stmt()  {}
func (*Include) stmt() {}
func (*Vpath) stmt()   {}
func (*Load) stmt()    {}
func (*Rule) stmt()    {}

var blank = &Blank{}

// parseStmt parses a logical line as a statement.
func parseStmt(raw string, no int, d *Dialect) Stmt {
	text := StripComment(d.Collapse(raw), d)
	text = strings.TrimLeft(text, " \t\r\n\v\f")
	if text == "" {
		return blank
	}
	if a := parseAssignment(text, false, d); a != nil {
		return a
	}
	word, rest := cutWord(text)
	switch word {
	case "ifdef", "ifndef", "ifeq", "ifneq", "else", "endif":
		return parseCond(word, rest, d)
	case "export", "unexport":
		e := &Export{Un: word == "unexport"}
		if rest != "" {
			e.Names = Compile(rest, d)
		}
		return e
	case "vpath":
		return &Vpath{Args: Compile(rest, d)}
	case "include", "-include", "sinclude":
		return &Include{Optional: word != "include", Names: Compile(rest, d)}
	case "load", "-load":
		return &Load{Optional: word == "-load", Names: Compile(rest, d)}
	}
	return parseRule(raw, no, d)
}

// cutWord cuts the first blank-separated word off s, whose leading blanks are
// gone, and the blanks behind it.
func cutWord(s string) (word, rest string) {
	for i := 0; i < len(s); i++ {
		if IsSpace(s[i]) {
			return s[:i], strings.TrimLeft(s[i:], " \t\r\n\v\f")
		}
	}
	return s, ""
}

// parseAssignment parses modifiers and an assignment, define or undefine; nil
// if the text is none. Behind a target, make before 4.4 passes over a define or
// undefine: "own: undefine A=1" assigns, "own: undefine A" is an Assign with
// OpNone, an error once there is a target.
func parseAssignment(text string, target bool, d *Dialect) Stmt {
	var mod Modifiers
	for {
		if name, op, value, ok := splitAssignment(text, d); ok {
			return &Assign{Modifiers: mod, Name: Compile(name, d), Op: op, Value: Compile(value, d)}
		}
		word, rest := cutWord(text)
		switch word {
		case "export":
			mod.Export, mod.Unexport = true, false
		case "unexport":
			if !d.UnexportAssign {
				return nil
			}
			mod.Export, mod.Unexport = false, true
		case "override":
			mod.Override = true
		case "private":
			mod.Private = true
		case "define", "undefine":
			if target && !d.TargetDefine {
				return nil
			}
			if target {
				name, op, value, _ := splitAssignment(rest, d)
				return &Assign{Modifiers: mod, Name: Compile(name, d), Op: op, Value: Compile(value, d)}
			}
			if word == "undefine" {
				return &Define{Modifiers: mod, Undefine: true, Name: Compile(strings.TrimRight(rest, " \t"), d)}
			}
			def := &Define{Modifiers: mod, Op: OpRecursive}
			name, op, value, ok := splitAssignment(rest, d)
			if !ok {
				name = strings.TrimRight(rest, " \t")
			} else {
				def.Op, def.Extra = op, value != ""
			}
			def.Name = Compile(name, d)
			return def
		default:
			return nil
		}
		if rest == "" {
			return nil
		}
		text = rest
	}
}

// splitAssignment takes NAME OP VALUE apart; ok is false if text is not an
// assignment. Neither side is expanded. (Manual, "Setting Variables".)
func splitAssignment(text string, d *Dialect) (name string, op Op, value string, ok bool) {
	text = strings.TrimLeft(text, " \t")
	end, blanks := -1, false
	found := func(i, width int, o Op) (string, Op, string, bool) {
		if end < 0 {
			end = i
		}
		return text[:end], o, strings.TrimLeft(text[i+width:], " \t\r\n\v\f"), true
	}
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '#':
			return "", OpNone, "", false
		case c == '$':
			if blanks {
				return "", OpNone, "", false
			}
			i = SkipReference(text, i)
			continue
		case isBlank(c) && !blanks:
			blanks, end = true, i
			for i < len(text) && isBlank(text[i]) {
				i++
			}
			continue
		case c == '=':
			return found(i, 1, OpRecursive)
		}
		next := byte(0)
		if i+1 < len(text) {
			next = text[i+1]
		}
		if next == '=' {
			switch c {
			case ':':
				return found(i, 2, OpSimple)
			case '+':
				return found(i, 2, OpAppend)
			case '?':
				return found(i, 2, OpIfUnset)
			case '!':
				return found(i, 2, OpShell)
			}
		}
		if c == ':' {
			if strings.HasPrefix(text[i:], "::=") {
				return found(i, 3, OpSimple)
			}
			if strings.HasPrefix(text[i:], ":::=") && d.ImmediateRecursiveAssign {
				return found(i, 4, OpImmediate)
			}
			return "", OpNone, "", false
		}
		if blanks {
			return "", OpNone, "", false
		}
		i++
	}
	return "", OpNone, "", false
}

// parseCond parses a line of a conditional (manual, "Conditional Syntax").
func parseCond(word, rest string, d *Dialect) *Cond {
	c := &Cond{Word: word}
	switch word {
	case "endif":
		c.Extra = rest != ""
	case "else":
		if rest == "" {
			break
		}
		next, after := cutWord(rest)
		switch next {
		case "ifdef", "ifndef", "ifeq", "ifneq":
			c.Else = parseCond(next, after, d)
		default:
			c.Extra = true
		}
	case "ifdef", "ifndef":
		c.Name = Compile(rest, d)
	default:
		c.parseSides(rest, d)
	}
	return c
}

func (c *Cond) parseSides(s string, d *Dialect) {
	c.Invalid = true
	if s == "" {
		return
	}
	var a, b string
	if s[0] == '(' {
		end := sideEnd(s[1:], ',')
		if end < 0 {
			return
		}
		a = strings.TrimRight(s[1:1+end], " \t")
		s = s[1+end+1:]
		if s == "" {
			return
		}
	} else if s[0] == '"' || s[0] == '\'' {
		end := strings.IndexByte(s[1:], s[0])
		if end < 0 {
			return
		}
		a = s[1 : 1+end]
		s = strings.TrimLeft(s[end+2:], " \t")
		if s == "" || s[0] != '"' && s[0] != '\'' {
			return
		}
		end = strings.IndexByte(s[1:], s[0])
		if end < 0 {
			return
		}
		c.A, c.B = Compile(a, d), Compile(s[1:1+end], d)
		c.Extra = strings.TrimLeft(s[end+2:], " \t") != ""
		c.Invalid = false
		return
	} else {
		return
	}
	s = strings.TrimLeft(s, " \t")
	end := sideEnd(s, ')')
	if end < 0 {
		return
	}
	b = s[:end]
	c.A, c.B = Compile(a, d), Compile(b, d)
	c.Extra = strings.TrimLeft(s[end+1:], " \t") != ""
	c.Invalid = false
}

// sideEnd finds the end of one side of ifeq (A,B), outside nested parentheses.
func sideEnd(s string, stop byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == stop && depth <= 0:
			return i
		case s[i] == '(':
			depth++
		case s[i] == ')':
			depth--
		}
	}
	return -1
}

// parseRule prepares a rule line: it finds what can be found before expansion.
func parseRule(raw string, no int, d *Dialect) *Rule {
	r := &Rule{Colon: -1, Tab: raw[0] == '\t', Spaces: strings.HasPrefix(raw, "        ")}
	line, stop := FindUnquoted(raw, ";#", true)
	if stop >= 0 {
		if line[stop] == ';' {
			after := line[stop+1:]
			r.Recipe = &Line{Raw: after, No: no}
		}
		line = line[:stop]
	}
	r.Text = strings.TrimLeft(d.Collapse(line), " \t")
	colon := separator(r.Text)
	if colon < 0 {
		r.Whole = Compile(r.Text, d)
		return r
	}
	r.Colon = colon
	targets := r.Text[:colon]
	if strings.HasSuffix(targets, "&") && d.GroupedTargets {
		r.Grouped = true
		targets = targets[:len(targets)-1]
	}
	r.Targets = Compile(targets, d)
	after := r.Text[colon+1:]
	if strings.HasPrefix(after, ":") {
		r.Double = true
		after = after[1:]
	}
	r.After = after
	if r.Assign = ParseTargetAssign(after, r.Recipe, d); r.Assign != nil {
		return r
	}
	r.Prereqs = Compile(after, d)
	return r
}

// separator finds the colon that ends the targets, outside references.
func separator(s string) int {
	for i := 0; i < len(s); {
		switch s[i] {
		case '$':
			i = SkipReference(s, i)
			continue
		case ':':
			if trailingBackslashes(s[:i])%2 == 0 {
				return i
			}
		}
		i++
	}
	return -1
}

// ParseTargetAssign parses text behind a rule's separator as a target-specific assignment; nil if it is none. What
// stands before a semicolon tells whether it is one; then the semicolon and the text behind it, recipe, belong to the
// value: "all:;A=1 ./run" is a rule, "all: A=1;2" is not.
func ParseTargetAssign(after string, recipe *Line, d *Dialect) *Assign {
	after = strings.TrimLeft(after, " \t")
	a, _ := parseAssignment(after, true, d).(*Assign)
	if a != nil && a.Op != OpNone && recipe != nil {
		a, _ = parseAssignment(after+";"+d.Collapse(recipe.Raw), true, d).(*Assign)
	}
	return a
}
