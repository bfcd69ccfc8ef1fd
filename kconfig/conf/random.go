// Values for all new symbols: n, m, y, defaults or random ones.

package conf

import (
	"time"

	"gokbuild/kconfig/internal/ctext"
	"gokbuild/kconfig/internal/model"
)

// seed starts the generator from KCONFIG_SEED or the time.
func (r *run) seed() {
	now := time.Now()
	seed := uint32((now.Unix() + 1) * (now.UnixMicro()%1000000 + 1))
	if r.D.Seed {
		if v, ok := r.world.Getenv("KCONFIG_SEED"); ok && v != "" {
			n, used, _ := ctext.Strtoull(v, 0, true)
			if used == len(v) {
				seed = uint32(n)
			}
		}
		if r.D.SeedStdout {
			r.world.Printf("KCONFIG_SEED=0x%X\n", seed)
		} else {
			r.world.Warnf("KCONFIG_SEED=0x%X\n", seed)
		}
	}
	r.rand.seed(seed)
}

// newValue is what new symbols are set to.
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

// probability reads KCONFIG_PROBABILITY: one number for y of bools, two for y and m of tristates, or all three.
func (r *run) probability() odds {
	o := odds{50, 33, 33}
	if !r.D.Probability {
		return o
	}
	var p []int
	env := r.world.EnvOr("KCONFIG_PROBABILITY", "")
	for env != "" && len(p) < 3 {
		v, used, ok := ctext.Strtoull(env, 10, true)
		n := int64(v)
		if !ok || n < 0 || n > 100 {
			r.badProbability()
		}
		p = append(p, int(n))
		env = env[used:]
		if env != "" && env[0] == ':' {
			env = env[1:]
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

func (r *run) badProbability() {
	r.world.Warnf("KCONFIG_PROBABILITY: Numerical result out of range\n")
	r.world.Exit(1)
}

// drawLogic draws a value.
func (r *run) drawLogic(t model.Type, o odds) model.Tristate {
	n := r.rand.next() % 100
	if t == model.TristateType {
		switch {
		case n < o.triYes:
			return model.Yes
		case n < o.triYes+o.triMod:
			return model.Mod
		}
		return model.No
	}
	if n < o.boolYes {
		return model.Yes
	}
	return model.No
}

// setAllNew gives symbols without value the mode's value. The older rule reports whether it changed anything.
func (r *run) setAllNew(v newValue) bool {
	var o odds
	if v == defRandom {
		o = r.probability()
	}
	if r.D.RandomMenuOrder {
		r.setAllNewMenu(v, o)
		return false
	}
	return r.setAllNewTable(v, o)
}

// setAllNewMenu goes through the symbols with prompts, as newer trees do.
func (r *run) setAllNewMenu(v newValue, o odds) {
	for m := r.Root.After(&r.Root); m != nil; m = m.After(&r.Root) {
		s := m.Sym
		if s == nil || m.Prompt == nil || s.HasValue() || !s.Type.Logic() || s.Linked {
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
			s.User.Tri = model.Yes
		case defMod:
			s.User.Tri = model.Mod
		case defNo:
			s.User.Tri = model.No
		case defRandom:
			s.User.Tri = r.drawLogic(s.Type, o)
		default:
			continue
		}
		s.Flags |= model.FlagUser
	}
	r.solver.Invalidate()
}

// randomChoice draws the priority order of the members without value.
func (r *run) randomChoice(choice *model.Menu) {
	n := 0
	for m := choice.After(choice); m != nil; m = m.After(choice) {
		if m.Sym != nil && !m.Sym.HasValue() {
			n++
		}
	}
	for ; n > 0; n-- {
		x := r.rand.next() % n
		for m := choice.After(choice); m != nil; m = m.After(choice) {
			s := m.Sym
			if s != nil && !s.HasValue() {
				x--
			}
			if x < 0 && s != nil {
				s.User.Tri = model.Yes
				s.Flags |= model.FlagUser
				model.MoveMember(choice, s, true)
				break
			}
		}
	}
}

// setAllNewTable goes through the table, as older trees do, and reports whether it changed anything.
func (r *run) setAllNewTable(v newValue, o odds) bool {
	changed := false
	for _, s := range r.Syms.Order {
		if s.HasValue() || s.Has(model.FlagValid) || !r.solver.EffectiveType(s).Logic() {
			continue
		}
		changed = true
		switch v {
		case defYes:
			s.User.Tri = model.Yes
		case defMod:
			s.User.Tri = model.Mod
		case defNo:
			s.User.Tri = model.No
			if r.D.AllNoConfigY && s.Has(model.FlagAllNoY) {
				s.User.Tri = model.Yes
			}
		case defRandom:
			s.User.Tri = r.drawLogic(s.Type, o)
		default:
			continue
		}
		if !s.IsChoice() || v != defRandom {
			s.Flags |= model.FlagUser
		}
	}
	r.solver.Invalidate()
	if v != defRandom {
		for _, s := range r.Syms.Order {
			if s.IsChoice() && !s.HasValue() || s.InChoice != nil {
				s.Flags |= model.FlagNeedSetChoice
			}
		}
	}
	for _, s := range r.Syms.Order {
		if s.HasValue() || !s.IsChoice() {
			continue
		}
		r.solver.Calc(s)
		if v == defRandom {
			changed = r.randomChoiceOld(s) || changed
		} else {
			r.solver.SetAllChoiceValues(s)
			changed = true
		}
	}
	return changed
}

// randomChoiceOld picks one member of a choice that is y.
func (r *run) randomChoiceOld(choice *model.Symbol) bool {
	if choice.Curr.Tri != model.Yes || len(choice.List) == 0 {
		return false
	}
	pick := r.rand.next() % len(choice.List)
	for i, s := range choice.List {
		s.User.Tri = model.No
		if i == pick {
			s.User.Tri = model.Yes
			choice.User.Sym = s
		}
		s.Flags |= model.FlagUser
		s.Flags &^= model.FlagValid
	}
	choice.Flags |= model.FlagUser
	choice.Flags &^= model.FlagValid
	return true
}
