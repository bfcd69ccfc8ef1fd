package kconfig

import "golang.org/x/sys/unix"

// parseTree does what the C tool does before it looks at any configuration: parse, finalise, check.
func (c *Config) parseTree(name string) {
	l := newLexer(c)
	l.open(name)
	c.parseFrom(l)
}

// parseFrom parses from a lexer that has the top-level file open.
func (c *Config) parseFrom(l *lexer) {
	(&parser{c: c, lex: l, expand: c.expandOld}).tree()
	c.sortSymbols()
	c.finalize(&c.root, false)
	if c.checkAllDeps() {
		c.exit(1)
	}
	c.changed = true
}

// tree reads the whole tree and settles its title and what says whether modules exist.
func (p *parser) tree() {
	c := p.c
	c.predefine()
	if errs := p.parse(); errs > 0 {
		c.exit(1)
	}
	c.initModules()
	if c.d.OldLexer && !c.d.Macros && c.root.Prompt != nil && !c.d.BusyBox {
		c.root.Prompt.Text = p.expand(c.root.Prompt.Text)
	}
	if c.root.Prompt == nil {
		p.b.entry = &c.root
		p.addPrompt(PropMenu, c.d.DefaultTitle, nil)
	}
}

// initModules settles which symbol says whether modules exist.
func (c *Config) initModules() {
	switch {
	case c.modules == nil:
		c.modules = c.no
	case c.d.ModulesByName && !c.d.BusyBox && len(c.modules.Props) == 0:
		c.modules.Props = append(c.modules.Props, newProp(PropDefault, c.exSym(c.lookup("MODULES")), nil, Pos{}))
	}
}

// predefine makes the symbols that exist before parsing.
func (c *Config) predefine() {
	for _, name := range c.d.PredefinedEnv {
		if v, ok := c.getenv(name); ok {
			c.addAutomatic(name, v)
		} else {
			s := c.lookup(name)
			s.Type = String
			s.flags |= flagNoWrite
		}
	}
	if c.d.UnameRelease {
		var u unix.Utsname
		if unix.Uname(&u) == nil {
			c.addAutomatic("UNAME_RELEASE", unix.ByteSliceToString(u.Release[:]))
		}
	}
	switch {
	case c.d.ModulesByName && c.d.BusyBox:
		c.modules = c.lookup("MODULES")
	case c.d.ModulesByName:
		c.modules = c.newSymbol("")
		c.modules.Type = Bool
		c.modules.flags |= flagNoWrite
	}
}

// checkAllDeps looks for dependency loops and misused choice members; it reports whether that is fatal.
func (c *Config) checkAllDeps() bool {
	bad := false
	if c.d.BusyBox {
		return false // loops are only remarked on there
	}
	if c.d.LoopMenuOrder {
		for m := c.root.next(&c.root); m != nil; m = m.next(&c.root) {
			if m.Sym == nil {
				continue
			}
			if c.checkDeps(m.Sym) != nil {
				bad = true
			}
			if m.Sym.has(flagTransitional) && c.checkTransitional(m) {
				bad = true
			}
			if m.Sym.IsChoice() && c.d.MembersCheck && c.checkMembers(m) {
				bad = true
			}
		}
	} else {
		for _, s := range c.syms.order {
			if c.checkDeps(s) != nil {
				bad = true
			}
		}
	}
	return bad && c.d.LoopFatal
}

// checkTransitional reports the first property of a transitional symbol other than help.
func (c *Config) checkTransitional(m *Menu) bool {
	pos, bad := m.Pos, m.Dep != nil && !c.isYes(m.Dep)
	if !bad {
		for _, p := range m.Sym.Props {
			if p.Kind != PropComment && p.Kind != PropSymbol {
				pos, bad = p.Pos, true
				break
			}
		}
	}
	if bad {
		c.errorAt(pos, "error: transitional symbols can only have help sections")
	}
	return bad
}

// checkMembers reports defaults and stray prompts of a choice's members.
func (c *Config) checkMembers(choice *Menu) bool {
	bad := false
	for m := choice.next(choice); m != nil; m = m.next(choice) {
		if m.Sym == nil {
			continue
		}
		for _, p := range m.Sym.Props {
			if p.Kind == PropDefault {
				c.errorAt(p.Pos, "error: defaults for choice values not supported")
				bad = true
			}
			if p.Menu != m && p.Kind == PropPrompt && p.Menu.Parent != m.Parent {
				c.errorAt(p.Pos, "error: choice value has a prompt outside its choice group")
				bad = true
			}
		}
	}
	return bad
}
