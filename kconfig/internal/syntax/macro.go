// The macro language: variables and functions, expanded while lexing.

package syntax

import (
	"strconv"
	"strings"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// flavor says how a variable was defined.
type flavor uint8

const (
	flavorRecursive flavor = iota
	flavorSimple
	flavorAppend
)

// variable is a user-defined variable.
type variable struct {
	value  string
	flavor flavor
	depth  int // expansions under way
}

// macros holds the variables of one reading.
type macros struct {
	c    *shared
	in   *input // where the text stands that is expanded
	vars map[string]*variable
	env  map[string]string // variables read so far
}

const (
	maxMacroArgs  = 16
	maxMacroDepth = 1000
	// maxExpansion bounds what nested definitions can grow to; the C tool would run out of memory.
	maxExpansion = 64 << 20
)

func newMacros(c *shared, in *input) *macros {
	return &macros{c: c, in: in, vars: map[string]*variable{}, env: map[string]string{}}
}

// fail reports an error at the line being read and ends the run.
func (m *macros) fail(format string, args ...any) {
	m.c.world.ErrorAt(m.pos(), format, args...)
	m.c.world.Exit(1)
}

// pos is the line being read.
func (m *macros) pos() host.Pos { return host.Pos{File: m.in.file, Line: m.in.line} }

// assign defines a variable or appends to it.
func (m *macros) assign(name, value string, f flavor) {
	v := m.vars[name]
	appending := false
	if v != nil {
		if f == flavorAppend {
			f, appending = v.flavor, true
		}
	} else {
		if f == flavorAppend {
			f = flavorRecursive
		}
		v = &variable{}
		m.vars[name] = v
	}
	v.flavor = f
	if f == flavorSimple {
		value = m.expand(value, nil)
	}
	if appending {
		value = v.value + " " + value
	}
	v.value = value
}

// expand expands a whole string.
func (m *macros) expand(in string, args []string) string {
	i := strings.IndexByte(in, '$')
	if i < 0 {
		return in
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(in[:i])
		var out string
		out, in = m.expandDollar(in[i+1:], args)
		b.WriteString(out)
		if b.Len() > maxExpansion {
			m.fail("expansion is too long")
		}
		i = strings.IndexByte(in, '$')
	}
	b.WriteString(in)
	return b.String()
}

// expandToken expands a word at the start of in and returns what follows it.
func (m *macros) expandToken(in string) (out, rest string) {
	var b strings.Builder
	for in != "" {
		if in[0] == '$' {
			var o string
			o, in = m.expandDollar(in[1:], nil)
			b.WriteString(o)
			continue
		}
		if !ctext.WordByte[in[0]] {
			break
		}
		b.WriteByte(in[0])
		in = in[1:]
	}
	return b.String(), in
}

// expandDollar expands what follows a dollar sign.
func (m *macros) expandDollar(in string, args []string) (out, rest string) {
	if in == "" || in[0] != '(' {
		return "$", in
	}
	body := in[1:]
	nest := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '(':
			nest++
		case ')':
			if nest == 0 {
				return m.clause(body[:i], args), body[i+1:]
			}
			nest--
		}
	}
	m.fail("unterminated reference to '%s': missing ')'", body)
	return "", ""
}

// clause evaluates the inside of $(...).
func (m *macros) clause(body string, args []string) string {
	if n, ok := argNumber(body); ok && n <= len(args) {
		return args[n-1]
	}
	var parts []string
	nest, start := 0, 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case ',':
			if nest == 0 {
				if len(parts) >= maxMacroArgs {
					m.fail("too many function arguments")
				}
				parts = append(parts, body[start:i])
				start = i + 1
			}
		case '(':
			nest++
		case ')':
			nest--
		}
	}
	if len(parts) >= maxMacroArgs {
		m.fail("too many function arguments")
	}
	parts = append(parts, body[start:])
	for i := range parts {
		parts[i] = m.expand(parts[i], args)
	}
	name, call := parts[0], parts[1:]
	if v := m.vars[name]; v != nil {
		return m.variable(name, v, call)
	}
	if out, ok := m.function(name, call); ok {
		return out
	}
	if len(call) == 0 {
		return m.getenv(name)
	}
	return ""
}

// argNumber reads a name that is a positive number, as strtoul does.
func argNumber(s string) (int, bool) {
	t := strings.TrimLeft(s, ctext.Spaces)
	t = strings.TrimPrefix(t, "+")
	if t == "" || t[0] < '0' || t[0] > '9' {
		return 0, false
	}
	n, err := strconv.Atoi(t)
	return n, err == nil && n > 0
}

// variable expands a variable, or calls one that was defined with parameters.
func (m *macros) variable(name string, v *variable, args []string) string {
	if len(args) == 0 && v.depth > 0 {
		m.fail("Recursive variable '%s' references itself (eventually)", name)
	}
	if v.depth > maxMacroDepth {
		m.fail("Too deep recursive expansion")
	}
	if v.flavor != flavorRecursive {
		return v.value
	}
	v.depth++
	out := m.expand(v.value, args)
	v.depth--
	return out
}

// getenv reads the environment, noting variables that are set for auto.conf.cmd.
func (m *macros) getenv(name string) string {
	if v, ok := m.env[name]; ok {
		return v
	}
	if name == "" {
		return ""
	}
	v, ok := m.c.world.Getenv(name)
	if !ok {
		return ""
	}
	m.env[name] = v
	m.c.Used = append(m.c.Used, model.EnvUse{Name: name, Value: v})
	return v
}

// function calls a function of the language; ok is false if there is none of the name.
func (m *macros) function(name string, args []string) (out string, ok bool) {
	var least, most int
	switch name {
	case "error-if", "warning-if":
		least, most = 2, 2
	case "info", "shell":
		least, most = 1, 1
	case "filename", "lineno":
	default:
		return "", false
	}
	if len(args) < least {
		m.fail("too few function arguments passed to '%s'", name)
	}
	if len(args) > most {
		m.fail("too many function arguments passed to '%s'", name)
	}
	switch name {
	case "error-if":
		if args[0] == "y" && !m.c.lenient {
			m.fail("%s", args[1])
		}
	case "warning-if":
		if args[0] == "y" {
			m.c.world.Report(host.Message{Pos: m.pos(), Severity: host.Warning, Text: args[1]}, ": ", false)
		}
	case "info":
		m.c.world.Puts(args[0] + "\n")
	case "shell":
		return m.runShell(args[0]), true
	case "filename":
		return m.in.file, true
	case "lineno":
		return strconv.Itoa(m.in.line), true
	}
	return "", true
}

// runShell runs a command and returns its output in one line.
func (m *macros) runShell(command string) string {
	c := m.c
	out, err := c.world.RunShell(command)
	if err != nil {
		c.world.Warnf("%s: %v\n", command, err)
		c.world.Exit(1)
	}
	if n := m.c.D.ShellBytes; len(out) > n {
		out = out[:n]
	}
	s := strings.TrimRight(string(out), "\n")
	if i := strings.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	return strings.ReplaceAll(s, "\n", " ")
}
