package completion

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kernel is a tree with the lines that completion reads.
var kernel = map[string]string{
	"Makefile": `
ifeq ($(ARCH),i386)
        SRCARCH := x86
endif
help:
	@echo  'Cleaning targets:'
	@echo  '  clean		  - Remove most generated files'
	@echo  '* vmlinux	  - Build the bare kernel'
	@echo  '  dir/file.[ois]  - Build specified target only'
	@echo  '  make C=1   [targets] Check re-compiled c source with $$CHECK'
	@echo  '  make O=dir [targets] Locate all output files in "dir"'
`,
	"scripts/Kbuild.include":              "",
	"scripts/kconfig/Makefile":            "help:\n\t@echo  '  oldconfig	  - Update current config'\n",
	"arch/x86/Makefile":                   "define archhelp\n  echo  '* bzImage		- Compressed kernel image'\nendef\n",
	"arch/x86/configs/i386_defconfig":     "",
	"arch/arm/Makefile":                   "",
	"arch/arm/configs/spear_defconfig":    "",
	"kernel/configs/tiny.config":          "",
	"Documentation/kbuild/kbuild.rst":     "KCFLAGS\n-------\nMore options.\n",
	"init/main.c":                         "",
	"init/Makefile":                       "",
	"arch/arm/boot/dts/board.dts":         "",
	"drivers/net/dummy.c":                 "",
	"../plain/Makefile":                   "all one: two\nCC := gcc\n%.o: %.c\ntwo three::\n",
	"../toolchains/arm-linux-gnueabi-gcc": "",
}

func folder(t *testing.T) string {
	top := filepath.Join(t.TempDir(), "linux")
	for name, text := range kernel {
		name = filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(top, "../out"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(top, filepath.Join(top, "../out/source")); err != nil {
		t.Fatal(err)
	}
	return top
}

func TestCandidates(t *testing.T) {
	top := folder(t)
	usage := "Usage: make [options] [target] ...\nOptions:\n" +
		"  -B, --always-make           Unconditionally make all targets.\n" +
		"  -C DIRECTORY, --directory=DIRECTORY\n" +
		"                              Change to DIRECTORY before doing anything.\n" +
		"  --debug[=FLAGS]             Print various types of debugging information.\n"
	tests := []struct {
		name, dir, line, want string
	}{
		{"goals, configurations, variables, folders", ".", "",
			"C= Documentation/ KCFLAGS= O= arch/ bzImage clean drivers/ help i386_defconfig init/ kernel/ oldconfig scripts/ tiny.config vmlinux"},
		{"a beginning", ".", "c", "clean"},
		{"after other words", ".", "-j8 V=1 old", "oldconfig"},
		{"another architecture", ".", "ARCH=arm s", "scripts/ spear_defconfig"},
		{"a variant of an architecture", ".", "ARCH=i386 i", "i386_defconfig init/"},
		{"another folder", "/", "-C " + top + " b", "bzImage"},
		{"another folder in one word", "/", "-C" + top + " b", "bzImage"},
		{"an output folder", "../out", "b", "bzImage"},
		{"single targets", ".", "init/m", "init/main.i init/main.lst init/main.o init/main.s"},
		{"a device tree", ".", "arch/arm/boot/dts/b", "arch/arm/boot/dts/board.dtb"},
		{"folders of folders", ".", "drivers/", "drivers/net/"},
		{"options", ".", "-", "--always-make --debug --directory= -B -C"},
		{"the value of an option", ".", "--directory=", ":files"},
		{"configurations of an option", ".", "--each-config=oldconfig,i", "--each-config=oldconfig,i386_defconfig :files"},
		{"what is bad", ".", "--each-bad=w", "--each-bad=warnings"},
		{"a folder", ".", "-C ", ":folders"},
		{"a file", ".", "-f ", ":files"},
		{"architectures", ".", "ARCH=", "ARCH=arm ARCH=x86"},
		{"compilers", ".", "CROSS_COMPILE=", "CROSS_COMPILE=arm-linux-gnueabi-"},
		{"a folder as a value", ".", "O=", ":folders"},
		{"a makefile that is no kernel's", "../plain", "", "all one three two"},
		{"no makefile", "../toolchains", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			env := map[string]string{"ARCH": "x86", "PATH": filepath.Join(top, "../toolchains")}
			r := Request{Words: strings.Split(test.line, " "), Dir: under(top, test.dir), Usage: usage,
				Env: func(name string) string { return env[name] }}
			var got []string
			for _, c := range r.candidates() {
				got = append(got, c.text)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.line, diff)
			}
		})
	}
}

func TestMeanings(t *testing.T) {
	var b strings.Builder
	r := Request{Words: []string{"C"}, Dir: folder(t), Env: func(string) string { return "" }}
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	if want := "C=\tCheck re-compiled c source with $CHECK\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// TestBash plays bash's part: it sets what readline would and shows the words that would be offered.
func TestBash(t *testing.T) {
	script, _ := Script("bash")
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ line, answer, want string }{
		{"gokbuild mod", "modules\tBuild all modules\nmodules_install\tInstall\n", "mod: modules modules_install"},
		{"gokbuild -j2 ", "all\n", "-j2|: all"},
		{"gokbuild ARCH=a", "ARCH=arm\nARCH=arm64\n", "ARCH=a: arm arm64"},
		{"gokbuild O=f", ":folders\n", "O=f: folder"},
		{"gokbuild nothing", "", "nothing:"},
	} {
		cmd := exec.Command("bash", "-c", script+`
			gokbuild() { shift; IFS='|'; printf '%s:' "$*" >words; printf "$ANSWER"; }
			COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS="= "
			_gokbuild
			cat words; [ ${#COMPREPLY[@]} = 0 ] || printf ' %s' "${COMPREPLY[@]}"`, "bash", test.line)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "ANSWER=" + test.answer}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%q: %v\n%s", test.line, err, out)
		}
		if diff := cmp.Diff(test.want, string(out)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.line, diff)
		}
	}
}

func TestScripts(t *testing.T) {
	for shell, want := range map[string]string{"bash": "complete -F", "zsh": "#compdef gokbuild", "fish": "complete -c gokbuild"} {
		if text, ok := Script(shell); !ok || !strings.Contains(text, want) {
			t.Errorf("the script for %s does not hold %q", shell, want)
		}
	}
	if _, ok := Script("csh"); ok {
		t.Error("a script for csh")
	}
}
