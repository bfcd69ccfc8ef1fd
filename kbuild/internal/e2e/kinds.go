package main

// This file says what an edit is, and picks one.

import (
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"
)

// edit is one random change and the builds that follow it.
type edit struct {
	kind, what string
	ops        []op
	builds     []request // empty: one build of everything
	// harm marks changes of the build's own files, which a builder may or may not see. Where its result shows them
	// they are taken back afterwards, so that they do not spoil later steps.
	harm bool
	// fails marks changes that are taken back afterwards because nothing can be built with them.
	fails bool
	// unlike: gokbuild and make run different things here, so what they ran is not compared.
	unlike bool
	other  func(w *world) error // done to gokbuild's world only
	swap   bool                 // make builds in gokbuild's world first
	twice  bool                 // gokbuild is started twice at once
	words  bool                 // nothing has to be done, and both must say the same
	again  bool                 // reverts the oldest change that is left
	quiet  bool                 // gokbuild may say one line more than make on standard error, no more
}

// source of randomness and of things to choose from, for one step.
type picker struct {
	*rand.Rand
	step int
	cat  *catalog
	w    *world   // for reading only
	flip []string // symbols of the start configuration that may be changed
}

// kind makes edits of one sort; nil if the tree offers nothing for it.
type kind struct {
	name   string
	weight int // how often, out of the sum of all
	make   func(p *picker) *edit
	simple bool // may be combined with others, and precede a killed build
}

func kinds() []kind {
	return append(sourceKinds(), append(outputKinds(), settingKinds()...)...)
}

// bag returns the order in which kinds come up: each as often as its weight says, then all again.
func bag(all []kind, seed uint64, length int) []kind {
	rnd := rand.New(rand.NewPCG(seed, 0))
	var order []kind
	for len(order) < length {
		var round []kind
		for _, k := range all {
			for range k.weight {
				round = append(round, k)
			}
		}
		rnd.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		order = append(order, round...)
	}
	return order[:length]
}

func pick[T any](p *picker, l []T) (x T, ok bool) {
	if len(l) == 0 {
		return x, false
	}
	return l[p.IntN(len(l))], true
}

// text returns a file of the world with a line break at its end.
func (p *picker) text(path string) (string, bool) {
	data, err := os.ReadFile(p.w.path(path))
	if err != nil {
		return "", false
	}
	s := string(data)
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s, true
}

// rewrite makes the op that gives a file a new text, in one of the ways programs do that.
func (p *picker) rewrite(path, text string) op {
	kind := opReplace
	if p.IntN(2) == 0 {
		kind = opWrite
	}
	return op{kind: kind, path: path, data: []byte(text)}
}

// pickSource returns an object's source and its text.
func (p *picker) pickSource(suffix string) (path, text string, ok bool) {
	var l []string
	for _, o := range p.cat.objects {
		if strings.HasSuffix(o.source, suffix) {
			l = append(l, o.source)
		}
	}
	if path, ok = pick(p, l); !ok {
		return "", "", false
	}
	text, ok = p.text(path)
	return path, text, ok
}

// pickHeader prefers headers few objects read: the others cost a whole build, and show nothing more.
func (p *picker) pickHeader() (header, string, bool) {
	var l []header
	most := 12
	if p.IntN(8) == 0 {
		most = 150
	}
	for _, h := range p.cat.headers {
		if h.users <= most {
			l = append(l, h)
		}
	}
	h, ok := pick(p, l)
	if !ok {
		return h, "", false
	}
	text, ok := p.text(h.path)
	return h, text, ok
}

// interrupted returns a build that is told to stop and one that finishes it.
func interrupted(sig syscall.Signal, after time.Duration) []request {
	return []request{{after: after, signal: sig}, {}}
}
