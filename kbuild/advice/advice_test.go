package advice

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/setting"
)

const (
	debianRelease = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n"
	ubuntuRelease = "ID=ubuntu\nID_LIKE=debian\n"
	mintRelease   = "ID=something\nID_LIKE=\"ubuntu debian\"\n"
	fedoraRelease = "ID=fedora\n"
	rhelRelease   = "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"
	archRelease   = "ID=arch\n"
	suseRelease   = "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n"
	alpineRelease = "ID=alpine\n"
)

// mistakes are first days with a kernel tree: what the tools said, and the one line that helps.
var mistakes = []struct {
	name, said, release string
	variables, env      []string
	want                string
	wanted              []string
}{
	{name: "goal with a slip", said: "make: *** No rule to make target 'menuconfg'.  Stop.\n", want: "did you mean menuconfig?"},
	{name: "goals that changed letters", said: "make: *** No rule to make target 'bzImgae'.  Stop.\n", want: "did you mean bzImage?"},
	{name: "goal in old words", said: "make: *** No rule to make target `modlues'.  Stop.\n", want: "did you mean modules?"},
	{name: "goal like nothing", said: "make: *** No rule to make target 'world'.  Stop.\n", want: "nothing makes world: 'gokbuild help' lists what can be made"},
	{name: "object", said: "make: *** No rule to make target 'fs/ext9/inode.o'.  Stop.\n", want: "nothing makes fs/ext9/inode.o: look at the name"},
	{name: "object whose source is gone", said: "make[2]: *** No rule to make target 'arch/x86/gone.o'.  Stop.\n",
		want: "the source of arch/x86/gone.o is not there, though arch/x86/Makefile lists it: if it was deleted, 'git status' names it and 'git checkout' brings it back"},
	{name: "defconfig", said: "***\n*** Can't find default configuration \"arch/x86/configs/i368_defconfig\"!\n***\n", want: "did you mean i386_defconfig?"},
	{name: "unconfigured", variables: []string{"O=../out", "ARCH=arm64"}, said: "***\n*** Configuration file \".config\" not found!\n***\n*** Please run some configurator (e.g. \"make oldconfig\" or\n" +
		"*** \"make menuconfig\" or \"make xconfig\").\n***\n", want: "there is no configuration yet: run 'gokbuild O=../out ARCH=arm64 defconfig' first"},
	{name: "a goal that configures, with a slip, where nothing is configured", wanted: []string{"menuconfg"},
		said: "*** Configuration file \".config\" not found!\n", want: "did you mean menuconfig?"},
	{name: "fragment with a slip", wanted: []string{"menuconfig", "kvm_gest.config"},
		said: "scripts/kconfig/Makefile:99: *** No configuration exists for this target on this architecture.  Stop.\n", want: "did you mean kvm_guest.config?"},
	{name: "fragment", wanted: []string{"mine.config"}, said: "Makefile:99: *** No configuration exists for this target on this architecture.  Stop.\n",
		want: "there is no fragment mine.config: look into kernel/configs and arch/*/configs"},
	{name: "output folder that is a file", said: "Makefile:199: *** failed to create output directory \"/dev/null\".  Stop.\n", want: "/dev/null is a file: O= takes a folder"},
	{name: "output folder that cannot be made", said: "Makefile:199: *** failed to create output directory \"/proc/a/b\".  Stop.\n",
		want: "/proc/a/b cannot be made: look who may write to /proc"},
	{name: "module for a tree that is not prepared", said: "  ERROR: Kernel configuration is invalid.\n         include/generated/autoconf.h or include/config/auto.conf are missing.\n",
		want: "the kernel tree that this is built for is not prepared: run 'olddefconfig modules_prepare' in it"},
	{name: "source with objects", said: "***\n*** The source tree is not clean, please run 'make ARCH=x86 mrproper'\n*** in /src\n***\n",
		want: "something was built in the source folder, which O= does not allow: run 'gokbuild ARCH=x86 mrproper' there, without O= (it removes .config, too)"},
	{name: "path with a space", said: "Makefile:205: *** source directory cannot contain spaces or colons.  Stop.\n", want: "the path of the tree has a space or a colon in it: move the tree to one that has none"},
	{name: "no tree", said: "make: *** No targets specified and no makefile found.  Stop.\n", want: "there is no Makefile here: go to the tree, or name it with -C"},
	{name: "-C", said: "make: *** /nowhere: No such file or directory.  Stop.\n", want: "there is no folder /nowhere: look at what follows -C"},
	{name: "headers of the running kernel", said: "make: *** /lib/modules/6.1.0-18-amd64/build: No such file or directory.  Stop.\n",
		want: "the tree of the running kernel is missing: sudo apt install linux-headers-$(uname -r)"},
	{name: "architecture", said: "Makefile:690: arch/x88/Makefile: No such file or directory\n", want: "there is no architecture x88: did you mean ARCH=x86?"},
	{name: "architecture, in a line of its own", said: "make[1]: *** No rule to make target '/src/arch/x88/Makefile'.  Stop.\n", want: "there is no architecture x88: did you mean ARCH=x86?"},
	{name: "architecture of another name", said: "Makefile:690: arch/aarch64/Makefile: No such file or directory\n", want: "kernel trees call aarch64 by another name: ARCH=arm64"},
	{name: "flex, by dash", said: "/bin/sh: 1: flex: not found\n", want: "flex is missing: sudo apt install flex"},
	{name: "flex, started directly", said: "make[1]: flex: No such file or directory\n", release: fedoraRelease, want: "flex is missing: sudo dnf install flex"},
	{name: "bison, by bash", said: "/bin/bash: line 1: bison: command not found\n", release: archRelease, want: "bison is missing: sudo pacman -S bison"},
	{name: "bison, started by make 4.2", said: "make[1]: bison: Command not found\n", release: rhelRelease, want: "bison is missing: sudo dnf install bison"},
	{name: "bc", said: "/bin/sh: bc: not found\n", release: alpineRelease, want: "bc is missing: sudo apk add bc"},
	{name: "xz", said: "/bin/sh: 1: xz: not found\n", release: ubuntuRelease, want: "xz is missing: sudo apt install xz-utils"},
	{name: "python", said: "/usr/bin/env: ‘python3’: No such file or directory\n", release: archRelease, want: "python3 is missing: sudo pacman -S python"},
	{name: "cross compiler", said: "scripts/Kconfig.include:40: C compiler 'aarch64-linux-gnu-gcc' not found\n", want: "aarch64-linux-gnu-gcc is missing: sudo apt install gcc-aarch64-linux-gnu"},
	{name: "tool nobody knows", said: "/bin/sh: 1: frobnicate: not found\n", want: "frobnicate is missing: install the package that holds it"},
	{name: "distribution nobody knows", said: "/bin/sh: 1: flex: not found\n", release: "ID=mine\n", want: "flex is missing: install the package that holds it"},
	{name: "openssl, by gcc", said: "certs/extract-cert.c:21:10: fatal error: openssl/bio.h: No such file or directory\n", want: "openssl/bio.h is missing: sudo apt install libssl-dev"},
	{name: "openssl, by clang", said: "certs/extract-cert.c:21:10: fatal error: 'openssl/bio.h' file not found\n", release: suseRelease, want: "openssl/bio.h is missing: sudo zypper install libopenssl-devel"},
	{name: "libelf", said: "/src/tools/objtool/include/objtool/elf.h:10:10: \x1b[01;31m\x1b[Kfatal error: \x1b[m\x1b[Kgelf.h: No such file or directory\n", release: mintRelease, want: "gelf.h is missing: sudo apt install libelf-dev"},
	{name: "libelf, in words of the tree", said: "Makefile:966: *** \"Cannot generate ORC metadata for CONFIG_UNWINDER_ORC=y, please install libelf-dev, libelf-devel or elfutils-libelf-devel\".  Stop.\n",
		release: fedoraRelease, want: "libelf is missing: sudo dnf install elfutils-libelf-devel"},
	{name: "library", said: "/usr/bin/ld: cannot find -lcrypto: No such file or directory\n", want: "libcrypto is missing: sudo apt install libssl-dev"},
	{name: "pahole", said: "BTF: .tmp_vmlinux.btf: pahole (pahole) is not available\nFailed to generate BTF for vmlinux\n", release: fedoraRelease, want: "pahole is missing: sudo dnf install dwarves"},
	{name: "ncurses", said: "*\n* Unable to find the ncurses package.\n* Install ncurses (ncurses-devel or libncurses-dev\n", want: "ncurses is missing: sudo apt install libncurses-dev"},
	{name: "old compiler", said: "***\n*** Compiler is too old.\n***   Your GCC version:    4.9.2\n***   Minimum GCC version: 5.1.0\n***\nscripts/Kconfig.include:44: Sorry, this compiler is not supported.\n",
		want: "this tree needs GCC 5.1.0 or newer, this is 4.9.2: install one and name it: CC=gcc-..."},
	{name: "old linker", said: "***\n*** Linker is too old.\n***   Your GNU ld version:    2.20\n***   Minimum GNU ld version: 2.25\n***\n", want: "this tree needs GNU ld 2.25 or newer, this is 2.20: install one"},
	{name: "old compiler, by the preprocessor", said: "include/linux/compiler-gcc.h:13:3: error: #error Sorry, your version of GCC is too old - please use 4.9 or newer.\n",
		want: "this tree needs GCC 4.9 or newer: install one and name it: CC=gcc-..."},
	{name: "old tree", said: "include/linux/compiler-gcc.h:100:1: fatal error: linux/compiler-gcc12.h: No such file or directory\n", want: "this tree is older than gcc 12: install an older one and name it: CC=gcc-..."},
	{name: "yylloc", said: "/usr/bin/ld: scripts/dtc/dtc-parser.tab.o:(.bss+0x10): multiple definition of `yylloc'; scripts/dtc/dtc-lexer.lex.o:(.bss+0x0): first defined here\n",
		want: "this tree is older than gcc 10: add HOSTCFLAGS=-fcommon"},
	{name: "keys of a distribution", said: "make[1]: *** No rule to make target 'debian/canonical-certs.pem', needed by 'certs/x509_certificate_list'.  Stop.\n",
		want: "the configuration is a distribution's and wants its keys: scripts/config --set-str SYSTEM_TRUSTED_KEYS '' --set-str SYSTEM_REVOCATION_KEYS ''"},
	{name: "keys of a distribution, built elsewhere", variables: []string{"O=../out/"},
		said: "make[1]: *** No rule to make target 'debian/canonical-revoked-certs.pem', needed by 'certs/x509_revocation_list'.  Stop.\n",
		want: "the configuration is a distribution's and wants its keys: scripts/config --file ../out/.config --set-str SYSTEM_TRUSTED_KEYS '' --set-str SYSTEM_REVOCATION_KEYS ''"},
	{name: "ARCH without CROSS_COMPILE", variables: []string{"ARCH=arm64"}, said: "gcc: error: unrecognized command-line option ‘-mlittle-endian’\n",
		want: "ARCH=arm64 needs a compiler for it: add CROSS_COMPILE=aarch64-linux-gnu-"},
	{name: "warnings", said: "a.c:1:5: error: unused variable 'x' [-Werror=unused-variable]\ncc1: all warnings being treated as errors\n",
		want: "warnings count as errors here: repair them, or switch CONFIG_WERROR off, or add KCFLAGS=-Wno-error"},
	{name: "memory", said: "gcc: fatal error: Killed signal terminated program cc1\n", want: "the machine has run out of memory: use fewer jobs (-j), or add swap"},
	{name: "read-only", said: "mkdir: cannot create directory 'include/config': Read-only file system\n", want: "the folder can only be read: build elsewhere with O="},
	{name: "variable with a slip", variables: []string{"CROS_COMPILE=arm-"}, said: "a.c:1: error: something\n", want: "this tree knows no variable CROS_COMPILE: did you mean CROSS_COMPILE?"},
	{name: "a slip in a variable, before what comes of it", variables: []string{"ARCH=arm64", "CROSS_COMPLE=aarch64-linux-gnu-"},
		said: "gcc: error: unrecognized command-line option ‘-mlittle-endian’\n", want: "this tree knows no variable CROSS_COMPLE: did you mean CROSS_COMPILE?"},
	{name: "prefix without its dash", variables: []string{"CROSS_COMPILE=aarch64-linux-gnu"}, said: "scripts/Kconfig.include:39: C compiler 'aarch64-linux-gnugcc' not found\n",
		want: "CROSS_COMPILE= is what stands in front of gcc, with its dash: CROSS_COMPILE=aarch64-linux-gnu-"},
	{name: "ARCH in the environment", env: []string{"ARCH=arm64"}, said: "gcc: error: unrecognized command-line option ‘-mlittle-endian’\n",
		want: "ARCH=arm64 needs a compiler for it: add CROSS_COMPILE=aarch64-linux-gnu-"},
	{name: "configuration of another architecture", said: "*** Can't find default configuration \"arch/x86/configs/board_defconfig\"!\n",
		want: "board_defconfig is a configuration of another architecture: ARCH=arm64"},
	{name: "seed", said: "*** Can't read seed configuration \"mine.config\"!\n", want: "there is no file mine.config: look at KCONFIG_ALLCONFIG="},
	{name: "questions nobody answers", variables: []string{"O=../out"}, said: "\nError in reading or end of file.\n",
		want: "the configuration leaves questions open, and nobody is there to answer: run 'gokbuild O=../out olddefconfig' first"},
	{name: "a cache in front of the compiler", said: "scripts/Kconfig.include:39: C compiler 'cccache sh' not found\n", want: "cccache is missing: install the package that holds it"},
	{name: "a compiler of one version", said: "scripts/Kconfig.include:39: C compiler 'gcc-99' not found\n", want: "gcc-99 is missing: sudo apt install gcc-99"},
	{name: "linker", said: "scripts/Kconfig.include:40: linker 'ld.lld-0' not found\n", want: "ld.lld-0 is missing: install the package that holds it"},
	{name: "assembler", said: "gcc: fatal error: cannot execute ‘as’: execvp: No such file or directory\n", want: "as is missing: sudo apt install binutils"},
	{name: "ncurses, by what make says", said: "make[2]: *** [scripts/kconfig/Makefile:212: scripts/kconfig/mconf-cfg] Error 1\n",
		want: "ncurses is missing: sudo apt install libncurses-dev"},
	{name: "modules that are off", said: "*** The present kernel configuration has modules disabled.\n", want: "this configuration has no modules: switch CONFIG_MODULES on ('gokbuild menuconfig')"},
	{name: "license", said: "ERROR: modpost: missing MODULE_LICENSE() in /x/hello.o\n", want: `a module must say its license: add MODULE_LICENSE("GPL"); to /x/hello.c`},
	{name: "not exported", said: "ERROR: modpost: \"thing\" [/x/hello.ko] undefined!\n",
		want: "no built code exports thing: export it with EXPORT_SYMBOL, or switch on the option that it belongs to"},
	{name: "symbols not known", said: "WARNING: Module.symvers is missing.\nERROR: modpost: \"thing\" [/x/hello.ko] undefined!\n",
		want: "the tree is prepared, but not built, so its symbols are not known (Module.symvers): run 'gokbuild' first"},
	{name: "key", variables: []string{"O=../out"}, said: "make[2]: *** No rule to make target 'my.pem', needed by 'certs/signing_key.x509'.  Stop.\n",
		want: "CONFIG_MODULE_SIG_KEY names my.pem, which is not there: put your key there, or have one made: scripts/config --file ../out/.config --set-str MODULE_SIG_KEY certs/signing_key.pem"},
	{name: "folder of a module", variables: []string{"M=/none"}, said: "make[1]: *** /none: No such file or directory.  Stop.\n", want: "there is no folder /none: look at M="},
	{name: "initramfs", said: "make[3]: *** No rule to make target '/x/root.cpio', needed by 'usr/initramfs_inc_data'.  Stop.\n",
		want: "/x/root.cpio, which CONFIG_INITRAMFS_SOURCE names, is not there: put it there, or set another one"},
	{name: "firmware", said: "make[6]: *** No rule to make target '/lib/firmware/x.bin', needed by 'drivers/base/firmware_loader/builtin/x.bin.gen.o'.  Stop.\n",
		want: "/lib/firmware/x.bin, which CONFIG_EXTRA_FIRMWARE names, is not there: put it there, or look at CONFIG_EXTRA_FIRMWARE_DIR"},
	{name: "a key that is none", said: "At main.c:175:\n- SSL error:0480006C:PEM routines::no start line: ../crypto/pem/pem_lib.c:760\n",
		want: "a key of the configuration is none: MODULE_SIG_KEY and SYSTEM_TRUSTED_KEYS take files that hold -----BEGIN CERTIFICATE-----"},
	{name: "folder of a module, by its makefile", variables: []string{"M=/nowhere/mine"},
		said: "make[1]: *** No rule to make target '/nowhere/mine/Makefile'.  Stop.\n", want: "there is nothing in /nowhere/mine: look at M="},
	{name: "a module without a makefile", variables: []string{"M=/usr"}, said: "make[1]: *** No rule to make target '/usr/Makefile'.  Stop.\n",
		want: "there is no Makefile in /usr: write one that says 'obj-m := NAME.o', for NAME.c"},
	{name: "a merge in a source", said: "mm/slab.c:2:1: error: version control conflict marker in file\n", want: "a merge has not ended in mm/slab.c: look at line 2, and at 'git status'"},
	{name: "blanks", said: "mine/Makefile:3: *** missing separator.  Stop.\n", want: "line 3 of mine/Makefile begins with blanks: a line of a recipe begins with a tab"},
	{name: "lines of Windows", said: "/bin/sh: 1: scripts/old.sh: not found\n",
		want: "scripts/old.sh ends its lines as Windows does, and so cannot run: check the tree out again, with 'git config core.autocrlf input'"},
	{name: "a script without its interpreter", said: "/bin/sh: 1: scripts/odd.sh: not found\n", want: "python3 is missing: sudo apt install python3"},
	{name: "C23", said: "./include/linux/stddef.h:11:9: error: cannot use keyword 'false' as enumeration constant\n",
		want: "this tree is older than the C of your compiler: install an older one and name it: CC=gcc-14"},
	// Where nothing is known, nothing is said.
	{name: "an error in C", said: "a.c:1:1: error: expected ';' before '}' token\nmake: *** [Makefile:1: a.o] Error 1\n"},
	{name: "a header of the tree", said: "a.c:1:10: fatal error: linux/mine.h: No such file or directory\n"},
	{name: "a program of the tree", said: "/bin/sh: 1: scripts/mod/modpost: not found\n"},
	{name: "a variable that is its own", variables: []string{"KBUILD_OUTPUT=x", "ARCH=x86", "FOO=1"}, said: "a.c:1:1: error: x\n"},
}

