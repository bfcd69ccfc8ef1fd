// The symbol table: symbols by name, and the order in which many files are written.

package model

import "slices"

// A Table holds all symbols. Names are found through maps; the walk order of the C tool's hash table, in which many
// files are written, is computed once after parsing.
type Table struct {
	plain, konst, choices map[string]*Symbol
	// All are the symbols in order of creation, Order in the order of the C tool's table.
	All, Order []*Symbol
}

// initConstants makes the symbols y, m and n.
func (t *Tree) initConstants() {
	konst := func(name string, v Tristate) *Symbol {
		s := t.NewSymbol(name)
		s.Flags = FlagConst | FlagValid
		if t.D.TypedConstants {
			s.Type = TristateType
		}
		s.Curr = SymValue{Str: name, Tri: v}
		return s
	}
	t.Yes = konst("y", Yes)
	t.Mod = konst("m", Mod)
	t.No = konst("n", No)
	t.Syms.All = t.Syms.All[:0] // the three are not in the table
}

// NewSymbol makes a symbol that no lookup finds.
func (t *Tree) NewSymbol(name string) *Symbol {
	s := &Symbol{Name: name, ID: uint32(len(t.Syms.All) + 1)}
	if len(t.Syms.All) < 3 && t.No == nil {
		// Constants are numbered apart: ids only tell symbols from each other in hashes.
		s.ID = 1<<31 + uint32(len(name)) + uint32(name[0])
	}
	t.Syms.All = append(t.Syms.All, s)
	return s
}

// constantNamed returns the symbol of y, m or n, or nil.
func (t *Tree) constantNamed(name string) *Symbol {
	if len(name) == 1 {
		switch name[0] {
		case 'y':
			return t.Yes
		case 'm':
			return t.Mod
		case 'n':
			return t.No
		}
	}
	return nil
}

// Lookup returns the symbol of an unquoted word, making it when it is new.
func (t *Tree) Lookup(name string) *Symbol {
	if s := t.constantNamed(name); s != nil {
		return s
	}
	if s, ok := t.Syms.plain[name]; ok {
		return s
	}
	s := t.NewSymbol(name)
	t.Syms.plain[name] = s
	return s
}

// LookupConst returns the symbol of a quoted word.
func (t *Tree) LookupConst(name string) *Symbol {
	if s := t.constantNamed(name); s != nil {
		return s
	}
	if s, ok := t.Syms.konst[name]; ok {
		return s
	}
	s := t.NewSymbol(name)
	s.Flags = FlagConst
	t.Syms.konst[name] = s
	return s
}

// NewChoice returns the symbol of a choice; a named choice may be continued.
func (t *Tree) NewChoice(name string) *Symbol {
	if name != "" {
		if s := t.constantNamed(name); s != nil {
			return s
		}
		if s, ok := t.Syms.choices[name]; ok {
			return s
		}
	}
	s := t.NewSymbol(name)
	s.choice = true
	if name != "" {
		t.Syms.choices[name] = s
	}
	return s
}

// Find returns the symbol that a configuration file means by a name, or nil.
func (t *Tree) Find(name string) *Symbol {
	if s := t.constantNamed(name); s != nil {
		return s
	}
	a, b := t.Syms.plain[name], t.Syms.choices[name]
	if a == nil || b != nil && b.ID > a.ID {
		return b // the newer one stands first in its bucket
	}
	return a
}

// hashName is the bucket of a name in the C tool's table.
func (t *Tree) hashName(name string) uint32 {
	if t.D.ByteSumHash {
		var h uint32
		for i := 0; i < len(name); i++ {
			h += uint32(int32(int8(name[i])))
		}
		return h & 0xff
	}
	h := uint32(2166136261)
	for i := 0; i < len(name); i++ {
		// The bytes are signed in C.
		h = (h ^ uint32(int32(int8(name[i])))) * 0x01000193
	}
	return h % t.D.HashSize
}

// Sort fixes the table order: by bucket, in a bucket the newest first.
func (t *Tree) Sort() {
	for _, s := range t.Syms.All {
		switch {
		case s.Name != "" || !s.IsChoice() && s != t.Modules:
			s.bucket = t.hashName(s.Name)
		case t.D.ByteSumHash:
			s.bucket = 256
		}
	}
	t.Syms.Order = slices.Clone(t.Syms.All)
	slices.SortFunc(t.Syms.Order, func(a, b *Symbol) int {
		if a.bucket != b.bucket {
			return int(a.bucket) - int(b.bucket)
		}
		return int(b.ID) - int(a.ID)
	})
}

// LookupBytes is Lookup of a word that is still part of a file's text.
func (t *Tree) LookupBytes(name []byte) *Symbol {
	if s, ok := t.Syms.plain[string(name)]; ok {
		return s
	}
	return t.Lookup(string(name))
}

// FindBytes is Find of a name that is still part of a file's text.
func (t *Tree) FindBytes(name []byte) *Symbol {
	s := t.Syms.plain[string(name)]
	if s == nil || len(t.Syms.choices) > 0 {
		s = t.Find(string(name))
	}
	return s
}
