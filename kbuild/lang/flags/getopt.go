package flags

// This file takes a command line apart into options and other words, as getopt_long does.

import (
	"fmt"
	"slices"
	"strings"
)

// scanner takes an argument list apart in the C library's manner, in the mode that keeps operands in their place: options and
// operands may mix, and "--" makes everything after it an operand.
type scanner struct {
	f     *Flags
	argv  []string // argv[0] is the name that starts messages
	next  int      // index of the next argument
	rest  string   // what is left of a bundle of letters
	quiet bool     // messages about options are suppressed
}

// item is what the scanner returns: an operand if opt is nil, else an option.
type item struct {
	opt     *option
	operand string
	arg     string
	hasArg  bool
	bad     bool
	told    bool // the message says all that there is to say: it is about an option that make does not have
}

// scan returns the next item; ok is false at the end or after "--".
func (s *scanner) scan() (it item, ok bool) {
	if s.rest != "" {
		return s.letter(), true
	}
	if s.next >= len(s.argv) {
		return item{}, false
	}
	arg := s.argv[s.next]
	s.next++
	switch {
	case arg == "--":
		return item{}, false
	case len(arg) < 2 || arg[0] != '-':
		return item{operand: arg}, true
	case strings.HasPrefix(arg, "--"):
		return s.long(arg[2:]), true
	}
	s.rest = arg[1:]
	return s.letter(), true
}

func (s *scanner) letter() item {
	c := s.rest[0]
	s.rest = s.rest[1:]
	opt := byShort(c, s.f.profile.Family)
	if opt == nil || c == ':' || c == ';' || c == '-' {
		return s.complain("invalid option -- '%c'", c)
	}
	switch opt.form() {
	case noArg:
		return item{opt: opt}
	case optionalArg:
		it := item{opt: opt, arg: s.rest, hasArg: s.rest != ""}
		s.rest = ""
		return it
	}
	if s.rest != "" {
		it := item{opt: opt, arg: s.rest, hasArg: true}
		s.rest = ""
		return it
	}
	if s.next >= len(s.argv) {
		return s.complain("option requires an argument -- '%c'", c)
	}
	s.next++
	return item{opt: opt, arg: s.argv[s.next-1], hasArg: true}
}

func (s *scanner) long(body string) item {
	name, arg, hasArg := strings.Cut(body, "=")
	if name == "trace" && hasArg {
		name = traceFile
	}
	match, several := byLong(name, s.f.profile.Family)
	if several != nil {
		return s.complain("option '--%s' is ambiguous; possibilities: '--%s'", body, strings.Join(several, "' '--"))
	}
	if match == nil {
		return s.unknown(name, body)
	}
	switch match.form {
	case noArg:
		if hasArg {
			return s.complain("option '--%s' doesn't allow an argument", match.name).of(match.opt)
		}
	case needsArg:
		if !hasArg {
			if s.next >= len(s.argv) {
				return s.complain("option '--%s' requires an argument%s", match.name, match.opt.wants()).of(match.opt)
			}
			arg, hasArg = s.argv[s.next], true
			s.next++
		}
	}
	return item{opt: match.opt, arg: arg, hasArg: hasArg}
}

// unknown complains of a long option that there is not. Where one of ours is meant, or one that must stand alone, it says so.
func (s *scanner) unknown(name, body string) (it item) {
	if slices.Contains(alone, name) {
		it = s.complain("option '--%s' must stand alone on the command line", name)
		it.told = true
		return it
	}
	meant, own := nearest(name, s.f.profile.Family)
	if own {
		it = s.complain("unrecognized option '--%s': did you mean --%s?", body, meant)
		it.told = true
		return it
	}
	if !s.quiet {
		s.f.meant = meant
	}
	return s.complain("unrecognized option '--%s'", body)
}

// of notes whose option a complaint is about.
func (it item) of(o *option) item {
	it.told = o.own
	return it
}

func (s *scanner) complain(format string, args ...any) item {
	if !s.quiet {
		s.f.Messages = append(s.f.Messages, s.argv[0]+": "+fmt.Sprintf(format, args...))
	}
	return item{bad: true}
}

// peek returns the next argument without taking it.
func (s *scanner) peek() (string, bool) {
	if s.next < len(s.argv) {
		return s.argv[s.next], true
	}
	return "", false
}

// remaining returns the operands after "--".
func (s *scanner) remaining() []string {
	rest := s.argv[min(s.next, len(s.argv)):]
	s.next = len(s.argv)
	return rest
}
