package eval

// This file keeps variables: values, origins, sets, and the order in which sets are searched.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gokbuild/kbuild/lang/hashorder"
	"gokbuild/kbuild/lang/syntax"
)

// Pos is a place in a makefile; the zero value means none.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Fatal is an error that ends the invocation, at a place.
type Fatal struct {
	Pos Pos
	Msg string
}

func (f *Fatal) Error() string {
	if f.Pos.File == "" {
		return f.Msg
	}
	return f.Pos.String() + ": " + f.Msg
}

// Stop ends the make with a message that has no place: Catch returns it as a Fatal.
func Stop(msg string) { panic(&Fatal{Msg: msg}) }

// Origin tells where a variable's value comes from, weakest first: a definition
// replaces only one of the same or a weaker origin (manual, "The origin Function").
type Origin uint8

const (
	OriginDefault Origin = iota
	OriginEnvironment
	OriginFile
	OriginEnvOverride
	OriginCommandLine
	OriginOverride
	OriginAutomatic
)

func (o Origin) String() string {
	return [...]string{"default", "environment", "file", "environment override",
		"command line", "override", "automatic"}[o]
}

// Export tells whether a variable is passed to recipes.
type Export uint8

const (
	// ExportDefault variables are passed on if they came from the environment
	// or the command line, or if everything is exported.
	ExportDefault Export = iota
	ExportYes
	ExportNo
	// ExportIfSet variables are passed on if something defined them.
	ExportIfSet
)

// Var is a variable.
type Var struct {
	Name string
	// Value is the unexpanded text of a recursive variable, the value of a
	// simple one.
	Value     string
	Pos       Pos
	Recursive bool
	Origin    Origin
	Export    Export
	Private   bool
	PerTarget bool
	// Append marks a target-specific += that is joined to outer values on use, if
	// it is recursive. Whether a variable is empty is asked of its own value alone.
	Append bool
	// Unexportable is set if the name counts as one that a shell could not hold. It shows only
	// once Export is ExportDefault.
	Unexportable bool
	// Watched makes Interp.Watch hear of every use.
	Watched bool

	expanding bool
	// calls allows that many references to itself while being expanded by $(call).
	calls int32
	// seq is the place of the variable in the order in which they were defined.
	seq  uint64
	expr *syntax.Expr
	// grown holds the value of a variable that grew by +=, with room for more.
	grown *strings.Builder
}

// Flavor returns "recursive" or "simple".
func (v *Var) Flavor() string {
	if v.Recursive {
		return "recursive"
	}
	return "simple"
}

// Set is a set of variables: the global one, a target's or a pattern's.
type Set struct {
	m map[string]*Var
	// defined counts the variables that were ever new, and the places kept for later ones.
	defined uint64
	kept    map[string]uint64
	// listed are the variables in the order of make's table, and names their names once asked for, as long as no variable comes or goes.
	listed struct {
		defined uint64
		vars    []*Var
		names   string
	}
}

// NewSet makes an empty set with room for n variables.
func NewSet(n int) *Set { return &Set{m: make(map[string]*Var, n)} }

// Get returns the variable called name, nil if the set has none.
func (s *Set) Get(name string) *Var {
	if s == nil {
		return nil
	}
	return s.m[name]
}

// Len returns the number of variables.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.m)
}

// All calls yield for every variable, in no particular order.
func (s *Set) All(yield func(*Var) bool) {
	if s == nil {
		return
	}
	for _, v := range s.m {
		if !yield(v) {
			return
		}
	}
}

// TableOrder returns the variables in the order of make's table, which began with
// slots slots; old is set for make 4.2. Both are the same whenever a set is asked. The caller must not change the list.
func (s *Set) TableOrder(slots int, old bool) []*Var {
	if s.Len() == 0 {
		return nil
	}
	l := &s.listed
	if l.defined == s.defined && len(l.vars) == len(s.m) {
		return l.vars // names decide the order, not values
	}
	vars := make([]*Var, 0, s.Len())
	for v := range s.All {
		vars = append(vars, v)
	}
	slices.SortFunc(vars, func(a, b *Var) int { return cmp.Compare(a.seq, b.seq) })
	l.defined, l.vars, l.names = s.defined, InTableOrder(vars, slots, old), ""
	return l.vars
}

