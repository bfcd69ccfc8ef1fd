package conf

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"gokbuild/depgraph/need"
	"gokbuild/kconfig/internal/dialect"
)

func TestFilesAreLeftAlone(t *testing.T) {
	files := map[string]string{"Kconfig": "config A\n\tbool \"a\"\n\tdefault y\nconfig B\n\tstring \"b\"\n\tdefault \"x\"\n", ".config": "CONFIG_A=y\nCONFIG_B=\"x\"\n"}
	r := runConf(t, dialect.Newest(), files, "", []string{"FOO=1"}, "--syncconfig", "Kconfig")
	if r.status != 0 || r.out != "" {
		t.Fatalf("status %d, stdout %q, stderr %q", r.status, r.out, r.err)
	}
	for name, want := range map[string]string{
		"include/config/auto.conf":     "#\n# Automatically generated file; DO NOT EDIT.\n# Main menu\n#\nCONFIG_A=y\nCONFIG_B=x\n",
		"include/generated/autoconf.h": "/*\n * Automatically generated file; DO NOT EDIT.\n * Main menu\n */\n#define CONFIG_A 1\n#define CONFIG_B \"x\"\n",
		"include/generated/rustc_cfg":  "--cfg=CONFIG_A\n--cfg=CONFIG_A=\"y\"\n--cfg=CONFIG_B=\"x\"\n",
		"include/config/A":             "",
		"include/config/auto.conf.cmd": "autoconfig := include/config/auto.conf\n\ndeps_config := \\\n\tKconfig \\\n\n$(autoconfig): $(deps_config)\n$(deps_config): ;\n",
	} {
		got := r.file(t, name)
		if name == "include/config/auto.conf" || strings.HasPrefix(name, "include/generated") {
			got, want = sortLines(got), sortLines(want)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", name, d)
		}
	}
	before, err := os.Stat(filepath.Join(r.dir, ".config"))
	if err != nil {
		t.Fatal(err)
	}
	r = r.again(dialect.Newest(), "", nil, "--olddefconfig", "Kconfig")
	if r.out != "#\n# No change to .config\n#\n" {
		t.Errorf("stdout %q", r.out)
	}
	after, err := os.Stat(filepath.Join(r.dir, ".config"))
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Error(".config was replaced")
	}
	// Only the file of a changed symbol is touched.
	if err := os.Remove(filepath.Join(r.dir, "include/config/A")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(r.dir, "include/config/B")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, ".config"), []byte("CONFIG_A=y\nCONFIG_B=\"z\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	r = r.again(dialect.Newest(), "", nil, "--syncconfig", "Kconfig")
	if _, err := os.Stat(filepath.Join(r.dir, "include/config/A")); err == nil {
		t.Error("the file of an unchanged symbol was touched")
	}
	r.file(t, "include/config/B")
}

func sortLines(s string) string {
	l := strings.Split(s, "\n")
	for i := range l {
		for j := i + 1; j < len(l); j++ {
			if l[j] < l[i] {
				l[i], l[j] = l[j], l[i]
			}
		}
	}
	return strings.Join(l, "\n")
}

// asNobody makes the rest of the test subject to the permissions of files, which root is not. Others may look at dir.
func asNobody(t *testing.T, dir string) {
	t.Helper()
	if os.Getuid() == 0 {
		for _, d := range []string{filepath.Dir(dir), dir} {
			if err := os.Chmod(d, 0o555); err != nil {
				t.Fatal(err)
			}
		}
		runtime.LockOSThread()
		const nobody = 65534
		old, err := unix.SetfsuidRetUid(nobody)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = unix.Setfsuid(old)
			_ = os.Chmod(filepath.Dir(dir), 0o755)
			runtime.UnlockOSThread()
		})
	}
	if err := os.WriteFile(filepath.Join(dir, "probe"), nil, 0o666); err == nil {
		need.Missing(t, "nothing keeps us from writing to %s", dir)
	}
}

func TestUnwritableDirectory(t *testing.T) {
	files := map[string]string{"Kconfig": "config A\n\tbool \"a\"\n", ".config": "CONFIG_A=y\n"}
	r := runConf(t, dialect.Newest(), files, "", nil, "--listnewconfig", "Kconfig")
	if err := os.Chmod(r.dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(r.dir, 0o700) }()
	asNobody(t, r.dir)
	r = r.again(dialect.Newest(), "", nil, "--allnoconfig", "Kconfig")
	if r.status != 1 || r.err != "\n*** Error during writing of the configuration.\n\n" || r.file(t, ".config") != "CONFIG_A=y\n" {
		t.Errorf("status %d, stderr %q", r.status, r.err)
	}
}
