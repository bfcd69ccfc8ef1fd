//go:build e2e

package golden

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var repeat = flag.Int("repeat", 3, "how often TestRepeated runs each case")

// TestRepeated runs each case several times in one folder, with the system's make and with gokbuild, which leaves out what
// it remembers to do nothing. Dates decide, as for make: what content decides has cases of its own.
//
// It takes a minute, so it is a step of its own in testdata/e2e/test.sh. Where we differ from make on purpose,
// gokbuild without its memory stands for make.
func TestRepeated(t *testing.T) {
	refs := references(t)
	if len(refs) == 0 {
		t.Fatal("no make to compare with")
	}
	ref, own := refs[0], Program{}
	for _, p := range ownPrograms(t) {
		if p.Profile == ref.Profile && len(p.Env) == 0 {
			own = p
		}
	}
	forgetful := own
	forgetful.Label += " without memory"
	forgetful.Env = []string{"GOKBUILD_NO_NATIVE=memory"}
	own.Env = []string{"GOKBUILD_MTIME=1"}
	for _, p := range []*Program{&ref, &own, &forgetful} {
		p.Repeat = *repeat
	}
	for _, c := range loadCases(t) {
		if !c.Holds(ref.Profile) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			model := ref
			theirs, _ := c.Want(ref.Profile)
			if ours, _ := c.OwnWant(ref.Profile); ours != theirs {
				model = forgetful
			}
			want := run(t, c, model)
			d := cmp.Diff(want, run(t, c, own))
			if d == "" {
				return
			}
			t.Errorf("%s: %s (-want +got):\n%s", c.Path, own.Label, d)
			if d := cmp.Diff(want, run(t, c, model)); d != "" {
				t.Errorf("%s: %s does not do the same twice:\n%s", c.Path, model.Label, d)
			}
		})
	}
}
