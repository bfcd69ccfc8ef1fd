package scout

// This file guesses, from what the same call of make came to the last time, which program begins early, before any makefile is read.

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"gokbuild/depgraph/sum"
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

// mostMissed is how often a guess may be wrong until it is no more acted on.
const mostMissed = 2

// authMark stands for how processes join the job server, which is another each time.
const authMark = "\x01"

// GuessOf names the guess for a call of make.
func GuessOf(dir string, argv, env []string) string {
	key := sum.Of(append([]string{dir, strings.Join(env, "\x00")}, argv...)...)
	return "begins early " + hex.EncodeToString(key[:])
}

// String encodes a guess; auth is how processes join the job server.
func (g *Guess) String(auth string) string {
	texts := append([]string{strconv.Itoa(g.Missed), g.Target, g.Source, g.Dir, strconv.Itoa(len(g.Argv))}, g.Argv...)
	for _, e := range g.Env {
		if auth != "" {
			e = strings.ReplaceAll(e, auth, authMark)
		}
		texts = append(texts, e)
	}
	return strings.Join(texts, "\x00")
}

// ParseGuess decodes a guess; nil if the text is none.
func ParseGuess(text, auth string) *Guess {
	texts := strings.Split(text, "\x00")
	if len(texts) < 5 {
		return nil
	}
	missed, err := strconv.Atoi(texts[0])
	words, err2 := strconv.Atoi(texts[4])
	if err != nil || err2 != nil || words < 1 || words > len(texts)-5 {
		return nil
	}
	g := &Guess{Origin: native.Origin{Target: texts[1], Source: texts[2]}, Dir: texts[3], Argv: texts[5 : 5+words], Env: texts[5+words:], Missed: missed}
	for i, e := range g.Env {
		g.Env[i] = strings.ReplaceAll(e, authMark, auth)
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
