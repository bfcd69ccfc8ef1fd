package scout

// This file guesses, from what the same call of make came to the last time, which program can begin before any makefile is read.

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"gokbuild/depgraph/sum"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/native"
)

// A Guess is a program that a make ran in place of one that was not built, and how it called it.
type Guess struct {
	native.Origin
	Argv []string
	Dir  string
	Env  []string
	// Missed is how many times in a row it was not what came.
	Missed int
}

// Around is what a guess is made in: the environment that make was called with, and how processes join its job server. Neither is kept
// with the guess.
type Around struct {
	Env  []string
	Auth string
}

// mostMissed is how often a guess may be wrong until it is no more acted on.
const mostMissed = 2

// authMark stands for how processes join the job server.
const authMark = "\x01"

// Name names the guess for a call of make. Of the environment the names count.
func (a Around) Name(dir string, argv []string) string {
	texts := []string{dir, strconv.Itoa(len(argv))}
	texts = append(texts, argv...)
	for _, e := range a.Env {
		name, _, _ := strings.Cut(e, "=")
		texts = append(texts, name)
	}
	key := sum.Of(texts...)
	return "begins early " + hex.EncodeToString(key[:])
}

// Encode makes a text of a guess. Of a variable that is as make was called with it the name is kept alone.
func (a Around) Encode(g *Guess) string {
	texts := append([]string{strconv.Itoa(g.Missed), g.Target, g.Source, g.Dir, strconv.Itoa(len(g.Argv))}, g.Argv...)
	for _, e := range g.Env {
		name, _, _ := strings.Cut(e, "=")
		if !slices.Contains(a.Env, e) {
			name = e
			if a.Auth != "" {
				name = flags.Rejoin(e, a.Auth, authMark)
			}
		}
		texts = append(texts, name)
	}
	return strings.Join(texts, "\x00")
}

// Decode is the guess that a text was made of; nil if that was none.
func (a Around) Decode(text string) *Guess {
	texts := strings.Split(text, "\x00")
	if len(texts) < 5 {
		return nil
	}
	missed, err := strconv.Atoi(texts[0])
	words, err2 := strconv.Atoi(texts[4])
	if err != nil || err2 != nil || words < 1 || words > len(texts)-5 {
		return nil
	}
	g := &Guess{Origin: native.Origin{Target: texts[1], Source: texts[2]}, Dir: texts[3], Argv: texts[5 : 5+words], Missed: missed}
	for _, e := range texts[5+words:] {
		if !strings.Contains(e, "=") {
			i := slices.IndexFunc(a.Env, func(own string) bool { return strings.HasPrefix(own, e+"=") })
			if i < 0 {
				continue
			}
			e = a.Env[i]
		}
		g.Env = append(g.Env, flags.Rejoin(e, authMark, a.Auth))
	}
	return g
}

// Begin begins the program, if programs have a replacement for it, and the guess was not wrong too often. on tells which steps are on. drop
// ends it if it was not wanted; it is nil if nothing was begun.
func (g *Guess) Begin(programs native.Programs, on func(step string) bool) (drop func()) {
	if g == nil || g.Missed >= mostMissed {
		return nil
	}
	p := programs.Unbuilt(g.Target, func() string { return g.Source }, on)
	if p == nil || p.Begin == nil || !on(p.Step) {
		return nil
	}
	return p.Begin(g.Argv, g.Dir, g.Env)
}

// After is what to guess the next time, when what came is known; changed is false if that is the same guess.
func (g *Guess) After(came *Guess) (next *Guess, changed bool) {
	right := g != nil && g.Origin == came.Origin && g.Dir == came.Dir && slices.Equal(g.Argv, came.Argv) && slices.Equal(g.Env, came.Env)
	next = &Guess{came.Origin, came.Argv, came.Dir, came.Env, 0}
	if g != nil && !right {
		next.Missed = g.Missed + 1
	}
	return next, !right || g.Missed != 0
}
