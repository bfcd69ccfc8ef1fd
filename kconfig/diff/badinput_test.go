package diff

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph/need"
	"gokbuild/kconfig"
)

const (
	goodKconfig = "config A\n\tbool \"a\"\nconfig S\n\tstring \"s\"\nconfig I\n\tint \"i\"\n\trange 1 10\n\tdefault 3\n"
	goodConfig  = "CONFIG_A=y\nCONFIG_S=\"kept\"\nCONFIG_I=5\n"
)

// badInput is a start folder and command line that the C tool and ours must treat alike.
type badInput struct {
	name    string
	kconfig string
	config  string
	more    State
	args    string // olddefconfig on Kconfig if empty
	// garbled output is not compared: the C tool's own words for it hold bytes
	// of a lexer's buffer.
	garbled bool
}

// badInputs makes the cases; long is the length of a long line.
func badInputs(long int) []badInput {
	x := strings.Repeat("x", long)
	r := rand.New(rand.NewPCG(3, 5))
	noise := make([]byte, 8<<10)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	return []badInput{
		{name: "missing top file", args: "--olddefconfig Nothing"},
		{name: "missing source", kconfig: goodKconfig + "source \"no/such/file\"\n"},
		{name: "source is a folder", kconfig: goodKconfig + "source \"dir\"\n", more: State{"dir/x": Text("")}},
		{name: "source of itself", kconfig: goodKconfig + "source \"Kconfig\"\n"},
		{name: "sources in a circle", kconfig: goodKconfig + "source \"b\"\n", more: State{"b": Text("source \"c\"\n"), "c": Text("source \"b\"\n")}},
		{name: "dependency loop", kconfig: "config A\n\tbool \"a\"\n\tdepends on B\nconfig B\n\tbool \"b\"\n\tdepends on A\n"},
		{name: "select loop", kconfig: "config A\n\tbool \"a\"\n\tselect B\nconfig B\n\tbool \"b\"\n\tdepends on !A\n"},
		{name: "binary Kconfig", kconfig: string(noise), garbled: true},
		{name: "binary at the end", kconfig: goodKconfig + "config\x00\x01\xff\n", garbled: true},
		{name: "unterminated", kconfig: "menu \"m\"\nif A\nchoice\n\tprompt \"p\"\n"},
		{name: "unterminated menu", kconfig: "if A\nmenu \"m\"\n"},
		{name: "unterminated if", kconfig: "menu \"m\"\nconfig A\n\tbool\nif A\n"},
		{name: "unterminated choice", kconfig: "menu \"m\"\nchoice\n\tprompt \"p\"\nconfig A\n\tbool \"a\"\n"},
		{name: "unterminated text", kconfig: "menu \"m\"\nif A\nchoice\n\tprompt \"p"},
		{name: "long prompt", kconfig: "config A\n\tbool \"" + x + "\"\n"},
		{name: "long name", kconfig: "config " + x + "\n\tbool\n"},
		{name: "long word", kconfig: "config A\n\tbool\n\tdefault " + x + "\n"},
		{name: "long help", kconfig: goodKconfig + "\thelp\n\t  " + x + "\n"},
		{name: "long comment", kconfig: "# " + x + "\n" + goodKconfig},
		{name: "long rubbish", kconfig: goodKconfig + x + "\n"},
		{name: "long line of .config", config: "CONFIG_A=y\nCONFIG_S=\"" + x + "\"\nCONFIG_I=6\n"},
		{name: "long rubbish in .config", config: "CONFIG_A=y\n" + x + "\nCONFIG_I=6\n"},
		{name: "binary .config", config: "CONFIG_A=y\n" + string(bytes.ReplaceAll(noise, []byte{0}, []byte{1})) + "\nCONFIG_I=6\n"},
		{name: "NUL in .config", config: "CONFIG_A=y\nCONFIG_S=\"a\x00b\"\n\x00\nCONFIG_I=6\n"},
		{name: "wrong values", config: "CONFIG_A=maybe\nCONFIG_I=banana\nCONFIG_S=open\nCONFIG_S=\"open\nCONFIG_I=999\nCONFIG_NONE=y\nCONFIG_A\n"},
		{name: "empty .config", config: "\n"},
		{name: "no such mode", args: "--frobnicate Kconfig"},
		{name: "no such defconfig", args: "--defconfig=no/such/file Kconfig"},
		{name: "no such folder to save in", args: "--savedefconfig=no/such/file Kconfig"},
	}
}

// TestBadInput compares exit status, messages and files. A run that fails must
// leave the old .config as it was.
func TestBadInput(t *testing.T) {
	trees := caseTrees(t)
	requireTrees(t, trees)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, name := range []string{"linux-3.2", "linux-4.4", "linux-4.20", "u-boot-2026.10", "linux-6.1", "linux-6.12"} {
		tree := trees[name]
		if tree == nil {
			continue
		}
		ran++
		ref, err := (&Runner{Scratch: scratchDir()}).Reference(context.Background(), tree)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range badInputs(100 << 10) {
			t.Run(name+"/"+in.name, func(t *testing.T) { in.compare(t, tree, ref.Conf, self) })
		}
	}
	if ran == 0 {
		need.Missing(t, "no tree at hand")
	}
}

