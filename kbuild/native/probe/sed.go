package probe

// This file has the form of sed.

import "strings"

// sed: its script prints, deletes and replaces; commands that read, write or execute something are not among those
// understood.
func sed(a *analysis, c *call, _ string) bool {
	var scripts, files []string
	for i := 0; i < len(c.args); i++ {
		w := c.args[i]
		switch {
		case w == "-e":
			if i++; i >= len(c.args) {
				return false
			}
			scripts = append(scripts, c.args[i])
		case w == "-n" || w == "-E" || w == "-r" || w == "-nE" || w == "-nr":
		case w == "-ne" || w == "-nre" || w == "-nEe":
			if i++; i >= len(c.args) {
				return false
			}
			scripts = append(scripts, c.args[i])
		case strings.HasPrefix(w, "-"):
			return false
		default:
			files = append(files, w)
		}
	}
	if len(scripts) == 0 {
		if len(files) == 0 {
			return false
		}
		scripts, files = files[:1], files[1:]
	}
	for _, s := range scripts {
		if !plainSed(s) {
			return false
		}
	}
	return !marked(c.args) && a.inputs(c, files)
}

// plainSed reports whether a script consists of the commands d, p, q, = and s, each with an address or not.
func plainSed(s string) bool {
	for {
		s = strings.TrimLeft(s, " \t;\n")
		if s == "" {
			return true
		}
		var ok bool
		if s, ok = skipAddress(s); !ok {
			return false
		}
		s = strings.TrimLeft(s, " \t!")
		if s == "" {
			return false
		}
		command := s[0]
		s = s[1:]
		switch command {
		case 'd', 'p', 'q', '=', 'n', 'N', 'h', 'H', 'g', 'G', 'x', 'D', 'P':
		case 's', 'y':
			if s == "" {
				return false
			}
			quote := s[0]
			if quote == '\\' || quote == '\n' || quote >= 0x80 {
				return false
			}
			s = s[1:]
			for range 2 {
				if s, ok = skipTo(s, quote); !ok {
					return false
				}
			}
			// Of its flags e executes and w writes.
			s = strings.TrimLeft(s, "gpiI0123456789")
		default:
			return false
		}
		s = strings.TrimLeft(s, " \t")
		if s != "" && s[0] != ';' && s[0] != '\n' {
			return false
		}
	}
}

func skipAddress(s string) (rest string, ok bool) {
	for {
		switch {
		case s != "" && s[0] == '/':
			if s, ok = skipTo(s[1:], '/'); !ok {
				return "", false
			}
			s = strings.TrimPrefix(s, "I")
		case s != "" && (s[0] == '$' || s[0] >= '0' && s[0] <= '9'):
			s = strings.TrimLeft(s, "$0123456789")
		}
		if s == "" || s[0] != ',' {
			return s, true
		}
		s = s[1:]
	}
}

// skipTo skips to what follows the next quote that has no backslash. In brackets a quote may end a part or not,
// depending on the sed, and so brackets with one are not understood.
func skipTo(s string, quote byte) (rest string, ok bool) {
	bracket := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == quote:
			return s[i+1:], !bracket
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case c == '\n':
			return "", false
		}
	}
	return "", false
}
