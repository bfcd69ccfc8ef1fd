package update

import "testing"

// This file plays what is told of decisions: the lines of -d, in their order, and the words of --explain.

func TestDebugLines(t *testing.T) {
	play(t, []scenario{
		{name: "basic", makefile: "all: a\na: b c ; put a\n", files: "a=2 b=3 c=1", args: "--debug=b",
			want: "File 'all' does not exist.; Prerequisite 'b' is newer than target 'a'.; " +
				"Must remake target 'a'.; run a; end a; Successfully remade target file 'a'.; " +
				"Must remake target 'all'.; Successfully remade target file 'all'."},
		{name: "verbose", makefile: "a: b | c ; put a\n", files: "a=2 b=1 c=3", args: "--debug=v a",
			want: "Considering target file 'a'.; Considering target file 'b'.; " +
				"Finished prerequisites of target file 'b'.; No need to remake target 'b'.; " +
				"Considering target file 'c'.; Finished prerequisites of target file 'c'.; " +
				"No need to remake target 'c'.; Finished prerequisites of target file 'a'.; " +
				"Prerequisite 'b' is older than target 'a'.; Prerequisite 'c' is order-only for target 'a'.; " +
				"No need to remake target 'a'.; make: 'a' is up to date."},
		{name: "considered twice", makefile: "all: a b\na b: c ; put $@\nc: ; put c\n", args: "--debug=v -j2",
			want: "Considering target file 'all'.; File 'all' does not exist.; Considering target file 'a'.; " +
				"File 'a' does not exist.; Considering target file 'c'.; File 'c' does not exist.; " +
				"Finished prerequisites of target file 'c'.; Must remake target 'c'.; run c; " +
				"Recipe of 'c' is being run.; Finished prerequisites of target file 'a'.; " +
				"The prerequisites of 'a' are being made.; Considering target file 'b'.; File 'b' does not exist.; " +
				"Pruning file 'c'.; Finished prerequisites of target file 'b'.; " +
				"The prerequisites of 'b' are being made.; Finished prerequisites of target file 'all'.; " +
				"The prerequisites of 'all' are being made.; end c; Considering target file 'a'.; " +
				"File 'a' does not exist.; Pruning file 'c'.; Finished prerequisites of target file 'a'.; " +
				"Must remake target 'a'.; run a; Recipe of 'a' is being run.; Considering target file 'b'.; " +
				"File 'b' does not exist.; Pruning file 'c'.; Finished prerequisites of target file 'b'.; " +
				"Must remake target 'b'.; run b; Recipe of 'b' is being run.; end a; end b; " +
				"Considering target file 'all'.; File 'all' does not exist.; Pruning file 'a'.; Pruning file 'b'.; " +
				"Finished prerequisites of target file 'all'.; Must remake target 'all'.; " +
				"Successfully remade target file 'all'.; Pruning file 'all'."},
		{name: "always make", makefile: "a: b ; put a\n", files: "a=2 b=1", args: "--debug=v -B a",
			want: "Considering target file 'a'.; Considering target file 'b'.; " +
				"Finished prerequisites of target file 'b'.; No need to remake target 'b'.; " +
				"Finished prerequisites of target file 'a'.; Prerequisite 'b' is older than target 'a'.; " +
				"Making 'a' due to always-make flag.; Must remake target 'a'.; run a; end a; " +
				"Successfully remade target file 'a'."},
		{name: "double-colon", makefile: "a:: ; put a\n", files: "a=2", args: "--debug=v a",
			want: "Considering target file 'a'.; Finished prerequisites of target file 'a'.; " +
				"Target 'a' is double-colon and has no prerequisites.; Must remake target 'a'.; run a; end a; " +
				"Successfully remade target file 'a'."},
		{name: "failed", makefile: "a: b ; put a\nb: ; fail\n", args: "--debug=v a",
			want: "Considering target file 'a'.; File 'a' does not exist.; Considering target file 'b'.; " +
				"File 'b' does not exist.; Finished prerequisites of target file 'b'.; Must remake target 'b'.; " +
				"run b; end b: failed", status: 2},
		{name: "-q", makefile: "a: ; put a\n", args: "--debug=b -q a",
			want: "File 'a' does not exist.; Must remake target 'a'.; ask a; " +
				"Target file 'a' needs to be remade under -q.", status: 1},
	})
}

// TestVerdictText goes through all reasons.
func TestVerdictText(t *testing.T) {
	for _, c := range []struct {
		v    Verdict
		want string
	}{
		{Verdict{}, "it is up to date"},
		{Verdict{Why: NothingToRun}, "it has no recipe, and nothing it depends on has changed"},
		{Verdict{Why: ToldOtherwise}, "the makes that its recipe calls get other options or another environment"},
		{Verdict{Why: IsPhony}, "it is phony"},
		{Verdict{Why: DoesNotExist}, "it does not exist"},
		{Verdict{Why: PrereqMissing, Of: []string{"a", "b"}}, "missing: a b"},
		{Verdict{Why: PrereqChanged, Of: []string{"a.h"}}, "changed: a.h"},
		{Verdict{Why: PrereqChanged, Of: []string{"a", "b", "c", "d", "e", "f", "g"}}, "changed: a b c d e and 2 more"},
		{Verdict{Why: PrereqChanged, Of: []string{"include/config/SMP", "a", "include/config/SMP"}},
			"changed: CONFIG_SMP (include/config/SMP) a"},
		{Verdict{Why: AlwaysMake}, "of -B"},
		{Verdict{Why: RecipeDecides}, "its recipe says so: nothing it needs has changed; " +
			"the command always runs, or its saved form is missing"},
		{Verdict{Why: NoPrereqs}, "it has a double-colon rule without prerequisites"},
	} {
		if got := c.v.String(); got != c.want {
			t.Errorf("%s of %v: %q, want %q", whys[c.v.Why], c.v.Of, got, c.want)
		}
		if by := c.v.Why == RecipeDecides || c.v.Why == NoPrereqs; c.v.ByRecipe() != by {
			t.Errorf("%s: ByRecipe is %v", whys[c.v.Why], !by)
		}
	}
}