// InTableOrder returns variables, given in the order in which they enter a table of make's, in the order of that table.
func InTableOrder(vars []*Var, slots int, old bool) []*Var {
	order := hashorder.Order(len(vars), slots, hashorder.Names(old), func(i int) string { return vars[i].Name })
	out := make([]*Var, len(order))
	for i, n := range order {
		out[i] = vars[n]
	}
	return out
}

// names returns the names of the variables in the order of make's table.
func (s *Set) names(slots int, old bool) string {
	vars := s.TableOrder(slots, old)
	if s.listed.names != "" {
		return s.listed.names
	}
	var names strings.Builder
	for i, v := range vars {
		if i > 0 {
			names.WriteByte(' ')
		}
		names.WriteString(v.Name)
	}
	s.listed.names = names.String()
	return s.listed.names
}

// Keep keeps the next place in the order of definition for a variable that is defined later.
func (s *Set) Keep(name string) {
	if s.kept == nil {
		s.kept = make(map[string]uint64)
	}
	s.defined++
	s.kept[name] = s.defined
}

// Define sets a variable unless the present definition has a stronger origin.
func (s *Set) Define(name, value string, origin Origin, recursive bool, pos Pos) *Var {
	v := s.m[name]
	if v == nil {
		s.defined++
		v = &Var{Name: name, Value: value, Origin: origin, Recursive: recursive, Pos: pos, seq: s.defined}
		if seq, ok := s.kept[name]; ok {
			v.seq = seq
			delete(s.kept, name)
		}
		s.m[name] = v
		return v
	}
	if origin >= v.Origin {
		v.set(value, origin, recursive, pos)
	}
	return v
}

// longValue is the length from which on a value that grows is kept with room for more. Makefiles collect names word by word: to copy
// what is there each time would be quadratic.
const longValue = 200

// joined returns the value with a blank and text behind it.
func (v *Var) joined(have, text string) string {
	if len(have) < longValue {
		return have + " " + text
	}
	if v.grown == nil || v.grown.String() != have {
		v.grown = new(strings.Builder)
		v.grown.Grow(2 * (len(have) + len(text)))
		v.grown.WriteString(have)
	}
	// What was there stays as it is: strings that were taken from it before are still right.
	v.grown.WriteByte(' ')
	v.grown.WriteString(text)
	return v.grown.String()
}

func (v *Var) set(value string, origin Origin, recursive bool, pos Pos) {
	v.Value, v.Origin, v.Recursive, v.Pos, v.expr = value, origin, recursive, pos, nil
	if v.grown != nil && v.grown.Len() != len(value) {
		v.grown = nil
	}
}

// Undefine removes a variable unless its origin is stronger.
func (s *Set) Undefine(name string, origin Origin) {
	if v := s.m[name]; v != nil && origin >= v.Origin {
		delete(s.m, name)
	}
}

// Scope is one link of the chain in which a name is looked up: a target's own
// variables, its patterns', its parent target's, … and the global ones.
type Scope struct {
	Set  *Set
	Next *Scope
	// NextIsParent is set where Next belongs to another target, whose private
	// variables are not seen from here.
	NextIsParent bool
}

// Lookup finds a variable along the chain.
func (s *Scope) Lookup(name string) *Var {
	parent := false
	for ; s != nil; s = s.Next {
		if v := s.Set.Get(name); v != nil && !(parent && v.Private) {
			return v
		}
		parent = parent || s.NextIsParent
	}
	return nil
}

// Exportable reports whether a shell could hold a variable of this name.
func Exportable(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c == '_', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		case c >= '0' && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return name != ""
}
