// Reporting a dependency loop, in the words of each generation.

package finalize

import (
	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

func (c *finalizer) reportDepLoop(last *model.Symbol) {
	var extra *depFrame
	if ch := c.ChoiceOf(last); ch != nil {
		extra = c.push(last)
		last = ch
	}
	f := c.stack
	for f != nil && f.sym != last {
		f = f.prev
	}
	if f == nil {
		c.world.Warnf("unexpected recursive dependency error\n")
		return
	}
	for ; f != nil; f = f.next {
		next := last
		if f.next != nil {
			next = f.next.sym
		}
		if c.D.LoopPos {
			c.reportStepOld(f, next, last)
		} else {
			c.reportStep(f, next, last)
		}
	}
	if c.D.LoopAdvice != "" && !c.D.LoopAdviceStep {
		c.loopAdvice()
		c.world.Warnf("\n")
	}
	if extra != nil && c.stack == extra {
		c.pop()
	}
}

func (c *finalizer) loopAdvice() {
	c.world.Warnf("For a resolution refer to %s\nsubsection \"Kconfig recursive dependency limitations\"\n", c.D.LoopAdvice)
}

func (c *finalizer) reportStep(f *depFrame, next, last *model.Symbol) {
	kind := model.PropUnknown
	if f.prop != nil {
		kind = f.prop.Kind
	}
	if f.sym == last {
		c.world.Warnf("error: recursive dependency detected!\n")
	}
	name := f.sym.Shown()
	switch {
	case next.IsChoice():
		pos := next.Menus[0].Pos
		c.world.Warnf("\tsymbol %s is part of choice block at %s:%d\n", name, pos.File, pos.Line)
	case f.via == viaDepends:
		c.world.Warnf("\tsymbol %s depends on %s\n", name, next.Name)
	case f.via == viaSelect:
		c.world.Warnf("\tsymbol %s is selected by %s\n", name, next.Name)
	case f.via == viaImply:
		c.world.Warnf("\tsymbol %s is implied by %s\n", name, next.Name)
	case f.via == viaValue:
		c.world.Warnf("\tsymbol %s %s value contains %s\n", name, kind, next.Name)
	default:
		c.world.Warnf("\tsymbol %s %s is visible depending on %s\n", name, kind, next.Name)
	}
}

func (c *finalizer) reportStepOld(f *depFrame, next, last *model.Symbol) {
	s := f.sym
	prop := f.prop
	if prop == nil && len(s.Props) > 0 {
		prop = s.Props[0]
	}
	var menu *model.Menu
	if s.IsChoice() || s.InChoice != nil {
		for _, p := range s.Props {
			prop = p
			if menu = p.Menu; menu != nil {
				break
			}
		}
	}
	var pos host.Pos
	kind := model.PropUnknown
	if prop != nil {
		pos, kind = prop.Pos, prop.Kind
	}
	if s == last {
		c.world.Warnf("%s:%d:error: recursive dependency detected!\n", pos.File, pos.Line)
	}
	if c.D.LoopAdviceStep && c.D.LoopAdviceFirst {
		c.loopAdvice()
	}
	a, b := s.Shown(), next.Shown()
	switch {
	case s.IsChoice():
		c.world.Warnf("%s:%d:\tchoice %s contains symbol %s\n", menu.Pos.File, menu.Pos.Line, a, b)
	case s.InChoice != nil:
		c.world.Warnf("%s:%d:\tsymbol %s is part of choice %s\n", menu.Pos.File, menu.Pos.Line, a, b)
	case f.via == viaDepends:
		c.world.Warnf("%s:%d:\tsymbol %s depends on %s\n", pos.File, pos.Line, a, b)
	case f.via == viaSelect:
		c.world.Warnf("%s:%d:\tsymbol %s is selected by %s\n", pos.File, pos.Line, a, b)
	case f.via == viaImply:
		c.world.Warnf("%s:%d:\tsymbol %s is implied by %s\n", pos.File, pos.Line, a, b)
	case f.via == viaValue:
		c.world.Warnf("%s:%d:\tsymbol %s %s value contains %s\n", pos.File, pos.Line, a, kind, b)
	default:
		c.world.Warnf("%s:%d:\tsymbol %s %s is visible depending on %s\n", pos.File, pos.Line, a, kind, b)
	}
	if c.D.LoopAdviceStep && !c.D.LoopAdviceFirst {
		c.loopAdvice()
	}
}
