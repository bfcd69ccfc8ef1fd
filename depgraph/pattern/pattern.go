// Package pattern answers one question: does this text have that form, or is it one of these words? Regular expressions and tables of
// words are made when they are first used: a program that runs for a few milliseconds uses few of them.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression.
type Pattern struct {
	expr string
	once sync.Once
	re   *regexp.Regexp
}

// New returns a pattern. That it is a regular expression is found out when it is first used; tests see to that.
func New(expr string) *Pattern { return &Pattern{expr: expr} }

// Compiled returns the regular expression.
func (p *Pattern) Compiled() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.expr) })
	return p.re
}

// MatchString reports whether the text contains a match.
func (p *Pattern) MatchString(s string) bool { return p.Compiled().MatchString(s) }

// FindString returns the first match.
func (p *Pattern) FindString(s string) string { return p.Compiled().FindString(s) }

// FindAllString returns the first n matches, all if n is negative.
func (p *Pattern) FindAllString(s string, n int) []string { return p.Compiled().FindAllString(s, n) }

// FindStringSubmatch returns the first match and its parts.
func (p *Pattern) FindStringSubmatch(s string) []string { return p.Compiled().FindStringSubmatch(s) }

// FindAllStringSubmatch returns the first n matches and their parts.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.Compiled().FindAllStringSubmatch(s, n)
}

// ReplaceAllString returns the text with the replacement in place of each match.
func (p *Pattern) ReplaceAllString(s, replacement string) string {
	return p.Compiled().ReplaceAllString(s, replacement)
}
