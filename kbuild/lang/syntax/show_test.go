package syntax

import (
	"fmt"
	"strings"
)

// show writes an expression in a form that tells every part apart, for tests:
// 'text' {var} {{name}} {var:pattern=repl} func(arg,arg) !error!
func show(e *Expr) string {
	if e == nil {
		return "nil"
	}
	if e.Literal() {
		return "'" + e.Source + "'"
	}
	var b strings.Builder
	for _, p := range e.Parts {
		switch p.Kind {
		case PartText:
			fmt.Fprintf(&b, "'%s'", p.Text)
		case PartVar:
			fmt.Fprintf(&b, "{%s}", p.Text)
		case PartVarExpr:
			fmt.Fprintf(&b, "{%s}", show(p.Name))
		case PartSubst:
			fmt.Fprintf(&b, "{%s:%s=%s}", p.Text, p.Pattern, p.Repl)
		case PartFunc:
			var args []string
			for _, a := range p.Args {
				args = append(args, show(a))
			}
			fmt.Fprintf(&b, "%s(%s)", Funcs[p.Func].Name, strings.Join(args, ","))
		case PartError:
			fmt.Fprintf(&b, "!%s!", p.Text)
		default:
			fmt.Fprintf(&b, "?%d?", p.Kind)
		}
	}
	return b.String()
}

func (m Modifiers) show() string {
	s := ""
	if m.Export {
		s += "export "
	}
	if m.Override {
		s += "override "
	}
	if m.Private {
		s += "private "
	}
	return s
}

func flag(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

// showStmt writes a statement as one line of text.
func showStmt(s Stmt) string {
	switch s := s.(type) {
	case nil:
		return "none"
	case *Blank:
		return "blank"
	case *Assign:
		return s.show() + show(s.Name) + " " + s.Op.String() + " " + show(s.Value)
	case *Define:
		if s.Undefine {
			return s.show() + "undefine " + show(s.Name)
		}
		return s.show() + "define " + show(s.Name) + " " + s.Op.String() + flag(s.Extra, " extra")
	case *Cond:
		out := s.Word + flag(s.Invalid, " invalid") + flag(s.Extra, " extra")
		if s.Name != nil {
			out += " " + show(s.Name)
		}
		if s.A != nil {
			out += " " + show(s.A) + " " + show(s.B)
		}
		if s.Else != nil {
			out += " " + showStmt(s.Else)
		}
		return out
	case *Export:
		return flag(s.Un, "un") + "export " + show(s.Names)
	case *Include:
		return flag(s.Optional, "-") + "include " + show(s.Names)
	case *Vpath:
		return "vpath " + show(s.Args)
	case *Load:
		return flag(s.Optional, "-") + "load " + show(s.Names)
	case *Rule:
		if s.Colon < 0 {
			return "text " + show(s.Whole) + flag(s.Tab, " tab") + flag(s.Spaces, " spaces") + showRecipe(s.Recipe)
		}
		out := "rule " + show(s.Targets) + " " + flag(s.Grouped, "&") + ":" + flag(s.Double, ":")
		if s.Assign != nil {
			return out + " " + showStmt(s.Assign)
		}
		return out + " " + show(s.Prereqs) + showRecipe(s.Recipe)
	}
	return fmt.Sprintf("unknown %T", s)
}

func showRecipe(l *Line) string {
	if l == nil {
		return ""
	}
	return fmt.Sprintf(" ; %d:%q", l.No, l.Raw)
}
