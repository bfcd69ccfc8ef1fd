package eval

import (
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{" \t\n", nil},
		{"a", []string{"a"}},
		{"  a\tb\nc\r\v\fd ", []string{"a", "b", "c", "d"}},
		{"a\u00a0b \u2003", []string{"a\u00a0b", "\u2003"}},
		{"\x00 \xff", []string{"\x00", "\xff"}},
	} {
		if got := slices.Collect(Words(c.text)); !slices.Equal(got, c.want) {
			t.Errorf("Words(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	for w := range Words("a b") {
		if w != "a" {
			t.Error("the loop went on after break")
		}
		break
	}
}

func TestTrim(t *testing.T) {
	for _, c := range [][2]string{{"", ""}, {" a b\t", "a b"}, {"\u00a0a\u00a0", "\u00a0a\u00a0"}, {"\xff", "\xff"}, {"\n\v", ""}} {
		if got := trim(c[0]); got != c[1] {
			t.Errorf("trim(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestSplitPercent(t *testing.T) {
	for _, c := range []struct {
		pattern, before, after string
		found                  bool
	}{
		{"", "", "", false},
		{"a", "a", "", false},
		{"%", "", "", true},
		{"a%b", "a", "b", true},
		{"a%b%c", "a", "b%c", true},
		{`a\%b`, "a%b", "", false},
		{`a\%b%c`, "a%b", "c", true},
		{`a\\%b`, `a\`, "b", true},
		{`a\\\%b%`, `a\%b`, "", true},
		{`a\b%`, `a\b`, "", true},
		{`a\\b`, `a\\b`, "", false},
		{`%\%`, "", `\%`, true},
		{`\%\%`, "%%", "", false},
	} {
		before, after, found := SplitPercent(c.pattern)
		if before != c.before || after != c.after || found != c.found {
			t.Errorf("SplitPercent(%q) = %q, %q, %v; want %q, %q, %v", c.pattern, before, after, found, c.before, c.after, c.found)
		}
	}
}

func TestMatchPercent(t *testing.T) {
	for _, c := range []struct {
		word, before, after, stem string
		ok                        bool
	}{
		{"a.c", "", ".c", "a", true},
		{".c", "", ".c", "", true},
		{"lib/a.c", "lib/", ".c", "a", true},
		{"aa", "a", "a", "", true},
		{"a", "a", "a", "", false},
		{"abc", "x", "", "", false},
		{"abc", "", "x", "", false},
	} {
		if stem, ok := MatchPercent(c.word, c.before, c.after); stem != c.stem || ok != c.ok {
			t.Errorf("MatchPercent(%q, %q, %q) = %q, %v", c.word, c.before, c.after, stem, ok)
		}
	}
}

func TestTrimDotSlash(t *testing.T) {
	for _, c := range [][2]string{
		{"a", "a"}, {"./a", "a"}, {".//a", "a"}, {"././a", "a"}, {"./", "./"}, {".//", "./"}, {"../a", "../a"},
		{".", "."}, {"", ""}, {"a/./b", "a/./b"}, {"./.a", ".a"}, {"././", "./"},
	} {
		if got := TrimDotSlash(c[0]); got != c[1] {
			t.Errorf("TrimDotSlash(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestExportable(t *testing.T) {
	for name, want := range map[string]bool{"a": true, "_A9": true, "9a": false, "": false, "a-b": false, "a.b": false, "\xc3\xa4": false} {
		if got := Exportable(name); got != want {
			t.Errorf("Exportable(%q) = %v", name, got)
		}
	}
}

func TestScope(t *testing.T) {
	global, parent, own := NewSet(0), NewSet(0), NewSet(0)
	chain := &Scope{Set: own, Next: &Scope{Set: parent, Next: &Scope{Set: global}}, NextIsParent: true}
	global.Define("a", "global", OriginFile, false, Pos{})
	parent.Define("b", "parent", OriginFile, false, Pos{})
	parent.Define("a", "hidden", OriginFile, false, Pos{}).Private = true
	if v := chain.Lookup("a"); v == nil || v.Value != "global" {
		t.Errorf("a = %+v: a parent's private variable must not be seen", v)
	}
	if v := chain.Lookup("b"); v == nil || v.Value != "parent" {
		t.Errorf("b = %+v", v)
	}
	own.Define("a", "own", OriginFile, false, Pos{}).Private = true
	if v := chain.Lookup("a"); v == nil || v.Value != "own" {
		t.Errorf("a = %+v: one's own private variable is seen", v)
	}
	if v := chain.Lookup("c"); v != nil {
		t.Errorf("c = %+v", v)
	}
}

func TestOrigins(t *testing.T) {
	s := NewSet(0)
	s.Define("a", "1", OriginCommandLine, true, Pos{})
	if v := s.Define("a", "2", OriginFile, true, Pos{}); v.Value != "1" {
		t.Errorf("a file replaced a variable of the command line: %q", v.Value)
	}
	s.Undefine("a", OriginFile)
	if s.Get("a") == nil {
		t.Error("a file removed a variable of the command line")
	}
	if v := s.Define("a", "3", OriginOverride, false, Pos{}); v.Value != "3" || v.Flavor() != "simple" {
		t.Errorf("override did not replace it: %+v", v)
	}
	s.Undefine("a", OriginOverride)
	if s.Get("a") != nil || s.Len() != 0 {
		t.Error("override did not remove it")
	}
	var none *Set
	if none.Get("a") != nil || none.Len() != 0 {
		t.Error("a nil set is not empty")
	}
}
