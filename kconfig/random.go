package kconfig

import (
	"time"
)

// glibcRand is the additive feedback generator behind rand() of the GNU C library, so that a seed gives the same draws.
type glibcRand struct {
	r    [31]uint32
	f, b int // front and rear pointers
}

func (g *glibcRand) seed(seed uint32) {
	if seed == 0 {
		seed = 1
	}
	word := int32(seed)
	g.r[0] = uint32(word)
	for i := 1; i < 31; i++ {
		hi, lo := word/127773, word%127773
		word = 16807*lo - 2836*hi
		if word < 0 {
			word += 2147483647
		}
		g.r[i] = uint32(word)
	}
	g.f, g.b = 3, 0
	for range 310 {
		g.next()
	}
}

func (g *glibcRand) next() int {
	g.r[g.f] += g.r[g.b]
	v := g.r[g.f] >> 1
	if g.f++; g.f == 31 {
		g.f = 0
	}
	if g.b++; g.b == 31 {
		g.b = 0
	}
	return int(v)
}

// seed starts the generator from KCONFIG_SEED or the time.
func (r *confRun) seed() {
	now := time.Now()
	seed := uint32((now.Unix() + 1) * (now.UnixMicro()%1000000 + 1))
	if r.d.Seed {
		if v, ok := r.getenv("KCONFIG_SEED"); ok && v != "" {
			n, used, _ := strtoull(v, 0, true)
			if used == len(v) {
				seed = uint32(n)
			}
		}
		if r.d.SeedStdout {
			r.printf("KCONFIG_SEED=0x%X\n", seed)
		} else {
			r.warnf("KCONFIG_SEED=0x%X\n", seed)
		}
	}
	r.rand.seed(seed)
}

type newValue uint8

const (
	defDefault newValue = iota
	defYes
	defMod
	defNo
	defRandom
)

// odds are percentages.
type odds struct{ boolYes, triYes, triMod int }

func (r *confRun) probability() odds {
	o := odds{50, 33, 33}
	if !r.d.Probability {
		return o
	}
	var p []int
	env := r.envOr("KCONFIG_PROBABILITY", "")
	for env != "" && len(p) < 3 {
		v, used, ok := strtoull(env, 10, true)
		n := int64(v)
		if !ok || n < 0 || n > 100 {
			r.badProbability()
		}
		p = append(p, int(n))
		env = env[used:]
		if env != "" && env[0] == ':' {
			env = env[1:]
		} else if used == 0 && env != "" && len(p) >= 3 {
			break
		}
	}
	switch len(p) {
	case 1:
		o.boolYes = p[0]
		o.triMod = p[0] / 2
		o.triYes = p[0] - o.triMod
	case 2:
		o.triYes, o.triMod = p[0], p[1]
		o.boolYes = p[0] + p[1]
	case 3:
		o = odds{p[0], p[1], p[2]}
	}
	if o.triYes+o.triMod > 100 {
		r.badProbability()
	}
	return o
}

func (r *confRun) badProbability() {
	r.warnf("KCONFIG_PROBABILITY: Numerical result out of range\n")
	r.exit(1)
}

func (r *confRun) drawLogic(t Type, o odds) Tristate {
	n := r.rand.next() % 100
	if t == TristateType {
		switch {
		case n < o.triYes:
			return Yes
		case n < o.triYes+o.triMod:
			return Mod
		}
		return No
	}
	if n < o.boolYes {
		return Yes
	}
	return No
}

// setAllNew gives symbols without value the mode's value. The older rule reports whether it changed anything.
func (r *confRun) setAllNew(v newValue) bool {
	var o odds
	if v == defRandom {
		o = r.probability()
	}
	if r.d.RandomMenuOrder {
		r.setAllNewMenu(v, o)
		return false
	}
	return r.setAllNewTable(v, o)
}

func (r *confRun) setAllNewMenu(v newValue, o odds) {
	for m := r.root.next(&r.root); m != nil; m = m.next(&r.root) {
		s := m.Sym
		if s == nil || m.Prompt == nil || s.hasValue() || !s.Type.logic() || s.linked {
			continue
		}
		if s.IsChoice() {
			if v == defRandom {
				r.randomChoice(m)
			}
			continue
		}
		switch v {
		case defYes:
			s.user.tri = Yes
		case defMod:
			s.user.tri = Mod
		case defNo:
			s.user.tri = No
		case defRandom:
			s.user.tri = r.drawLogic(s.Type, o)
		default:
			continue
		}
		s.flags |= flagUser
	}
	r.invalidate()
}

// randomChoice draws the priority order of the members without value.
func (r *confRun) randomChoice(choice *Menu) {
	n := 0
	for m := choice.next(choice); m != nil; m = m.next(choice) {
		if m.Sym != nil && !m.Sym.hasValue() {
			n++
		}
	}
	for ; n > 0; n-- {
		x := r.rand.next() % n
		for m := choice.next(choice); m != nil; m = m.next(choice) {
			s := m.Sym
			if s != nil && !s.hasValue() {
				x--
			}
			if x < 0 && s != nil {
				s.user.tri = Yes
				s.flags |= flagUser
				moveMember(choice, s, true)
				break
			}
		}
	}
}

func (r *confRun) setAllNewTable(v newValue, o odds) bool {
	changed := false
	for _, s := range r.syms.order {
		if s.hasValue() || s.has(flagValid) || !r.effectiveType(s).logic() {
			continue
		}
		changed = true
		switch v {
		case defYes:
			s.user.tri = Yes
		case defMod:
			s.user.tri = Mod
		case defNo:
			s.user.tri = No
			if r.d.AllNoConfigY && s.has(flagAllNoY) {
				s.user.tri = Yes
			}
		case defRandom:
			s.user.tri = r.drawLogic(s.Type, o)
		default:
			continue
		}
		if !s.IsChoice() || v != defRandom {
			s.flags |= flagUser
		}
	}
	r.invalidate()
	if v != defRandom {
		for _, s := range r.syms.order {
			if s.IsChoice() && !s.hasValue() || s.inChoice != nil {
				s.flags |= flagNeedSetChoice
			}
		}
	}
	for _, s := range r.syms.order {
		if s.hasValue() || !s.IsChoice() {
			continue
		}
		r.calc(s)
		if v == defRandom {
			changed = r.randomChoiceOld(s) || changed
		} else {
			r.setAllChoiceValues(s)
			changed = true
		}
	}
	return changed
}

// randomChoiceOld picks one member of a choice that is y.
func (r *confRun) randomChoiceOld(choice *Symbol) bool {
	if choice.curr.tri != Yes || len(choice.list) == 0 {
		return false
	}
	pick := r.rand.next() % len(choice.list)
	for i, s := range choice.list {
		s.user.tri = No
		if i == pick {
			s.user.tri = Yes
			choice.user.sym = s
		}
		s.flags |= flagUser
		s.flags &^= flagValid
	}
	choice.flags |= flagUser
	choice.flags &^= flagValid
	return true
}
