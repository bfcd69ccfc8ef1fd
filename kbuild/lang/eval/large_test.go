package eval

// This file sees that large makefiles are read as small ones are, and measures them.

import (
	"fmt"
	"strings"
	"testing"
)

// large is a makefile of so many lines that its statements are not kept, with all that has lines in it which are no statements.
func large(lines int) string {
	var b strings.Builder
	b.WriteString("define D\nifdef X\n\ttext := 1\ndefine E\nx\nendef\nendef\nifdef NO\ndefine F\nendif\nendef\nelse\nG := 1\nendif\n")
	for i := range lines {
		fmt.Fprintf(&b, "V%d = value %d\n", i, i)
	}
	b.WriteString("t: V0\n\tone\n\ttwo \\\n\tthree\nL := $(V7)\n")
	return b.String()
}

func TestLarge(t *testing.T) {
	for _, lines := range []int{10, 100_010} {
		in, w := newInterp(t, newest)
		read(in, w, large(lines))
		expandAll(t, in, [][2]string{{"$(value D)", "ifdef X\n\ttext := 1\ndefine E\nx\nendef"}, {"$G$F$L", "1value 7"}})
		if got := fmt.Sprint(w.out, w.showRules()); !strings.Contains(got, "one") || !strings.Contains(got, "three") || strings.Contains(got, "***") {
			t.Errorf("%d lines: %s", lines, got)
		}
	}
}

// TestGrown sees that what was taken from a variable stays as it is when the variable grows, and that two variables with the same value
// grow apart.
func TestGrown(t *testing.T) {
	in, w := newInterp(t, newest)
	long := strings.Repeat("word ", 100)
	read(in, w, "a := "+long+"\na += 1\nb := $a\nsame = $(a)\na += 2\nkept := $a\nb += 3\na += 4\n")
	expandAll(t, in, [][2]string{{"$a", long + " 1 2 4"}, {"$b", long + " 1 3"}, {"$(kept)", long + " 1 2"}, {"$(same)", long + " 1 2 4"}})
	read(in, w, "a := $(kept)\na += 5\nkept += 6\n")
	expandAll(t, in, [][2]string{{"$a", long + " 1 2 5"}, {"$(kept)", long + " 1 2 6"}})
}

// TestDeepChain sees that variables may be nested deeper than functions.
func TestDeepChain(t *testing.T) {
	in, _ := newInterp(t, newest)
	const deep = 5 * maxFunctions
	in.SetGlobal("v0", "end", OriginFile, true)
	for i := 1; i <= deep; i++ {
		in.SetGlobal(fmt.Sprint("v", i), fmt.Sprintf("$(v%d)", i-1), OriginFile, true)
	}
	expandAll(t, in, [][2]string{{fmt.Sprintf("$(v%d)", deep), "end"}})
}

func BenchmarkLarge(b *testing.B) {
	text := large(250_000)
	b.ReportAllocs()
	for b.Loop() {
		in, w := newInterp(b, newest)
		read(in, w, text)
	}
}

func BenchmarkGrow(b *testing.B) {
	text := strings.Repeat("names += another/name.o\n", 20_000)
	b.ReportAllocs()
	for b.Loop() {
		in, w := newInterp(b, newest)
		read(in, w, text)
	}
}
