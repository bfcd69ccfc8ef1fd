package facts

import (
	"fmt"
	"os"
	"testing"

	"gokbuild/depgraph/need"
)

// TestKept: that a fact of the run before holds is told without making it, and what was found out so is not lost when somebody asks
// for more.
func TestKept(t *testing.T) {
	dir := t.TempDir()
	kinds := map[string]Kind{"content": Content, "exists": Exists, "list": List, "dated": Dated}
	ids := make(map[string]ID)
	begin := func(t *testing.T) *Table {
		for name := range kinds {
			_ = os.RemoveAll(dir + "/" + name)
			need.Write(t, dir+"/"+name+"/f", "text")
		}
		for name := range kinds {
			for _, path := range []string{dir + "/" + name + "/f", dir + "/" + name} {
				awaitSettled(path)
			}
		}
		table := NewTable()
		for name, kind := range kinds {
			path := dir + "/" + name + "/f"
			if kind == List {
				path = dir + "/" + name
			}
			ids[name] = table.Intern(kind, path)
		}
		table = remember(t, table)
		for name, id := range ids {
			if !table.hold(id, true) || table.kept.facts[id].Load() != nil {
				t.Errorf("%s: holds: %v, a fact was made: %v", name, table.hold(id, true), table.kept.facts[id].Load() != nil)
			}
		}
		return table
	}
	for _, made := range []bool{false, true} {
		t.Run(fmt.Sprintf("a change is seen, facts were made before: %v", made), func(t *testing.T) {
			table := begin(t)
			before := table.Clock()
			for name, id := range ids {
				_ = os.RemoveAll(dir + "/" + name)
				if made && table.ChangedSince(id, before) {
					t.Errorf("%s has changed before anybody looked", name)
				}
			}
			table.Generation().Changed()
			table.Refresh()
			for name, id := range ids {
				if !table.ChangedSince(id, before) || table.hold(id, false) {
					t.Errorf("%s has not changed", name)
				}
			}
		})
	}
	t.Run("a change in the same generation", func(t *testing.T) {
		table := begin(t)
		_ = os.RemoveAll(dir + "/content")
		if id := ids["content"]; !table.hold(id, true) {
			t.Error("it was looked at twice")
		} else if _, _, errno := table.Stat(id); errno != 0 {
			t.Error("it was looked at again")
		}
		if mtime, _, _ := table.Stat(ids["exists"]); mtime == 0 {
			t.Error("no date")
		}
	})
	t.Run("the date is made to count", func(t *testing.T) {
		table := begin(t)
		before := table.Clock()
		if table.CountDate(ids["content"]); !table.ChangedSince(ids["content"], before) {
			t.Error("that changes nothing")
		}
	})
}

// FuzzDecode: what others wrote is told from what Encode wrote, or read without a crash.
func FuzzDecode(f *testing.F) {
	table := NewTable()
	for _, path := range []string{"/", "/none/a", "/none/b", "/proc/self/stat"} {
		table.Intern(Content, path)
	}
	used := []bool{true, true, true, true}
	table.Settle(used)
	rows, paths, _ := table.Encode(used)
	f.Add(rows, paths)
	f.Fuzz(func(t *testing.T, rows, paths []byte) {
		table, err := Decode(2, table.Seed(), rows, paths)
		if err != nil {
			return
		}
		for id := range ID(table.Len()) {
			if table.Path(id) != table.All()[id].Path() {
				t.Error("another path")
			}
		}
	})
}
