package kconfig

import "strconv"

// A Tristate is the value of a bool or tristate symbol, or of a condition.
type Tristate uint8

// The three values; the order is the order in which && takes the smaller and || the larger.
const (
	No Tristate = iota
	Mod
	Yes
)

func (t Tristate) String() string {
	switch t {
	case No:
		return "n"
	case Mod:
		return "m"
	case Yes:
		return "y"
	}
	return "Tristate(" + strconv.Itoa(int(t)) + ")"
}

// A Type is the declared type of a symbol.
type Type uint8

// Types of symbols. A symbol that is mentioned but never given a type is Unknown.
const (
	Unknown Type = iota
	Bool
	TristateType
	Int
	Hex
	String
)

func (t Type) String() string {
	switch t {
	case Unknown:
		return "unknown"
	case Bool:
		return "bool"
	case TristateType:
		return "tristate"
	case Int:
		return "integer"
	case Hex:
		return "hex"
	case String:
		return "string"
	}
	return "???"
}

// logic reports whether values of the type are tristate values.
func (t Type) logic() bool { return t == Bool || t == TristateType }

// number reports whether values of the type are numbers written as text.
func (t Type) number() bool { return t == Int || t == Hex }

// A PropKind says what a property of a symbol or menu entry is.
type PropKind uint8

// Kinds of properties. PropSymbol and PropChoice are internal links of the older data model; they take part in the walks
// over a symbol's properties that are visible in messages.
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

// A Pos is a place in a Kconfig file. The file name is as it was written in the source statement.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string { return p.File + ":" + strconv.Itoa(p.Line) }

// A Property is a prompt, default, select, imply or range with its condition.
type Property struct {
	Kind PropKind
	// Text is the prompt, menu title or comment.
	Text string
	// hasText tells an empty prompt from a property that is no prompt.
	hasText bool
	// Expr is the value of a default, the target of a select or imply, the bounds of a range.
	Expr *Expr
	// Cond is the condition after finalisation: the if of the property and all dependencies around it.
	Cond *Expr
	// visible is Cond as last evaluated.
	visible Tristate
	// Menu is the entry that the property belongs to.
	Menu *Menu
	Pos  Pos
}

// symbol returns the single symbol the property names, or nil.
func (p *Property) symbol() *Symbol {
	if p.Expr != nil && p.Expr.op == opSym {
		return p.Expr.ls
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
	Pos        Pos
	help       helpText
	// members of a choice in priority order (newer choice model)
	members []*Symbol
}

// A Symbol is a configuration symbol, a choice (which has no name, or a name of its own in older trees), or a constant.
type Symbol struct {
	Name string
	Type Type
	// Props holds the properties of all definitions in the order in which they were parsed.
	Props []*Property
	// Menus holds the definitions.
	Menus []*Menu

	id      uint32
	bucket  uint32
	flags   symFlags
	choice  bool // anonymous or named choice
	curr    symValue
	user    userValue
	auto    userValue
	visible Tristate
	dirDep  depValue
	revDep  depValue
	implied depValue
	// chosen is the selected member while a choice of the older model is y.
	chosen *Symbol
	// inChoice is the choice that a member of the older model belongs to.
	inChoice *Symbol
	// list holds a choice's members in definition order (older model).
	list []*Symbol
	// linked says that the symbol is in a choice's members list (newer model).
	linked bool
	expr   *Expr // the expression that is just this symbol
}

type symFlags uint16

const (
	flagConst symFlags = 1 << iota
	flagValid
	flagWrite
	flagWritten
	flagWarned
	flagCheck
	flagChecked
	flagOptional
	flagDefined // had a config statement (older model: no dependency of its own on optional)
	flagNeedSetChoice
	flagNoWrite
	flagAllNoY
	flagAuto // auto holds a value
	flagUser // user holds a value
	flagEnv
	flagTransitional // only lends its saved value to others; not written
)

// symValue is a calculated value: str for int, hex, string and unknown symbols, tri for the others.
type symValue struct {
	str string
	tri Tristate
}

// userValue is a value from a file or from the user.
type userValue struct {
	str string
	set bool // str was assigned
	tri Tristate
	sym *Symbol // the member selected in a choice (older model)
}

type depValue struct {
	expr *Expr
	tri  Tristate
}

func (s *Symbol) has(f symFlags) bool { return s.flags&f != 0 }

// hasValue reports whether the user, or a file, gave a value.
func (s *Symbol) hasValue() bool { return s.flags&flagUser != 0 }

// shown is the name in messages.
func (s *Symbol) shown() string {
	if s.Name == "" && !s.has(flagConst) {
		return "<choice>"
	}
	return s.Name
}

// text is the value of a symbol as text, without computing it.
func (s *Symbol) text() string {
	if s.Type.logic() {
		return s.curr.tri.String()
	}
	return s.curr.str
}

// rawText is a symbol's value as the text that the C tool keeps beside the tristate: for bool and tristate symbols that
// is the start value, whatever the tristate is.
func (s *Symbol) rawText() string { return s.curr.str }
