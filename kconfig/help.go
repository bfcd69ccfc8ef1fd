package kconfig

import (
	"strconv"
	"strings"
)

const noHelpBusy = "Sorry, no help available for this option yet.\n"

const noHelp = "There is no help available for this option."

func (c *Config) printHelp(m *Menu) {
	if c.d.BusyBox {
		text := noHelpBusy
		if own := helpEntry(m); own != nil {
			text = own.Help()
		}
		c.puts("\n" + text + "\n")
		return
	}
	c.puts("\n" + c.extHelp(m) + "\n")
}

// extHelp is the help text of an entry with what is known about its symbol.
func (c *Config) extHelp(m *Menu) string {
	var b []byte
	text := noHelp
	if m.help.set {
		if m.Sym != nil && m.Sym.Name != "" {
			b = append(b, c.prefix+m.Sym.Name+":\n\n"...)
		}
		text = m.Help()
	}
	b = append(b, text...)
	b = append(b, '\n')
	if m.Sym != nil {
		b = c.appendRelations(b, m.Sym)
	}
	return string(b)
}

func (c *Config) appendRelations(b []byte, s *Symbol) []byte {
	if s.Name != "" {
		b = append(b, "Symbol: "+s.Name+" [="+s.text()+"]\nType  : "+c.typeName(s.Type)+"\n"...)
		if s.Type.number() {
			if p := c.rangeProp(s); p != nil {
				b = append(b, "Range : "...)
				b = c.appendValued(b, p.Expr)
				b = append(b, '\n')
			}
		}
	}
	if c.d.HelpNew {
		b = c.appendDefinitions(b, s)
	} else {
		b = c.appendDefinitionsOld(b, s)
	}
	indent := ""
	if !c.d.HelpNew {
		indent = "  "
	}
	b = c.appendTargets(b, s, PropSelect, indent+"Selects: ")
	b = c.appendReverse(b, s.revDep.expr, indent+"Selected by")
	if c.d.Imply {
		b = c.appendTargets(b, s, PropImply, indent+"Implies: ")
		b = c.appendReverse(b, s.implied.expr, indent+"Implied by")
	}
	return append(b, "\n\n"...)
}

func (c *Config) appendReverse(b []byte, e *Expr, title string) []byte {
	if e == nil {
		return b
	}
	if !c.d.RevdepLists {
		b = append(b, title+": "...)
		b = c.appendValued(b, e)
		return append(b, '\n')
	}
	b = c.appendRevdep(b, e, Yes, title+" [y]:\n")
	b = c.appendRevdep(b, e, Mod, title+" [m]:\n")
	return c.appendRevdep(b, e, No, title+" [n]:\n")
}

func (c *Config) appendTargets(b []byte, s *Symbol, kind PropKind, title string) []byte {
	hit := false
	for _, p := range s.Props {
		if p.Kind != kind {
			continue
		}
		if hit {
			b = append(b, " && "...)
		} else {
			b = append(b, title...)
		}
		hit = true
		b = c.appendValued(b, p.Expr)
	}
	if hit {
		b = append(b, '\n')
	}
	return b
}

func (c *Config) appendDefinitions(b []byte, s *Symbol) []byte {
	for _, m := range s.Menus {
		if m.Prompt != nil {
			b = appendDefinedAt(b, "", m)
			b = c.appendPrompt(b, m.Prompt)
		}
	}
	for _, m := range s.Menus {
		if m.Prompt == nil {
			b = appendDefinedAt(b, "", m)
			b = c.appendDep(b, m.Dep, "  Depends on: ")
		}
	}
	return b
}

func appendDefinedAt(b []byte, indent string, m *Menu) []byte {
	return append(b, indent+"Defined at "+m.Pos.File+":"+strconv.Itoa(m.Pos.Line)+"\n"...)
}

func (c *Config) appendDep(b []byte, e *Expr, title string) []byte {
	if c.isYes(e) {
		return b
	}
	b = append(b, title...)
	b = c.appendValued(b, e)
	return append(b, '\n')
}

// maxLocation is how many levels of menus a location shows.
const maxLocation = 8

func (c *Config) appendPrompt(b []byte, p *Property) []byte {
	b = append(b, "  Prompt: "+p.Text+"\n"...)
	b = c.appendDep(b, p.Menu.Dep, "  Depends on: ")
	if !c.exprEq(p.Menu.Dep, p.Cond) {
		b = c.appendDep(b, p.Cond, "  Visible if: ")
	}
	m := p.Menu
	if c.d.LocationAbove {
		m = m.Parent
	}
	return c.appendLocation(b, m)
}

