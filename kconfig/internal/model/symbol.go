// Symbols: what is known of each, as parsed and as computed.

package model

// A Symbol is a configuration symbol, a choice (which has no name, or a name of its own in older trees), or a constant.
//
// The embedded structs are what the rooms of kconfig know about the symbol beside its definition. Callers of the
// library ask the methods of kconfig.Config, which bring values up to date first.
type Symbol struct {
	Name string
	Type Type
	// Props holds the properties of all definitions in the order in which they were parsed.
	Props []*Property
	// Menus holds the definitions.
	Menus []*Menu

	Values
	Deps
	Membership

	// ID tells symbols apart in hashes; it grows in the order of creation.
	ID     uint32
	bucket uint32
	choice bool  // anonymous or named choice
	expr   *Expr // the expression that is just this symbol
}

// Values are the value of a symbol and what it is computed from. Package solve owns them; package files sets User and
// Auto from files.
type Values struct {
	// Curr is the value as computed; it is in force while FlagValid is set.
	Curr SymValue
	// User is the value that the user or a file gave, if FlagUser is set.
	User UserValue
	// Auto is the value in the last auto.conf, if FlagAuto is set.
	Auto UserValue
	// Visible is the greatest value that the user may give.
	Visible Tristate
	Flags   Flag
}

// Deps are the conditions that limit a symbol from outside its own definition, with their values.
type Deps struct {
	// DirDep joins the dependencies of all definitions by ||.
	DirDep DepValue
	// RevDep joins by || what selects the symbol, Implied what implies it.
	RevDep, Implied DepValue
}

// Membership ties choices and their members together.
type Membership struct {
	// Chosen is the selected member while a choice of the older model is y.
	Chosen *Symbol
	// InChoice is the choice that a member of the older model belongs to.
	InChoice *Symbol
	// List holds a choice's members in definition order (older model).
	List []*Symbol
	// Linked says that the symbol is in a choice's list of members (newer model).
	Linked bool
}

// SymValue is a calculated value: Str for int, hex, string and unknown symbols, Tri for the others.
type SymValue struct {
	Str string
	Tri Tristate
}

// UserValue is a value from a file or from the user.
type UserValue struct {
	Str string
	Set bool // Str was assigned
	Tri Tristate
	Sym *Symbol // the member selected in a choice (older model)
}

// DepValue is a condition with its value. A missing condition is y for a dependency and n for what selects or implies.
type DepValue struct {
	Expr *Expr
	Tri  Tristate
}

// A Flag is a mark of a symbol.
type Flag uint16

// The marks. FlagValid: the value is up to date. FlagWrite: the symbol appears in .config.
const (
	FlagConst Flag = 1 << iota
	FlagValid
	FlagWrite
	FlagWarned
	FlagCheck
	FlagChecked
	FlagOptional
	FlagDefined // had a config statement (older model: no dependency of its own on optional)
	FlagNeedSetChoice
	FlagNoWrite
	FlagAllNoY
	FlagAuto         // auto holds a value
	FlagUser         // user holds a value
	FlagTransitional // only lends its saved value to others; not written
)

// IsChoice reports whether the symbol stands for a choice.
func (s *Symbol) IsChoice() bool { return s.choice }

// IsConst reports whether the symbol is a constant: y, m, n or quoted text.
func (s *Symbol) IsConst() bool { return s.Has(FlagConst) }

// IsDefined reports whether there is a config or choice statement for the symbol.
func (s *Symbol) IsDefined() bool { return len(s.Menus) > 0 }

// DirectDep returns the dependencies of all definitions, nil meaning y.
func (s *Symbol) DirectDep() *Expr { return s.DirDep.Expr }

// ReverseDep returns what selects the symbol, nil if nothing does.
func (s *Symbol) ReverseDep() *Expr { return s.RevDep.Expr }

// WeakReverseDep returns what implies the symbol, nil if nothing does.
func (s *Symbol) WeakReverseDep() *Expr { return s.Implied.Expr }

// Has reports whether any of the flags is set.
func (s *Symbol) Has(f Flag) bool { return s.Flags&f != 0 }

// HasValue reports whether the user, or a file, gave a value.
func (s *Symbol) HasValue() bool { return s.Flags&FlagUser != 0 }

// Shown is the name in messages.
func (s *Symbol) Shown() string {
	if s.Name == "" && !s.Has(FlagConst) {
		return "<choice>"
	}
	return s.Name
}

// Text is the value of a symbol as text, without computing it.
func (s *Symbol) Text() string {
	if s.Type.Logic() {
		return s.Curr.Tri.String()
	}
	return s.Curr.Str
}

// RawText is a symbol's value as the text that the C tool keeps beside the tristate: for bool and tristate symbols that
// is the start value, whatever the tristate is.
func (s *Symbol) RawText() string { return s.Curr.Str }
