package scout

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/native"
)

// TestGuess: a guess is kept as a text, with another job server each time; one that was wrong twice in a row is not acted on until it
// has come true.
func TestGuess(t *testing.T) {
	came := func(word string) *Guess {
		return &Guess{Origin: native.Origin{Target: "tool", Source: "/tool.c"}, Argv: []string{"tool", word, ""}, Dir: "/d", Env: []string{"A=", "MAKEFLAGS= -j --jobserver-auth=5,6"}}
	}
	var g *Guess
	for i, step := range []struct {
		word            string
		missed          int
		changed, begins bool
	}{{"a", 0, true, true}, {"a", 0, false, true}, {"b", 1, true, true}, {"c", 2, true, false}, {"d", 3, true, false}, {"d", 0, true, true}, {"d", 0, false, true}} {
		next, changed := g.After(came(step.word))
		want := came(step.word)
		want.Missed = step.missed
		if diff := cmp.Diff(want, next); diff != "" || changed != step.changed {
			t.Errorf("%d: changed %t (-want +got):\n%s", i, changed, diff)
		}
		if begun := next.Begin(programs{}, func(string) bool { return true }) != nil; begun != step.begins {
			t.Errorf("%d: begun %t", i, begun)
		}
		g = ParseGuess(next.String("5,6"), "7,8")
		if g == nil || g.Env[1] != "MAKEFLAGS= -j --jobserver-auth=7,8" {
			t.Fatalf("%d: read back %v", i, g)
		}
		g = ParseGuess(next.String("5,6"), "5,6")
		if diff := cmp.Diff(next, g); diff != "" {
			t.Errorf("%d: (-kept +read back):\n%s", i, diff)
		}
	}
}

// programs has a replacement for every program.
type programs struct{ native.Programs }

func (programs) Unbuilt(string, func() string, func(string) bool) *native.Unbuilt {
	return &native.Unbuilt{Begin: func([]string, string, []string) func() { return func() {} }}
}

// FuzzParseGuess: no text makes a guess that cannot be kept again.
func FuzzParseGuess(f *testing.F) {
	f.Add((&Guess{Origin: native.Origin{Target: "t", Source: "s"}, Argv: []string{"t"}, Dir: "/"}).String(""))
	f.Add("0\x00t\x00s\x00/\x003\x00t")
	f.Add("0\x00t\x00s\x00/\x00-1\x00t")
	f.Fuzz(func(t *testing.T, text string) {
		g := ParseGuess(text, "")
		if g == nil {
			return
		}
		if len(g.Argv) == 0 {
			t.Fatal("no program")
		}
		if again := ParseGuess(g.String(""), ""); cmp.Diff(g, again) != "" {
			t.Errorf("%v came back as %v", g, again)
		}
	})
}
