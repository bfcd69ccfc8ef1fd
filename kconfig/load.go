package kconfig

// parseTree does what the C tool does before it looks at any configuration: parse, finalise, check.
func (c *Config) parseTree(name string) {
	p := &parser{c: c, lex: newLexer(c)}
	p.lex.open(name)
	errs := p.parse()
	if errs > 0 {
		c.exit(1)
	}
	c.initModules()
	if c.root.Prompt == nil {
		p.b.entry = &c.root
		p.addPrompt(PropMenu, c.d.DefaultTitle, nil)
	}
	c.sortSymbols()
	c.finalize(&c.root, false)
	if c.checkAllDeps() {
		c.exit(1)
	}
	c.changed = true
	c.parsed = true
	// The simplifiers are done; their memories are not needed any more.
	c.exprs.transformed, c.exprs.deduped, c.exprs.slots = nil, nil, nil
}

// initModules settles which symbol says whether modules exist.
func (c *Config) initModules() {
	if c.modules == nil {
		c.modules = c.no
	}
}

// checkAllDeps looks for dependency loops and misused choice members; it reports whether that is fatal.
func (c *Config) checkAllDeps() bool {
	bad := false
	if c.d.LoopMenuOrder {
		for m := c.root.next(&c.root); m != nil; m = m.next(&c.root) {
			if m.Sym == nil {
				continue
			}
			if c.checkDeps(m.Sym) != nil {
				bad = true
			}
			if m.Sym.choice && c.d.MembersCheck && c.checkMembers(m) {
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

// checkMembers reports defaults and stray prompts of a choice's members.
func (c *Config) checkMembers(choice *Menu) bool {
	bad := false
	for m := choice.next(choice); m != nil; m = m.next(choice) {
		if m.Sym == nil {
			continue
		}
		for _, p := range m.Sym.Props {
			if p.Kind == PropDefault {
				c.warnf("%s:%d: error: defaults for choice values not supported\n", p.Pos.File, p.Pos.Line)
				bad = true
			}
			if p.Menu != m && p.Kind == PropPrompt && p.Menu.Parent != m.Parent {
				c.warnf("%s:%d: error: choice value has a prompt outside its choice group\n", p.Pos.File, p.Pos.Line)
				bad = true
			}
		}
	}
	return bad
}