// TestLongLines has lines of 10 MB, on which the C tools spend most of a minute each: ours must say what it says of shorter
// ones, soon.
func TestLongLines(t *testing.T) {
	short, long := badInputs(10), badInputs(10<<20)
	for i, in := range long {
		if !strings.HasPrefix(in.name, "long") {
			continue
		}
		t.Run(in.name, func(t *testing.T) {
			start, st := in.start()
			got := runCaseOurs(t, t.TempDir(), st, start, kconfig.NewestDialect())
			start, st = short[i].start()
			want := runCaseOurs(t, t.TempDir(), st, start, kconfig.NewestDialect())
			if got.Exit != want.Exit || bytes.Count(got.Stderr, []byte("\n")) != bytes.Count(want.Stderr, []byte("\n")) {
				t.Errorf("status %d, stderr %q; of a short line status %d, stderr %q", got.Exit, tail(got.Stderr, 200), want.Exit, tail(want.Stderr, 200))
			}
		})
	}
}

func (in badInput) start() (State, *Step) {
	s := State{"Kconfig": Text(in.kconfig), ".config": Text(in.config)}
	if in.kconfig == "" {
		s["Kconfig"] = Text(goodKconfig)
	}
	if in.config == "" {
		s[".config"] = Text(goodConfig)
	}
	if in.args == "" {
		in.args = "--olddefconfig Kconfig"
	}
	return s.With(in.more), &Step{Args: strings.Fields(in.args)}
}

func (in badInput) compare(t *testing.T, tree *Tree, conf, self string) {
	start, st := in.start()
	run := func(prog string) *Result {
		res, err := runIn(context.Background(), prog, filepath.Join(t.TempDir(), "run"), append(hermetic(), "KDIFF_TREE="+tree.Dir), st, start, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	want, got := run(conf), run(self)
	if in.garbled {
		if want.Exit == 0 != (len(want.Stderr) == 0) != (got.Exit == 0 != (len(got.Stderr) == 0)) {
			t.Errorf("C tool: %q, ours: %q", tail(want.Stderr, 200), tail(got.Stderr, 200))
		}
		want.Stderr, got.Stderr = nil, nil
	}
	if want.Exit == -1 { // it crashed
		if got.Exit != 1 || len(got.Stderr) == 0 {
			t.Errorf("status %d, stderr %q", got.Exit, tail(got.Stderr, 200))
		}
	} else {
		for _, d := range Compare(want, got) {
			t.Errorf("%s\n%s", d.What, Clip(d.Text, 20))
		}
	}
	if got.Exit != 0 && !bytes.Equal(got.Files[".config"].Data, start[".config"].Data) {
		t.Errorf("exit status %d, and .config is\n%s", got.Exit, Clip(string(got.Files[".config"].Data), 20))
	}
}

// TestUnwritable runs conf where nothing can be written. The script gets the
// program in CONF; it may do what it likes with the folder, which is a mount of
// its own.
func TestUnwritable(t *testing.T) {
	if err := exec.Command("unshare", "-m", "true").Run(); err != nil {
		need.Missing(t, "no mounts: %v", err)
	}
	trees := caseTrees(t)
	requireTrees(t, trees)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const mount = `mount -t tmpfs -o size=64k none . && cd . && cd "$PWD" && printf '%s' "$KCONFIG" >Kconfig && printf '%s' "$OLD" >.config && `
	for _, tt := range []struct {
		name, script string
		like         bool // the C tool has the same status
	}{
		{"read-only folder", mount + `mount -o remount,ro none . && { $CONF --alldefconfig Kconfig; echo status $?; cat .config; }`, true},
		// The C tool does not notice that its writes fail: it says that all went well and leaves a torn file.
		{"full disk", mount + `{ cat /dev/zero >fill; $CONF --alldefconfig Kconfig; echo status $?; cat .config; } 2>&1 | grep -v "cat: write error"`, false},
	} {
		for _, name := range []string{"linux-4.4", "linux-6.1", "linux-6.12"} {
			tree := trees[name]
			if tree == nil {
				continue
			}
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				ref, err := (&Runner{Scratch: scratchDir()}).Reference(context.Background(), tree)
				if err != nil {
					t.Fatal(err)
				}
				link := filepath.Join(t.TempDir(), "conf")
				if err := os.Symlink(self, link); err != nil {
					t.Fatal(err)
				}
				run := func(prog string) string {
					cmd := exec.Command("unshare", "-m", "sh", "-c", tt.script)
					cmd.Dir = t.TempDir()
					cmd.Env = append(hermetic(), "KDIFF_TREE="+tree.Dir, "KCONFIG="+goodKconfig, "OLD="+goodConfig, "CONF="+prog)
					out, err := cmd.CombinedOutput()
					if err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
					return string(out)
				}
				got := run(link)
				if !strings.HasSuffix(got, "status 1\n"+goodConfig) || !strings.Contains(got, "*** Error during writing of the configuration.") {
					t.Errorf("ours:\n%s", got)
				}
				if want := run(ref.Conf); tt.like && want != got {
					t.Errorf("C tool:\n%s\nours:\n%s", want, got)
				}
			})
		}
	}
}
