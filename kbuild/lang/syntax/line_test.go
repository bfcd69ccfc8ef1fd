package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lines writes the logical lines of a text as number:raw.
func lines(f *File) []string {
	var out []string
	for i := range f.Lines {
		out = append(out, fmt.Sprintf("%d:%s", f.Lines[i].No, f.Lines[i].Raw))
	}
	return out
}

func TestLogicalLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		first      int
		want       []string
	}{
		{"empty", "", 1, nil},
		{"one newline", "\n", 1, []string{"1:"}},
		{"no final newline", "a\nb", 1, []string{"1:a", "2:b"}},
		{"first line number", "a\nb\n", 7, []string{"7:a", "8:b"}},
		{"continuation", "a\\\nb\\\nc\nd", 1, []string{"1:a\\\nb\\\nc", "4:d"}},
		{"quoted backslash ends the line", "a\\\\\nb", 1, []string{"1:a\\\\", "2:b"}},
		{"three backslashes", "a\\\\\\\nb\nc", 1, []string{"1:a\\\\\\\nb", "3:c"}},
		{"backslash at the end", "a\\", 1, []string{"1:a\\"}},
		{"continued into nothing", "a\\\n", 1, []string{"1:a\\\n"}},
		{"blank after backslash", "a\\ \nb", 1, []string{"1:a\\ ", "2:b"}},
		{"carriage returns", "a\\\r\nb\r\nc\r\n", 1, []string{"1:a\\\nb", "3:c"}},
		{"lone carriage return", "a\rb\n", 1, []string{"1:a\rb"}},
		{"byte order mark", "\ufeffa\n\ufeffb\n", 1, []string{"1:a", "2:\ufeffb"}},
		{"comment goes on", "#a\\\nb\nc", 1, []string{"1:#a\\\nb", "3:c"}},
		{"NUL loses the end of its line", "a\x00b\nc\nd", 1, []string{"1:ac", "2:d"}},
		{"NUL first is an empty line", "\x00a\nb", 1, []string{"1:", "2:b"}},
		{"NUL at the end", "a\x00", 1, []string{"1:a"}},
		{"NUL in a continuation", "a\\\n\x00b\\\nc\x00\nd", 1, []string{"1:a\\\n", "3:cd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lines(Parse("m", c.text, c.first, newest))); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNULWarnings(t *testing.T) {
	for text, want := range map[string][]int{
		"a\nb\n": {0, 0}, "a\n\x00\n": {0, 1}, "\x00\n\x00\n": {1, 1}, "a\x00\n\x00\nb\n": {1, 0}, "a\\\n\x00\n": {1},
		// The buffer is full in front of the NUL, which then begins a piece.
		strings.Repeat("a", firstBuffer-1) + "\x00b\n": {1}, strings.Repeat("a", firstBuffer) + "\x00b\n": {0},
	} {
		var got []int
		f := Parse("m", text, 1, newest)
		for i := range f.Lines {
			got = append(got, f.Lines[i].NULs)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestCollapse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a", "a"},
		{"a\\\nb", "a b"},
		{"a \t\\\n \t b", "a b"},
		{"a\\\n\\\nb", "a b"},
		{"a\\\n", "a "},
		{"\\\nb", " b"},
		{"a\\\\\\\nb", "a\\ b"},
		{"a\\\\\\\\\nb", "a\\\\\nb"},
		{"a\\b", "a\\b"},
	} {
		if got := newest.Collapse(c.text); got != c.want {
			t.Errorf("Collapse(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestStripComment(t *testing.T) {
	for _, c := range []struct{ text, want, older string }{
		{"a # b", "a ", "a "},
		{"#", "", ""},
		{`a \# b`, `a # b`, `a # b`},
		{`a \\# b`, `a \`, `a \`},
		{`a \\\# b # c`, `a \# b `, `a \# b `},
		{`a \b`, `a \b`, `a \b`},
		{"$(A#b) c", "$(A#b) c", "$(A"},
		{"${shell echo '#'} # c", "${shell echo '#'} ", "${shell echo '"},
		{"$# c", "$# c", "$"},
	} {
		if got := StripComment(c.text, newest); got != c.want {
			t.Errorf("StripComment(%q) = %q, want %q", c.text, got, c.want)
		}
		if got := StripComment(c.text, oldest); got != c.older {
			t.Errorf("older StripComment(%q) = %q, want %q", c.text, got, c.older)
		}
	}
}

func TestFindUnquoted(t *testing.T) {
	for _, c := range []struct {
		text, stops string
		refs        bool
		want        string
		at          int
	}{
		{"a:b", ":", false, "a:b", 1},
		{"ab", ":", false, "ab", -1},
		{`a\:b`, ":", false, "a:b", -1},
		{`a\:b:c`, ":", false, "a:b:c", 3},
		{`a\\:b`, ":", false, `a\:b`, 2},
		{`a\\\:b:`, ":", false, `a\:b:`, 4},
		{`\:\:\:;`, ":;", false, ":::;", 3},
		{`a\b:`, ":", false, `a\b:`, 3},
		{"$(a:b):c", ":", true, "$(a:b):c", 6},
		{"$(a:b):c", ":", false, "$(a:b):c", 3},
		{"$(a:b", ":", true, "$(a:b", -1},
	} {
		got, at := FindUnquoted(c.text, c.stops, c.refs)
		if got != c.want || at != c.at {
			t.Errorf("FindUnquoted(%q, %q, %v) = %q, %d; want %q, %d", c.text, c.stops, c.refs, got, at, c.want, c.at)
		}
	}
}

func TestSkipReference(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"$", 1},
		{"$a", 2},
		{"$$", 2},
		{"$(a)b", 4},
		{"${a}b", 4},
		{"$(a(b)c)d", 8},
		{"$(a{)}", 5},
		{"$(a", 3},
		{"$((a)", 5},
	} {
		if got := SkipReference(c.text, 0); got != c.want {
			t.Errorf("SkipReference(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestRecipeText(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"\techo a", "'echo a'"},
		{"\t\techo a", "'\techo a'"},
		{"\techo a \\\n\tb", "'echo a \\\nb'"},
		{"\techo a \\\n\t\tb", "'echo a \\\n\tb'"},
		{"\techo a \\\n  b", "'echo a \\\n  b'"},
		{"\techo $(A \\\n\t B) \\\n\t\tc", "'echo '{A B}' \\\n\tc'"},
		{"\techo '#' # x", "'echo '#' # x'"},
		{"\techo $$(a \\\n\tb)", "'echo ''$''(a b)'"},
	} {
		l := Line{Raw: c.raw, No: 1}
		if diff := cmp.Diff(c.want, show(l.Recipe(newest))); diff != "" {
			t.Errorf("Recipe of %q (-want +got):\n%s", c.raw, diff)
		}
	}
}

func TestDefineNesting(t *testing.T) {
	for raw, want := range map[string]int{
		"define a": 1, "  define a =": 1, "\tdefine a": 1, "defined": 0,
		"endef": -1, "endef # x": -1, "endef#x": 0, " endef": -1, "\tendef": -1, "endefx": 0, "a": 0, "": 0,
	} {
		if got := DefineNesting(raw); got != want {
			t.Errorf("DefineNesting(%q) = %d, want %d", raw, got, want)
		}
	}
}

// TestLinesInsideDefine sees that text inside define is not parsed: it may be
// anything.
func TestLinesInsideDefine(t *testing.T) {
	f := Parse("m", "define a\nifeq (\ndefine b\nx:\nendef\nendef\ny:\n", 1, newest)
	var got []string
	for i := range f.Lines {
		got = append(got, showStmt(f.Lines[i].Stmt))
	}
	want := []string{"define 'a' =", "none", "none", "none", "none", "none", "rule 'y' : ''"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statements (-want +got):\n%s", diff)
	}
	if s := showStmt(f.Lines[3].Statement(newest)); s != "rule 'x' : ''" {
		t.Errorf("line 4 outside define would be %s", s)
	}
}

func BenchmarkParse(b *testing.B) {
	text := strings.Repeat("obj-$(CONFIG_A) += a.o b.o\nifeq ($(X),y)\n  ccflags-y := -DX \\\n\t-DY\nendif\n"+
		"$(obj)/%.o: $(src)/%.c FORCE\n\t$(call if_changed_rule,cc_o_c)\n", 100)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse("Makefile", text, 1, newest)
	}
}

// BenchmarkParseCmd parses a saved command of kbuild: one long dependency list.
func BenchmarkParseCmd(b *testing.B) {
	text := cmdFile(40 << 10)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(".a.o.cmd", text, 1, newest)
	}
}

// cmdFile writes a .cmd file of about the given size, in the form of fixdep.
func cmdFile(size int) string {
	var b strings.Builder
	b.WriteString("cmd_d/a.o := gcc -Wp,-MD,d/.a.o.d -nostdinc -Iinclude -D__KERNEL__ -O2 -c -o d/a.o d/a.c\n\n")
	b.WriteString("source_d/a.o := d/a.c\n\ndeps_d/a.o := \\\n")
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "    $(wildcard include/config/OPTION_%d) \\\n  include/linux/header_%d.h \\\n", i, i)
	}
	b.WriteString("\nd/a.o: $(deps_d/a.o)\n\n$(deps_d/a.o):\n")
	return b.String()
}
