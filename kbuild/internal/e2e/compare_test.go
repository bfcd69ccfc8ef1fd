package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree makes files from name to content; a content starting with "-> " is a symbolic link.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if len(text) > 3 && text[:3] == "-> " {
			err = os.Symlink(text[3:], path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestCompareTreesFindsEachKindOfDifference(t *testing.T) {
	want := tree(t, map[string]string{
		"same": "x", "d/same": "y", "text": "hello", "short": "ab", "link": "-> a", "kind": "z", "gone": "g",
		"scripts/kconfig/conf": "c", "mode": "m",
	})
	got := tree(t, map[string]string{
		"same": "x", "d/same": "y", "text": "hexlo", "short": "abc", "link": "-> b", "kind": "-> z", "more": "m",
		"scripts/kconfig/other": "c", "mode": "m", ".gokbuild/state": "s",
	})
	if err := os.Chmod(filepath.Join(got, "mode"), 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := compareTrees(want, got, []string{"scripts/kconfig"})
	if err != nil {
		t.Fatal(err)
	}
	var differs []string
	for _, d := range c.differs {
		differs = append(differs, d.path+": "+d.what)
	}
	wantDiffers := []string{
		"kind: kind L---------, want ----------",
		"link: link to b, want a",
		"mode: mode -rwxr-xr-x, want -rw-r--r--",
		"short: 3 bytes, want 2; first difference at byte 2",
		"text: 5 bytes, want 5; first difference at byte 2",
	}
	if d := cmp.Diff(wantDiffers, differs); d != "" {
		t.Errorf("differs (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"gone"}, c.missing); d != "" {
		t.Errorf("missing:\n%s", d)
	}
	if d := cmp.Diff([]string{"more", "scripts/kconfig/other"}, c.extra); d != "" {
		t.Errorf("extra:\n%s", d)
	}
	if d := cmp.Diff([]string{"scripts/kconfig/conf"}, c.excused); d != "" {
		t.Errorf("excused:\n%s", d)
	}
	if c.equal() {
		t.Error("trees that differ are called equal")
	}
}

func TestCompareTreesEqual(t *testing.T) {
	files := map[string]string{"a": "x", "d/b": "y", "l": "-> a"}
	c, err := compareTrees(tree(t, files), tree(t, files), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.equal() || c.files != 2 || c.links != 1 || c.dirs != 1 {
		t.Errorf("got %+v", c)
	}
}

func TestWorkLines(t *testing.T) {
	log := "  CALL    scripts/checksyscalls.sh\n  CC      init/main.o\nmake: 'x' is up to date.\n  AR      lib/lib.a\n  DESCEND objtool\n  HOSTCC  scripts/x\n"
	want := []string{"  CC      init/main.o", "  AR      lib/lib.a", "  HOSTCC  scripts/x"}
	if d := cmp.Diff(want, workLines(log)); d != "" {
		t.Error(d)
	}
}