func (c *Config) appendLocation(b []byte, m *Menu) []byte {
	var path []*Menu
	located := false
	for ; m != &c.root && len(path) < maxLocation; m = m.Parent {
		path = append(path, m)
		// Looking is not free of effects in older trees.
		if !located || c.d.VisibleSetsUser {
			located = c.isVisible(m) || located
		}
	}
	if len(path) == 0 && (!c.d.HelpNew || c.d.LocationAbove) {
		return b
	}
	b = append(b, "  Location:\n"...)
	for j := range path {
		m := path[len(path)-1-j]
		b = append(b, strings.Repeat(" ", 4+2*j)...)
		b = append(b, "-> "+entryPrompt(m)...)
		if m.Sym != nil {
			b = append(b, " ("+m.Sym.shown()+" [="+m.Sym.text()+"])"...)
		}
		b = append(b, '\n')
	}
	return b
}

func entryPrompt(m *Menu) string {
	if m.Prompt != nil {
		return m.Prompt.Text
	}
	if m.Sym != nil {
		return m.Sym.Name
	}
	return "(null)"
}

// appendDefinitionsOld lists all prompts, but only the first place of definition.
func (c *Config) appendDefinitionsOld(b []byte, s *Symbol) []byte {
	for _, p := range s.Props {
		if p.hasText {
			b = append(b, "Prompt: "+p.Text+"\n"...)
			if c.d.HelpPromptPos {
				b = appendDefinedAt(b, "  ", p.Menu)
				b = c.appendDep(b, p.Cond, "  Depends on: ")
			}
			b = c.appendLocation(b, p.Menu.Parent)
		}
	}
	if c.d.HelpPromptPos {
		return b
	}
	for _, p := range s.Props {
		if p.Kind == PropSymbol {
			b = appendDefinedAt(b, "  ", p.Menu)
			b = c.appendDep(b, p.Cond, "  Depends on: ")
			break
		}
	}
	return b
}

// usage prints the options of the C tool.
func (r *confRun) usage() {
	if r.d.Usage != "" {
		r.puts(strings.ReplaceAll(r.d.Usage, "%s", r.name))
		return
	}
	r.printf("Usage: %s [options] <kconfig-file>\n\n", r.name)
	r.puts("Generic options:\n" +
		"  -h, --help              Print this message and exit.\n" +
		"  -s, --silent            Do not print log.\n\n" +
		"Mode options:\n")
	for _, l := range usageLines {
		if r.d.Modes[l.mode] {
			r.puts(l.text)
		}
	}
	r.puts("  (If none of the above is given, --oldaskconfig is the default)\n")
}

var usageLines = []struct{ mode, text string }{
	{"listnewconfig", "  --listnewconfig         List new options\n"},
	{"helpnewconfig", "  --helpnewconfig         List new options and help text\n"},
	{"oldaskconfig", "  --oldaskconfig          Start a new configuration using a line-oriented program\n"},
	{"oldconfig", "  --oldconfig             Update a configuration using a provided .config as base\n"},
	{"syncconfig", "  --syncconfig            Similar to oldconfig but generates configuration in\n                          include/{generated/,config/}\n"},
	{"olddefconfig", "  --olddefconfig          Same as oldconfig but sets new symbols to their default value\n"},
	{"defconfig", "  --defconfig <file>      New config with default defined in <file>\n"},
	{"savedefconfig", "  --savedefconfig <file>  Save the minimal current configuration to <file>\n"},
	{"allnoconfig", "  --allnoconfig           New config where all options are answered with no\n"},
	{"allyesconfig", "  --allyesconfig          New config where all options are answered with yes\n"},
	{"allmodconfig", "  --allmodconfig          New config where all options are answered with mod\n"},
	{"alldefconfig", "  --alldefconfig          New config with all symbols set to default\n"},
	{"randconfig", "  --randconfig            New config with random answer to all options\n"},
	{"yes2modconfig", "  --yes2modconfig         Change answers from yes to mod if possible\n"},
	{"mod2yesconfig", "  --mod2yesconfig         Change answers from mod to yes if possible\n"},
	{"mod2noconfig", "  --mod2noconfig          Change answers from mod to no if possible\n"},
}
