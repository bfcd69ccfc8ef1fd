// The menu tree: entries and their properties.

package model

import "gokbuild/kconfig/internal/host"

// A PropKind says what a property of a symbol or menu entry is.
type PropKind uint8

// Kinds of properties. PropSymbol and PropChoice are internal links of the older data model; they take part in the
// walks over a symbol's properties that are visible in messages.
const (
	PropUnknown PropKind = iota
	PropPrompt
	PropComment
	PropMenu
	PropDefault
	PropChoice
	PropSelect
	PropImply
	PropRange
	PropSymbol
	PropEnv
)

// String returns the word that messages use.
func (k PropKind) String() string {
	switch k {
	case PropPrompt:
		return "prompt"
	case PropComment:
		return "comment"
	case PropMenu:
		return "menu"
	case PropDefault:
		return "default"
	case PropChoice:
		return "choice"
	case PropSelect:
		return "select"
	case PropImply:
		return "imply"
	case PropRange:
		return "range"
	case PropSymbol:
		return "symbol"
	case PropEnv:
		return "env"
	}
	return "unknown"
}

// A Property is a prompt, default, select, imply or range with its condition.
type Property struct {
	Kind PropKind
	// HasText tells an empty prompt from a property that is no prompt.
	HasText bool
	// Visible is Cond as last evaluated.
	Visible Tristate
	// Text is the prompt, menu title or comment.
	Text string
	// Expr is the value of a default, the target of a select or imply, the bounds of a range.
	Expr *Expr
	// Cond is the condition after finalisation: the if of the property and all dependencies around it.
	Cond *Expr
	// Menu is the entry that the property belongs to.
	Menu *Menu
	// Pos is where the property stands.
	Pos host.Pos
}

// Symbol returns the single symbol the property names, or nil.
func (p *Property) Symbol() *Symbol {
	if p.Expr != nil && p.Expr.Op == OpSym {
		return p.Expr.LS
	}
	return nil
}

// A Menu is one entry of the menu tree: a menu, a comment, a choice, or one definition of a symbol.
type Menu struct {
	Parent, Next, List *Menu
	// Sym is the symbol defined here; choices have a symbol too. Menus, comments and ifs have none.
	Sym *Symbol
	// Prompt is the entry's prompt or title, nil for entries without.
	Prompt *Property
	// Dep is the dependency from depends on and the blocks around.
	Dep *Expr
	// Visibility is the condition of visible if.
	Visibility *Expr
	// Pos is where the entry stands.
	Pos host.Pos
	// HelpText is the help as it stands in the file.
	HelpText HelpText
	// Members of a choice in priority order (newer choice model)
	Members []*Symbol
}

// After walks the menu tree depth first; it returns nil after the last entry below root.
func (m *Menu) After(root *Menu) *Menu {
	if m.List != nil {
		return m.List
	}
	for m != root && m.Next == nil {
		m = m.Parent
		if m == nil {
			return nil
		}
	}
	if m == root {
		return nil
	}
	return m.Next
}

// EntryPrompt is what an entry is called where its prompt is wanted.
func EntryPrompt(m *Menu) string {
	if m.Prompt != nil {
		return m.Prompt.Text
	}
	if m.Sym != nil {
		return m.Sym.Name
	}
	return "(null)"
}
