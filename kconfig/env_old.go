package kconfig

// The environment before there were macros: symbols that take their values from it, and $NAME in strings.

// addEnv makes a symbol take its value from the environment.
func (p *parser) addEnv(name string) {
	c, m := p.c, p.b.entry
	s := m.Sym
	s.flags |= flagNoWrite
	for _, prop := range s.Props {
		if prop.Kind == PropEnv {
			if prop.symbol().Name != name {
				c.warnAt(m.Pos, "redefining environment symbol from %s", prop.symbol().Name)
			}
			return
		}
	}
	s.Props = append(s.Props, newProp(PropEnv, c.exSym(c.lookupConst(name)), nil, p.pos()))
	v, ok := c.getenv(name)
	c.used = append(c.used, envUse{name, v})
	if !ok {
		c.warnAt(m.Pos, "environment variable %s undefined", name)
		return
	}
	s.Props = append(s.Props, newProp(PropDefault, c.exSym(c.lookupConst(v)), nil, p.pos()))
}

// addAutomatic makes a string symbol with a fixed value that the tool itself provides.
func (c *Config) addAutomatic(name, value string) {
	s := c.lookup(name)
	s.Type = String
	s.flags |= flagNoWrite
	s.Props = append(s.Props, newProp(PropDefault, c.exSym(c.lookupConst(value)), nil, Pos{}))
}

func (c *Config) expandOld(in string) string { return c.expandSymbols(in, false) }

// expandSymbols replaces $NAME by the value of that symbol. A name that is no symbol is nothing, or itself with
// unknown set.
func (c *Config) expandSymbols(in string, unknown bool) string {
	var b []byte
	for i := 0; i < len(in); i++ {
		if in[i] != '$' {
			b = append(b, in[i])
			continue
		}
		j := i + 1
		for j < len(in) && wordByte[in[j]] && in[j] != '-' {
			j++
		}
		if s := c.find(in[i+1 : j]); s != nil {
			c.calc(s)
			b = append(b, s.text()...)
		} else if unknown {
			b = append(b, in[i+1:j]...)
		}
		i = j - 1
	}
	return string(b)
}