func advisor(t *testing.T, release string) *Advisor {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"arch/x86", "arch/arm64"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "arch/x86/Makefile"), []byte("obj-y += there.o gone.o\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Makefile": "", "arch/arm64/configs/board_defconfig": "", "mine/hello.c": "", "mine/Makefile": "obj-m := helo.o\nall:\n    make modules\n",
		"mm/slab.c": "int a;\n<<<<<<< HEAD\nint b;\n", "scripts/old.sh": "#!/bin/sh\r\nexit\r\n", "scripts/odd.sh": "#!/nowhere/python3\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if release == "" {
		release = debianRelease
	}
	return &Advisor{System: SystemOf(release, 1000), Dir: dir, Program: "gokbuild",
		Goals: func(string) []string {
			return strings.Fields("menuconfig nconfig bzImage modules vmlinux i386_defconfig x86_64_defconfig kvm_guest.config clean help")
		},
		Known: func() []string { return strings.Fields("CROSS_COMPILE ARCH KBUILD_OUTPUT KCFLAGS O V C W") }}
}

func TestMistakes(t *testing.T) {
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			a := advisor(t, m.release)
			a.Variables, a.Wanted = m.variables, m.wanted
			a.Env = func(name string) string { return setting.Getenv(m.env, name) }
			a.Listen(event.RecipeEnded{Target: "x", Stderr: m.said})
			want := m.want
			if want != "" {
				want = "gokbuild: " + want
			}
			if got := a.Line(2); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := a.Line(0) + a.Line(1); got != "" {
				t.Errorf("a build that did not fail: %s", got)
			}
		})
	}
}

