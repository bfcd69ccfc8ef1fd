// Reporting a dependency loop, in the words of each generation.

package finalize

import (
	"fmt"

	"gokbuild/kconfig/internal/host"
	"gokbuild/kconfig/internal/model"
)

// reportDepLoop prints the steps from the symbol that was met twice back to itself.
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

// loopAdvice says where loops are explained.
func (c *finalizer) loopAdvice() {
	c.world.Warnf("For a resolution refer to %s\nsubsection \"Kconfig recursive dependency limitations\"\n", c.D.LoopAdvice)
}

const loopDetected = "recursive dependency detected!"

// relation says in which way a symbol depends on the next one.
func (f *depFrame) relation(kind model.PropKind, next string) string {
	name := f.sym.Shown()
	switch f.via {
	case viaDepends:
		return fmt.Sprintf("symbol %s depends on %s", name, next)
	case viaSelect:
		return fmt.Sprintf("symbol %s is selected by %s", name, next)
	case viaImply:
		return fmt.Sprintf("symbol %s is implied by %s", name, next)
	case viaValue:
		return fmt.Sprintf("symbol %s %s value contains %s", name, kind, next)
	}
	return fmt.Sprintf("symbol %s %s is visible depending on %s", name, kind, next)
}

// reportStep prints a step as newer trees do, without the place of the symbol.
func (c *finalizer) reportStep(f *depFrame, next, last *model.Symbol) {
	var pos host.Pos
	if len(f.sym.Menus) > 0 {
		pos = f.sym.Menus[0].Pos
	}
	if f.sym == last {
		c.world.Warnf("error: %s\n", loopDetected)
		c.world.Notify(host.Message{Pos: pos, Severity: host.Error, Text: loopDetected})
	}
	var text string
	if next.IsChoice() {
		text = fmt.Sprintf("symbol %s is part of choice block at %v", f.sym.Shown(), next.Menus[0].Pos)
	} else {
		kind := model.PropUnknown
		if f.prop != nil {
			kind = f.prop.Kind
		}
		text = f.relation(kind, next.Name)
	}
	c.world.Warnf("\t%s\n", text)
	c.world.Notify(host.Message{Pos: pos, Severity: host.Info, Text: text})
}

// reportStepOld prints a step as older trees do, at the place of the property that makes the dependency.
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
		c.world.Report(host.Message{Pos: pos, Severity: host.Error, Text: loopDetected}, ":error: ", false)
	}
	if c.D.LoopAdviceStep && c.D.LoopAdviceFirst {
		c.loopAdvice()
	}
	var text string
	switch {
	case c.D.LoopValueFirst && f.via == viaValue:
		text = f.relation(kind, next.Shown())
	case c.D.LoopValueFirst && f.prop != nil:
		text = fmt.Sprintf("symbol %s depends on %s", s.Shown(), next.Shown())
	case s.IsChoice():
		text, pos = fmt.Sprintf("choice %s contains symbol %s", s.Shown(), next.Shown()), menu.Pos
	case s.InChoice != nil:
		text, pos = fmt.Sprintf("symbol %s is part of choice %s", s.Shown(), next.Shown()), menu.Pos
	default:
		text = f.relation(kind, next.Shown())
	}
	c.world.Report(host.Message{Pos: pos, Severity: host.Info, Text: text}, ":\t", false)
	if c.D.LoopAdviceStep && !c.D.LoopAdviceFirst {
		c.loopAdvice()
	}
}
