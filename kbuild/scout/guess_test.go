package scout

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/kbuild/native"
)

// TestGuess: a guess is kept as a text that holds nothing of make's own environment, and is good for another job server and other values
// there; one that was wrong twice in a row is not acted on until it has come true.
func TestGuess(t *testing.T) {
	here := Around{[]string{"TOKEN=secret", "A=1", "EMPTY="}, "5,6"}
	there := Around{[]string{"TOKEN=other", "A=1", "EMPTY="}, "7,8"}
	came := func(a Around, word string) *Guess {
		return &Guess{Origin: native.Origin{Target: "tool", Source: "/tool.c"}, Argv: []string{"tool", word, ""}, Dir: "/d",
			Env: []string{"A=2", a.Env[0], "EMPTY=", "MAKEFLAGS= -j --jobserver-auth=" + a.Auth, "X=5,6\x01"}}
	}
	if here.Name("/d", []string{"make"}) != there.Name("/d", []string{"make"}) || here.Name("/d", []string{"make"}) == here.Name("/e", []string{"make"}) {
		t.Error("the name is not of names")
	}
	var g *Guess
	for i, step := range []struct {
		word            string
		missed          int
		changed, begins bool
	}{{"a", 0, true, true}, {"a", 0, false, true}, {"b", 1, true, true}, {"c", 2, true, false}, {"d", 3, true, false}, {"d", 0, true, true}, {"d", 0, false, true}} {
		next, changed := g.After(came(here, step.word))
		want := came(here, step.word)
		want.Missed = step.missed
		if diff := cmp.Diff(want, next); diff != "" || changed != step.changed {
			t.Errorf("%d: changed %t (-want +got):\n%s", i, changed, diff)
		}
		if begun := next.Begin(programs{}, func(string) bool { return true }) != nil; begun != step.begins {
			t.Errorf("%d: begun %t", i, begun)
		}
		text := here.Encode(next)
		if strings.Contains(text, "secret") {
			t.Errorf("%d: kept %q", i, text)
		}
		want = came(there, step.word)
		want.Missed = step.missed
		if diff := cmp.Diff(want, there.Decode(text)); diff != "" {
			t.Errorf("%d: elsewhere (-want +got):\n%s", i, diff)
		}
		g = here.Decode(text)
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

// FuzzDecode: no text makes a guess that cannot be kept again.
func FuzzDecode(f *testing.F) {
	around := Around{Env: []string{"A=1", "B="}, Auth: "3,4"}
	f.Add(around.Encode(&Guess{Origin: native.Origin{Target: "t", Source: "s"}, Argv: []string{"t"}, Dir: "/", Env: []string{"A=1", "A=2"}}))
	f.Add("0\x00t\x00s\x00/\x003\x00t")
	f.Add("0\x00t\x00s\x00/\x00-1\x00t")
	f.Fuzz(func(t *testing.T, text string) {
		g := around.Decode(text)
		if g == nil {
			return
		}
		if len(g.Argv) == 0 {
			t.Fatal("no program")
		}
		if again := around.Decode(around.Encode(g)); cmp.Diff(g, again) != "" {
			t.Errorf("%v came back as %v", g, again)
		}
	})
}