// TestWhatFailedCounts: a probe that finds no tool is not why a build fails that fails of something else.
func TestWhatFailedCounts(t *testing.T) {
	a := advisor(t, "")
	a.Listen(event.MakeSaid{Stderr: true, Text: "/bin/sh: 1: pahole: not found\n"})
	a.Listen(event.RecipeEnded{Target: "ok", OK: true, Stderr: "/bin/sh: 1: bison: not found\n"})
	a.Listen(event.RecipeEnded{Target: "x", Stderr: "/bin/sh: 1: bc: not found\n"})
	a.Listen(event.MakeSaid{Text: "/bin/sh: 1: flex: not found\n"})
	if got := a.Line(2); got != "gokbuild: bc is missing: sudo apt install bc" {
		t.Error(got)
	}
}

func TestScriptWithoutMode(t *testing.T) {
	a := advisor(t, "")
	if err := os.WriteFile(filepath.Join(a.Dir, "x.sh"), []byte("#!/bin/sh\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	a.Listen(event.RecipeEnded{Stderr: "/bin/sh: 1: ./x.sh: Permission denied\n"})
	if got := a.Line(2); !strings.Contains(got, "./x.sh may not be run: chmod +x ./x.sh") {
		t.Error(got)
	}
}

func TestNoMakefile(t *testing.T) {
	a := advisor(t, "")
	a.Listen(event.MakeSaid{Stderr: true, Text: "make: *** No rule to make target 'menuconfig'.  Stop.\n"})
	if got := a.Line(2); got == "gokbuild: "+noMakefile {
		t.Error(got)
	}
	if err := os.Remove(filepath.Join(a.Dir, "Makefile")); err != nil {
		t.Fatal(err)
	}
	if got := a.Line(2); got != "gokbuild: "+noMakefile {
		t.Error(got)
	}
}

func TestFolderOfRoot(t *testing.T) {
	a := advisor(t, "")
	a.Dir = "/proc/sys/kernel" // root's, on every machine
	a.Listen(event.RecipeEnded{Stderr: "mkdir: cannot create directory ‘include’: Permission denied\n"})
	want := "gokbuild: /proc/sys/kernel belongs to root (built with sudo once?): sudo chown -R $USER /proc/sys/kernel, or build elsewhere with O="
	if got := a.Line(2); got != want {
		t.Error(got)
	}
	// The output folder comes before the tree.
	a.Dir, a.Variables = "/sys", []string{"O=/proc/sys/kernel"}
	if got := a.Line(2); got != want {
		t.Error(got)
	}
}

func TestNoSpace(t *testing.T) {
	a := advisor(t, "")
	a.Dir = "/proc" // a file system without room, on every machine
	t.Setenv("TMPDIR", t.TempDir())
	a.Listen(event.RecipeEnded{Stderr: "kernel/fork.s: fatal error: writing to x.o: No space left on device\n"})
	const want = " is full: free some room, or build elsewhere with O="
	if got := a.Line(2); !strings.HasSuffix(got, want) {
		t.Error(got)
	}
	b := advisor(t, "")
	b.Variables = []string{"O=/proc"}
	b.Listen(event.RecipeEnded{Stderr: "x.sh: 73: echo: echo: I/O error\n"}) // as dash says it
	if got := b.Line(2); got != "gokbuild: the disk of /proc"+want {
		t.Error(got)
	}
}

func FuzzLine(f *testing.F) {
	for _, m := range mistakes {
		f.Add(m.said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		a := &Advisor{System: SystemOf(debianRelease, 0), Dir: "/nowhere", Program: "gokbuild"}
		a.Listen(event.RecipeEnded{Stderr: said})
		if line := a.Line(2); strings.Contains(line, "\n") {
			t.Errorf("more than one line: %q", line)
		}
	})
}

// TestInPart: make was called in a folder of the tree.
func TestInPart(t *testing.T) {
	a := advisor(t, "")
	if err := os.WriteFile(filepath.Join(a.Dir, "scripts/Kbuild.include"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	a.Dir = filepath.Join(a.Dir, "arch/x86")
	for _, tt := range []struct {
		said, want string
		goals      []string
	}{
		{said: "make: *** No targets.  Stop.\n", want: "../.. arch/x86/'"},
		{said: "make: *** No rule to make target 'a.o'.  Stop.\n", want: "../.. arch/x86/a.o'", goals: []string{"a.o"}},
		{said: "make: *** No rule to make target 'FORCE', needed by '/x'.  Stop.\n", want: "../.. arch/x86/'"},
		{said: "make: *** No rule to make target 'menuconfig'.  Stop.\n", want: "../.. menuconfig'", goals: []string{"menuconfig"}},
	} {
		a := &Advisor{Dir: a.Dir, Program: "gokbuild", Wanted: tt.goals}
		a.Listen(event.MakeSaid{Stderr: true, Text: tt.said})
		if want := "gokbuild: this makefile is a part of the tree in ../..: run 'gokbuild -C " + tt.want; a.Line(2) != want {
			t.Errorf("got  %s\nwant %s", a.Line(2), want)
		}
	}
}

// TestInstall: root's folder is meant to be root's.
func TestInstall(t *testing.T) {
	a := advisor(t, "")
	a.Wanted, a.Variables = []string{"modules_install"}, []string{"O=../out"}
	a.Listen(event.RecipeEnded{Stderr: "mkdir: cannot create directory ‘/proc/sys/kernel/6.1’: Permission denied\n"})
	want := "gokbuild: only root may write to /proc/sys/kernel: sudo gokbuild O=../out modules_install, or choose a folder of your own (INSTALL_MOD_PATH=)"
	if got := a.Line(2); got != want {
		t.Error(got)
	}
}
