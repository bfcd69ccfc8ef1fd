package kconfig

import (
	"slices"
)

// The symbol table. Names are found through maps; the walk order of the C tool's hash table, in which many files are
// written, is computed once after parsing (reference 2.9).

func (c *Config) initConstants() {
	konst := func(name string, v Tristate) *Symbol {
		s := c.newSymbol(name)
		s.flags = flagConst | flagValid
		if c.d.TypedConstants {
			s.Type = TristateType
		}
		s.curr = symValue{str: name, tri: v}
		return s
	}
	c.yes = konst("y", Yes)
	c.mod = konst("m", Mod)
	c.no = konst("n", No)
	c.syms.all = c.syms.all[:0] // the three are not in the table
}

func (c *Config) newSymbol(name string) *Symbol {
	s := &Symbol{Name: name, id: uint32(len(c.syms.all) + 1)}
	if len(c.syms.all) < 3 && c.no == nil {
		// Constants are numbered apart: ids only tell symbols from each other in hashes.
		s.id = 1<<31 + uint32(len(name)) + uint32(name[0])
	}
	c.syms.all = append(c.syms.all, s)
	return s
}

func constantNamed(c *Config, name string) *Symbol {
	if len(name) == 1 {
		switch name[0] {
		case 'y':
			return c.yes
		case 'm':
			return c.mod
		case 'n':
			return c.no
		}
	}
	return nil
}

// lookup returns the symbol of an unquoted word, making it when it is new.
func (c *Config) lookup(name string) *Symbol {
	if s := constantNamed(c, name); s != nil {
		return s
	}
	if s, ok := c.syms.plain[name]; ok {
		return s
	}
	s := c.newSymbol(name)
	c.syms.plain[name] = s
	return s
}

// lookupConst returns the symbol of a quoted word.
func (c *Config) lookupConst(name string) *Symbol {
	if s := constantNamed(c, name); s != nil {
		return s
	}
	if s, ok := c.syms.konst[name]; ok {
		return s
	}
	s := c.newSymbol(name)
	s.flags = flagConst
	c.syms.konst[name] = s
	return s
}

// newChoice returns the symbol of a choice; a named choice may be continued.
func (c *Config) newChoice(name string) *Symbol {
	if name != "" {
		if s := constantNamed(c, name); s != nil {
			return s
		}
		if s, ok := c.syms.choices[name]; ok {
			return s
		}
	}
	s := c.newSymbol(name)
	s.choice = true
	if name != "" {
		c.syms.choices[name] = s
	}
	return s
}

// find returns the symbol that a configuration file means by a name, or nil.
func (c *Config) find(name string) *Symbol {
	if s := constantNamed(c, name); s != nil {
		return s
	}
	a, b := c.syms.plain[name], c.syms.choices[name]
	if a == nil || b != nil && b.id > a.id {
		return b // the newer one stands first in its bucket
	}
	return a
}

func (c *Config) hashName(name string) uint32 {
	if c.d.ByteSumHash {
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
	return h % c.d.HashSize
}

// sortSymbols fixes the table order: by bucket, in a bucket the newest first.
func (c *Config) sortSymbols() {
	for _, s := range c.syms.all {
		switch {
		case s.Name != "" || !s.IsChoice() && s != c.modules:
			s.bucket = c.hashName(s.Name)
		case c.d.ByteSumHash:
			s.bucket = 256
		}
	}
	c.syms.order = slices.Clone(c.syms.all)
	slices.SortFunc(c.syms.order, func(a, b *Symbol) int {
		if a.bucket != b.bucket {
			return int(a.bucket) - int(b.bucket)
		}
		return int(b.id) - int(a.id)
	})
}

// lookupBytes is lookup of a word that is still part of a file's text.
func (c *Config) lookupBytes(name []byte) *Symbol {
	if s, ok := c.syms.plain[string(name)]; ok {
		return s
	}
	return c.lookup(string(name))
}

// findBytes is find of a name that is still part of a file's text.
func (c *Config) findBytes(name []byte) *Symbol {
	s := c.syms.plain[string(name)]
	if s == nil || len(c.syms.choices) > 0 {
		s = c.find(string(name))
	}
	return s
}
