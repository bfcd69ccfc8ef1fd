// Lines of generated files: symbols as .config, the header and Rust write them, and the headings.

package files

import (
	"strings"

	"gokbuild/kconfig/internal/model"
)

// appendCHeading appends the heading of a C header.
func (c *Files) appendCHeading(b []byte) []byte {
	b = append(b, "/*\n"...)
	for _, line := range c.headingLines() {
		if line != "" {
			b = append(b, " * "...)
			b = append(b, line...)
			b = append(b, '\n')
		} else if c.D.LongCHeading {
			b = append(b, " *\n"...)
		}
	}
	return append(b, " */\n"...)
}

// hexPrefix is what a hex value lacks to be one in C.
func hexPrefix(v string) string {
	if len(v) < 2 || v[0] != '0' || v[1] != 'x' && v[1] != 'X' {
		return "0x"
	}
	return ""
}

// appendDefine appends the line of a symbol in the header.
func (c *Files) appendDefine(b []byte, s *model.Symbol) []byte {
	if s.Type == model.Unknown {
		return b
	}
	v := s.Text()
	suffix := ""
	if s.Type.Logic() {
		switch v {
		case "n":
			return b
		case "m":
			suffix = "_MODULE"
		}
		v = "1"
	}
	b = append(b, "#define "...)
	b = append(b, c.Prefix...)
	b = append(b, s.Name...)
	b = append(b, suffix...)
	b = append(b, ' ')
	switch {
	case s.Type == model.Hex:
		b = append(b, hexPrefix(v)...)
		b = append(b, v...)
	case s.Type == model.String && c.D.RawStrings:
		b = append(b, '"')
		b = append(b, v...)
		b = append(b, '"')
	case s.Type == model.String:
		b = appendEscaped(b, v)
	default:
		b = append(b, v...)
	}
	return append(b, '\n')
}

// appendRustCfg appends the options of the Rust compiler for a symbol.
func (c *Files) appendRustCfg(b []byte, s *model.Symbol) []byte {
	if s.Type == model.Unknown {
		return b
	}
	v := s.Text()
	if s.Type.Logic() {
		if v == "n" {
			return b
		}
		b = append(b, "--cfg="...)
		b = append(b, c.Prefix...)
		b = append(b, s.Name...)
		b = append(b, '\n')
	}
	if s.Type == model.Hex {
		v = hexPrefix(v) + v
	}
	b = append(b, "--cfg="...)
	b = append(b, c.Prefix...)
	b = append(b, s.Name...)
	b = append(b, '=')
	b = appendEscaped(b, v)
	return append(b, '\n')
}

// appendTristate appends the line of a symbol in tristate.conf, where values are in capitals.
func (c *Files) appendTristate(b []byte, s *model.Symbol) []byte {
	if s.Type != model.TristateType || s.Curr.Tri == model.No {
		return b
	}
	b = append(b, c.Prefix...)
	b = append(b, s.Name...)
	if s.Curr.Tri == model.Yes {
		return append(b, "=Y\n"...)
	}
	return append(b, "=M\n"...)
}

// appendEscaped appends a string value in quotes.
func appendEscaped(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// A style says how a line gives a symbol.
type style struct {
	n      bool // a logic symbol that is n has =n
	unset  bool // a logic symbol that is n is said not to be set; with neither, it has no line
	escape bool // strings are quoted
}

// dotStyle is that of .config.
var dotStyle = style{unset: true, escape: true}

// NewLine is the line with which a new symbol is listed.
func (c *Files) NewLine(s *model.Symbol) string {
	return string(c.appendLine(nil, s, style{n: true, escape: true}))
}

// appendLine appends the line of a symbol.
func (c *Files) appendLine(b []byte, s *model.Symbol, form style) []byte {
	if s.Type == model.Unknown {
		return b
	}
	val := s.Text()
	if s.Type.Logic() && !form.n && val == "n" {
		if form.unset {
			b = append(b, "# "...)
			b = append(b, c.Prefix...)
			b = append(b, s.Name...)
			b = append(b, " is not set\n"...)
		}
		return b
	}
	b = append(b, c.Prefix...)
	b = append(b, s.Name...)
	b = append(b, '=')
	switch {
	case s.Type == model.String && c.D.RawStrings:
		b = append(b, '"')
		b = append(b, val...)
		b = append(b, '"')
	case s.Type == model.String && form.escape:
		b = appendEscaped(b, val)
	default:
		b = append(b, val...)
	}
	return append(b, '\n')
}

// headingLines are the lines of the comment at the top of a generated file. Older trees put them together in a buffer
// of 256 bytes, so that a long title loses its end, and the last, empty line with it.
func (c *Files) headingLines() []string {
	text := "\nAutomatically generated file; DO NOT EDIT.\n" + c.Root.Prompt.Text + "\n"
	if c.D.TitleBuffer && len(text) > 255 {
		text = text[:255]
	}
	return strings.Split(text, "\n")
}

// appendHeading appends the heading of a file with # comments.
func (c *Files) appendHeading(b []byte) []byte {
	for _, line := range c.headingLines() {
		b = append(b, '#')
		if line != "" {
			b = append(b, ' ')
			b = append(b, line...)
		}
		b = append(b, '\n')
	}
	return b
}
