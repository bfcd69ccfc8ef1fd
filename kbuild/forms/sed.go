package forms

// This file knows sed (POSIX, "sed"). Its scripts can write files (w), run commands (e of GNU sed) and change files in place
// (-i): a script is known if all of its commands are among those that do not.

import "strings"

func sed(c *Command, args []string) (files []string, ok bool) {
	scripts, first := 0, true
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-n" || a == "-E" || a == "-r" || a == "-s" || a == "-u" || a == "-nE" || a == "-nr" || a == "--quiet" || a == "--silent" || a == "--posix":
		case a == "-e" || a == "-ne" || a == "-Ee" || a == "-re":
			if i++; i >= len(args) || !harmlessSed(args[i]) {
				return nil, false
			}
			scripts++
		case strings.HasPrefix(a, "-e"):
			if !harmlessSed(a[2:]) {
				return nil, false
			}
			scripts++
		case strings.HasPrefix(a, "-") && a != "-":
			return nil, false
		default:
			if first && scripts == 0 && !harmlessSed(a) {
				return nil, false
			}
			first = false
		}
	}
	return nil, true
}

// harmlessSed reports whether a script has only commands that edit the stream.
func harmlessSed(s string) bool {
	for {
		s = strings.TrimLeft(s, " \t\n;{}")
		if s == "" {
			return true
		}
		var ok bool
		if s, ok = skipAddresses(s); !ok || s == "" {
			return false
		}
		switch s[0] {
		case '{', '}':
			s = s[1:]
			continue
		case 's', 'y':
			if s, ok = skipSubstitution(s); !ok {
				return false
			}
		case 'd', 'D', 'p', 'P', 'n', 'N', 'h', 'H', 'g', 'G', 'x', '=', 'q', '#':
			if s[0] == '#' {
				_, s, _ = strings.Cut(s, "\n")
				continue
			}
			s = s[1:]
		default:
			return false
		}
		s = strings.TrimLeft(s, " \t")
		if s != "" && s[0] != ';' && s[0] != '\n' && s[0] != '}' {
			return false
		}
	}
}

// skipAddresses skips what says to which lines a command applies.
func skipAddresses(s string) (rest string, ok bool) {
	for {
		switch {
		case s == "":
			return s, true
		case s[0] == '/':
			i := delimited(s[1:], '/')
			if i < 0 {
				return s, false
			}
			s = strings.TrimLeft(s[1+i+1:], "IM")
		case s[0] >= '0' && s[0] <= '9' || s[0] == '$' || s[0] == '!' || s[0] == '~':
			s = s[1:]
		case s[0] == ',' || s[0] == ' ' || s[0] == '\t' || s[0] == '+':
			s = s[1:]
		default:
			return s, true
		}
	}
}

// skipSubstitution skips s/…/…/flags and y/…/…/.
func skipSubstitution(s string) (rest string, ok bool) {
	command := s[0]
	if len(s) < 2 || s[1] == '\\' || s[1] == '\n' {
		return s, false
	}
	delim := s[1]
	s = s[2:]
	for range 2 {
		i := delimited(s, delim)
		if i < 0 {
			return s, false
		}
		s = s[i+1:]
	}
	if command == 's' {
		// The flags w and e write and run.
		s = strings.TrimLeft(s, "gpiIM0123456789")
	}
	return s, true
}

// delimited returns where the delimiter is that ends a part; -1 if it is not there. A backslash quotes it; in brackets it
// would not count for all versions of sed, so that those are not known.
func delimited(s string, delim byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case delim:
			return i
		case '[':
			if end := strings.IndexByte(s[i+1:], ']'); end > 0 && strings.IndexByte(s[i+1:i+1+end], delim) >= 0 {
				return -1
			}
		}
	}
	return -1
}
