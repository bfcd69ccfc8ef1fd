// Choices of the older model: their types, and their members.

package finalize

import "gokbuild/kconfig/internal/model"

// choiceTypes gives a choice of the older model the type of its first typed member, and the others the choice's.
func (c *finalizer) choiceTypes(parent *model.Menu) {
	sym := parent.Sym
	if sym.Type == model.Unknown {
		for m := parent.List; m != nil; m = m.Next {
			if m.Sym != nil && m.Sym.Type != model.Unknown {
				c.setType(parent, m.Sym.Type)
				break
			}
		}
	}
	for m := parent.List; m != nil; m = m.Next {
		if m.Sym != nil && m.Sym.Type == model.Unknown {
			c.setType(m, sym.Type)
		}
	}
}

// setType gives an entry's symbol a type.
func (c *finalizer) setType(m *model.Menu, typ model.Type) {
	if complaint := c.AssignType(m.Sym, typ); complaint != "" {
		c.world.WarnAt(m.Pos, "%s", complaint)
	}
}

// adoptMember makes an entry of a choice of the older model a member.
func (c *finalizer) adoptMember(parent, m *model.Menu) {
	choice, sym := parent.Sym, m.Sym
	sym.InChoice = choice
	if m.Prompt == nil {
		c.world.WarnAt(m.Pos, "choice value must have a prompt")
	}
	for _, prop := range sym.Props {
		if prop.Kind == model.PropPrompt && prop.Menu != m && c.D.BusyBox {
			c.world.WarnAt(prop.Pos, "choice values currently only support a single prompt")
		}
		if prop.Kind == model.PropDefault {
			c.world.WarnAt(prop.Pos, "defaults for choice values not supported")
		}
		if prop.Menu == m {
			continue
		}
		if prop.Kind == model.PropPrompt && prop.Menu.Parent.Sym != choice && !c.D.BusyBox {
			c.world.WarnAt(prop.Pos, "choice value used outside its choice group")
		}
	}
	if choice.Type == model.TristateType && sym.Type != model.TristateType && !c.D.BusyBox {
		whole := c.ExComp(model.OpEq, choice, c.Yes)
		m.Dep = c.ExAnd(whole, m.Dep)
		for _, prop := range sym.Props {
			if prop.Menu == m {
				prop.Cond = c.ExAnd(whole, prop.Cond)
			}
		}
	}
	sym.Props = append(sym.Props, model.NewProp(model.PropChoice, c.ExSym(choice), m, m.Pos))
	choice.List = append(choice.List, sym)
}
