package facts

import (
	"gokbuild/depgraph/need"
	"os"
	"testing"
)

// TestSuppose: what is supposed of a file counts in place of what is seen of it.
func TestSuppose(t *testing.T) {
	for _, c := range []struct {
		name, text                   string
		gone                         bool
		as                           Outcome
		holds, exists, again, byDate bool
	}{
		{name: "different", text: "one", as: Different, exists: true},
		{name: "the same", text: "one", as: Same, holds: true, exists: true},
		{name: "gone and the same", text: "one", gone: true, as: Same, holds: true, exists: true},
		{name: "gone and different", text: "one", gone: true, as: Different, exists: true},
		{name: "empty", text: "", as: Same, exists: true, again: true},
		{name: "not made", text: "one", holds: true, exists: true, byDate: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := t.TempDir() + "/f"
			table := NewTable()
			need.Write(t, file, c.text)
			need.Age(t, file)
			for _, kind := range []Kind{Content, Exists} {
				table.Saw(table.Intern(kind, file), Look(kind, "", file))
			}
			table.Made(table.Intern(Content, file), Making{})
			table = remember(t, table)
			if c.gone {
				if err := os.Remove(file); err != nil {
					t.Fatal(err)
				}
			}
			if c.as != NotMade {
				table.Suppose(file, c.as)
			}
			id, generation := table.Intern(Content, file), table.Generation().Number()
			if got := table.Holds(id, generation, false); got != c.holds {
				t.Errorf("the content holds: %v", got)
			}
			if got := table.Holds(id, generation, true); got != c.byDate {
				t.Errorf("the date holds: %v", got)
			}
			if got := table.Holds(table.Intern(Exists, file), generation, false); got != c.exists {
				t.Errorf("that it is there holds: %v", got)
			}
			if run, _, _ := table.Since(id); (run < table.Run()) != c.holds {
				t.Errorf("since run %d of %d", run, table.Run())
			}
			if got := table.WritingCounts(id); got != c.again {
				t.Errorf("that it is written again counts: %v", got)
			}
			if run, _ := table.Remembered(id); run != 1 {
				t.Errorf("made in run %d", run)
			}
			if got := table.Supposed(id); got != c.as {
				t.Errorf("supposed to be %d", got)
			}
		})
	}
}
