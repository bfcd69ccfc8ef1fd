package flags

// This file recognises assignments on a command line.

import "strings"

// parseAssignment takes an operand apart if it assigns a variable: NAME, optional blanks, an operator, the value. The name may
// hold variable references, whose insides are not searched for operators.
func parseAssignment(arg string, ternaryColon bool) (a Assignment, ok bool) {
	s := strings.TrimLeft(arg, space)
	end := -1 // end of the name, once a blank was seen
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '#':
			return a, false
		case c == ' ' || c == '\t':
			if end >= 0 {
				return a, false
			}
			end = i
			i = len(s) - len(strings.TrimLeft(s[i:], space))
			continue
		}
		if op := operator(s[i:], ternaryColon); op != "" {
			if end < 0 {
				end = i
			}
			value := strings.TrimLeft(s[i+len(op):], space)
			return Assignment{Name: s[:end], Op: op, Value: value, Origin: FromCommandLine}, true
		}
		if c == ':' || end >= 0 {
			return a, false
		}
		i++
		if c == '$' {
			n := reference(s[i:])
			if n == 0 {
				return a, false
			}
			i += n
		}
	}
	return a, false
}

// space is what make takes for white space.
const space = " \t\n\v\f\r"

func operator(s string, ternaryColon bool) string {
	ops := []string{"=", ":=", "::=", "+=", "?=", "!="}
	if ternaryColon {
		ops = append(ops, ":::=")
	}
	for _, op := range ops {
		if strings.HasPrefix(s, op) {
			return op
		}
	}
	return ""
}

// reference returns the length of what follows a `$`: a parenthesised reference with its nested parentheses, or one character.
func reference(s string) int {
	if s == "" {
		return 0
	}
	open, shut := s[0], byte(0)
	switch open {
	case '(':
		shut = ')'
	case '{':
		shut = '}'
	default:
		return 1
	}
	depth := 1
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case shut:
			if depth--; depth == 0 {
				return i + 1
			}
		case open:
			depth++
		}
	}
	return len(s)
}
