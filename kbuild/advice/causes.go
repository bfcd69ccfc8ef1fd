package advice

// This file is the table of causes: the words in which make and the tools tell of them, and what helps.

import (
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/near"
)

// cause is something that a person can repair.
type cause struct {
	// word stands in every line that line matches: it is looked for first.
	word string
	line *pattern.Pattern
	// cure is what to do, "" if this is not it after all. m is what line matched, rest are the lines that follow.
	cure func(a *Advisor, m, rest []string) string
}

var colour = pattern.New("\x1b\\[[0-9;]*[mK]")

// causes in the order in which they are tried on a line. They are set in init, as a cure may look at other lines.
var causes []cause

func init() {
	causes = []cause{
		{":", pattern.New(`^([^\s:]+):(\d+):.*(?:conflict marker|missing separator|statement|syntax error|unsupported character|unexpected)`), merge},
		{"missing separator", pattern.New(`^([^\s:]+):(\d+): \*\*\* missing separator`), blanks},
		// What stands at the top of the tree.
		{"not found!", pattern.New(`Configuration file "(.*)" not found!`), unconfigured},
		{"configuration is invalid", pattern.New(`Kernel configuration is invalid`), say("the kernel tree that this is built for is not prepared: run 'olddefconfig modules_prepare' in it")},
		{"No rule to make", pattern.New(`\*\*\* No rule to make target [` + "`" + `'](.*?)'(, needed by '(.*?)')?\.`), noRule},
		{"default configuration", pattern.New(`Can't find default configuration "(.*)"`), noDefconfig},
		{"seed configuration", pattern.New(`Can't read seed configuration "(.*)"`), func(_ *Advisor, m, _ []string) string {
			return "there is no file " + m[1] + ": look at KCONFIG_ALLCONFIG="
		}},
		{"No configuration exists", pattern.New(`\*\*\* No configuration exists for this target`), noFragment},
		{"create output directory", pattern.New(`failed to create output directory "(.*)"`), noOutput},
		{"is not clean", pattern.New(`source tree is not clean, please run 'make(.*)'`), notClean},
		{"cannot contain", pattern.New(`director(?:y|ies) (?:path )?cannot contain `), say("the path of the tree has a space or a colon in it: move the tree to one that has none")},
		{"no makefile found", pattern.New(`No targets specified and no makefile found`), say(noMakefile)},
		{"No targets", pattern.New(`\*\*\* No targets\.`), inPart},
		{"/Makefile: No such file", pattern.New(`arch/([^/ ]+)/Makefile: No such file`), noArch},
		{"/lib/modules/", pattern.New(`/lib/modules/[^/ ]*/build: No such file`), func(a *Advisor, _, _ []string) string {
			return a.System.install("the tree of the running kernel", headers)
		}},
		{"*** ", pattern.New(`\*\*\* (\S+): No such file or directory\.  Stop\.`), noFolder},
		{"output directory", pattern.New(`output directory "(.*)" does not exist`), func(_ *Advisor, m, _ []string) string {
			return "this tree makes no output folder: mkdir -p " + m[1]
		}},
		{"end of file", pattern.New(`^Error in reading or end of file`), func(a *Advisor, _, _ []string) string {
			return "the configuration leaves questions open, and nobody is there to answer: run '" + a.call("olddefconfig") + "' first"
		}},
		{"modules disabled", pattern.New(`configuration has modules disabled`), func(a *Advisor, _, _ []string) string {
			return "this configuration has no modules: switch CONFIG_MODULES on ('" + a.call("menuconfig") + "')"
		}},
		{"Missing file:", pattern.New(`\*\*\* Missing file: `), func(a *Advisor, _, _ []string) string {
			return "the kernel is not built yet: run '" + a.call("") + "' first"
		}},
		{"exceeds 64", pattern.New(`" exceeds 64 characters`), say("the name of the release is too long: look at LOCALVERSION=, CONFIG_LOCALVERSION, and files called localversion*")},
		{"no start line", pattern.New(`PEM routines:.*no start line`), say("a key of the configuration is none: MODULE_SIG_KEY and SYSTEM_TRUSTED_KEYS take files that hold -----BEGIN CERTIFICATE-----")},
		// Modules of one's own.
		{"MODULE_LICENSE", pattern.New(`missing MODULE_LICENSE\(\) in (\S+?)(?:\.o)?$`), func(_ *Advisor, m, _ []string) string {
			return `a module must say its license: add MODULE_LICENSE("GPL"); to ` + m[1] + ".c"
		}},
		{"undefined!", pattern.New(`"(.*)" \[.*\] undefined!`), notExported},
		// Tools.
		{"too old", pattern.New(`\*\*\* (.*\S) is too old\.`), tooOld},
		{"too old", pattern.New(`version of (GCC|Clang|LLVM) is too old - please use (\S+) or newer`), func(_ *Advisor, m, _ []string) string {
			return needs(m[1], m[2], "")
		}},
		{"asm-goto", pattern.New(`Compiler lacks asm-goto support`), say("the compiler is too old for this tree: install a newer one and name it: CC=...")},
		{"compiler-gcc", pattern.New(`linux/compiler-gcc(\d+)\.h: No such file`), func(_ *Advisor, m, _ []string) string {
			return "this tree is older than gcc " + m[1] + ": install an older one and name it: CC=gcc-..."
		}},
		{"' not found", pattern.New(`(?:C compiler|linker) '(.*)' not found`), tool},
		{"could not be found", pattern.New(`\*\*\* Rust .* '(.*)' could not be found`), tool},
		{"command was not found", pattern.New(`The '(.*)' command was not found`), tool},
		{"requires", pattern.New(`xconfig' requires '(.*)'`), tool},
		{"cannot ", pattern.New(`fatal error: cannot (?:find|execute) [‘'](\w+)[’']`), tool},
		{"not available", pattern.New(`pahole \((.*)\) is not available`), func(a *Advisor, _, _ []string) string { return a.System.install("pahole", pahole) }},
		{"requires", pattern.New(`modules_install' requires (\S*depmod)\.`), tool},
		{"ncurses", pattern.New(`Unable to find the ncurses `), func(a *Advisor, _, _ []string) string { return a.System.install("ncurses", ncurses) }},
		{"conf-cfg]", pattern.New(`kconfig/\.?([mnqg])conf-cfg\] Error`), frontEnd},
		{"Could not find Qt", pattern.New(`Could not find Qt`), func(a *Advisor, _, _ []string) string { return a.System.install("Qt", qt) }},
		{"Unable to find the GTK", pattern.New(`Unable to find the GTK`), func(a *Advisor, _, _ []string) string { return a.System.install("GTK", gtk) }},
		{"install libelf", pattern.New(`please install libelf`), func(a *Advisor, _, _ []string) string { return a.System.install("libelf", elf) }},
		{"not found", pattern.New(`sh: (?:line )?(?:\d+: )?([A-Za-z0-9_+./-]+): (?:command )?not found`), tool},
		{"not found", pattern.New(`\.sh: (?:line )?\d+: ([A-Za-z0-9_+.-]+): (?:command )?not found`), tool},
		{"ommand not found", pattern.New(`^[^ ]*: ([A-Za-z0-9_+./-]+): [Cc]ommand not found`), tool},
		{"No such file or directory", pattern.New(`^g?make(?:\[\d+\])?: ([A-Za-z0-9_+.-]+): No such file or directory$`), tool},
		{"No such file or directory", pattern.New(`env: [‘']?([A-Za-z0-9_+.-]+)[’']?: No such file or directory`), tool},
		{"No such file or directory", pattern.New(`fatal error: '?([A-Za-z0-9_./+-]+\.h)'?: No such file or directory`), header},
		{"file not found", pattern.New(`fatal error: '([A-Za-z0-9_./+-]+\.h)' file not found`), header},
		{"cannot find -l", pattern.New(`cannot find -l([a-z0-9]+)`), library},
		{"unable to find library -l", pattern.New(`unable to find library -l([a-z0-9]+)`), library},
		{"ommand-line option", pattern.New(`: error: unrecognized command-line option [‘'](.*)[’']`), foreignOption},
		{"ommand line option", pattern.New(`: error: unrecognized command line option [‘'"](.*)[’'"]`), foreignOption},
		// The machine.
		{"No space left", pattern.New(`No space left on device`), full},
		{"quota exceeded", pattern.New(`Disk quota exceeded`), say("your quota of the disk is used up: free some room, or build elsewhere with O=")},
		{"Read-only file system", pattern.New(`Read-only file system`), say("the folder can only be read: build elsewhere with O=")},
		{"Permission denied", pattern.New(`(?:^|[\s‘'"])([^\s‘'":]+)[’'"]?: Permission denied`), denied},
		{"Killed signal", pattern.New(`Killed signal terminated program`), say("the machine has run out of memory: use fewer jobs (-j), or add swap")},
		{"Too many open files", pattern.New(`Too many open files`), say("too many files are open: use fewer jobs (-j), or raise 'ulimit -n'")},
		{"Exec format error", pattern.New(`Exec format error`), say("a program was built for another machine: clean (mrproper), or choose another folder with O=")},
		// Trees and compilers that are not of one age.
		{"yylloc", pattern.New(`multiple definition of .yylloc'`), say("this tree is older than gcc 10: add HOSTCFLAGS=-fcommon")},
		{"PIC mode", pattern.New(`code model kernel does not support PIC mode`), say("this compiler makes position-independent code unless told otherwise: add KCFLAGS=-fno-pie")},
		{"load BTF", pattern.New(`FAILED: load BTF from vmlinux`), say("pahole and this tree are not of one age: take another pahole, or switch CONFIG_DEBUG_INFO_BTF off")},
		{"missing symbol table", pattern.New(`objtool: missing symbol table`), say("this tree is older than your binutils: take older ones, or a newer tree")},
		{"via 'typedef'", pattern.New(`'bool' cannot be defined via 'typedef'`), tooNew},
		{"enumeration constant", pattern.New(`cannot use keyword 'false' as enumeration constant`), tooNew},
		{"treated as errors", pattern.New(`warnings being treated as errors`), say("warnings count as errors here: repair them, or switch CONFIG_WERROR off, or add KCFLAGS=-Wno-error")},
		{"[-Werror", pattern.New(`\[-Werror,-W`), say("warnings count as errors here: repair them, or switch CONFIG_WERROR off, or add KCFLAGS=-Wno-error")},
	}
}

// tooNew is a compiler whose C is C23, in which bool and false are keywords.
var tooNew = say("this tree is older than the C of your compiler: install an older one and name it: CC=gcc-14")

const noMakefile = "there is no Makefile here: go to the tree, or name it with -C"

// say is a cure that is always the same.
func say(text string) func(*Advisor, []string, []string) string {
	return func(*Advisor, []string, []string) string { return text }
}

func unconfigured(a *Advisor, _, _ []string) string {
	for _, goal := range a.Wanted {
		if meant := near.Name(goal, a.goals(goal)); strings.HasSuffix(meant, "config") && !slices.Contains(a.goals(goal), goal) {
			return "did you mean " + meant + "?"
		}
	}
	return "there is no configuration yet: run '" + a.call("defconfig") + "' first"
}

// ofArch is the makefile of an architecture, which the makefile of the tree includes.
var ofArch = pattern.New(`(?:^|/)arch/([^/ ]+)/Makefile$`)

// noRule is a target that nothing makes: a goal, or a file that should be there.
func noRule(a *Advisor, m, _ []string) string {
	target, by := m[1], m[3]
	if arch := ofArch.FindStringSubmatch(target); by == "" && arch != nil {
		return noArch(a, arch, nil)
	}
	switch {
	case path.Base(by) == "signing_key.x509":
		return "CONFIG_MODULE_SIG_KEY names " + target + ", which is not there: put your key there, or have one made: " +
			a.setConfig("--set-str MODULE_SIG_KEY certs/signing_key.pem")
	case by != "" && strings.HasSuffix(target, ".pem") && strings.Contains(by, "certs/"):
		return "the configuration is a distribution's and wants its keys: " + a.setConfig("--set-str SYSTEM_TRUSTED_KEYS '' --set-str SYSTEM_REVOCATION_KEYS ''")
	case strings.Contains(path.Base(by), "initramfs"):
		return target + ", which CONFIG_INITRAMFS_SOURCE names, is not there: put it there, or set another one"
	case strings.Contains(by, "firmware"):
		return target + ", which CONFIG_EXTRA_FIRMWARE names, is not there: put it there, or look at CONFIG_EXTRA_FIRMWARE_DIR"
	case by != "" && a.value("M") != "":
		return noSource(a, target)
	case by != "" && strings.HasPrefix(by, "include/config/"):
		return ""
	case by != "" && path.Ext(target) != "" && exists(a, ".git"):
		return target + " is not there: if it was deleted, 'git checkout -- " + target + "' brings it back"
	case by != "":
		return ""
	}
	if slices.Contains(a.Makefiles, target) {
		return "there is no file " + target + ": look at what follows -f"
	}
	if m := a.value("M"); m != "" && path.Dir(target) == path.Clean(m) && path.Base(target) == "Makefile" {
		if !slices.ContainsFunc(a.candidates(m), filled) {
			return "there is nothing in " + m + ": look at M="
		}
		return "there is no Makefile in " + m + ": write one that says 'obj-m := NAME.o', for NAME.c"
	}
	if len(a.Makefiles) == 0 && !exists(a, "Makefile") && !exists(a, "makefile") && !exists(a, "GNUmakefile") {
		return noMakefile
	}
	if cure := inPart(a, nil, nil); cure != "" {
		return cure
	}
	if list := listedIn(a, target); list != "" {
		return "the source of " + target + " is not there, though " + list + " lists it: if it was deleted, 'git status' names it and 'git checkout' brings it back"
	}
	if meant := near.Name(target, a.goals(target)); meant != "" {
		return "did you mean " + meant + "?"
	}
	if strings.Contains(target, "/") {
		return "nothing makes " + target + ": look at the name"
	}
	return "nothing makes " + target + ": '" + a.Program + " help' lists what can be made"
}

func noDefconfig(a *Advisor, m, _ []string) string {
	name := path.Base(m[1])
	if meant := near.Name(name, a.goals(name)); meant != "" {
		return "did you mean " + meant + "?"
	}
	var others []string
	for _, arch := range subfolders(a, "arch") {
		if exists(a, path.Join("arch", arch, "configs", name)) && !slices.Contains(others, "ARCH="+arch) {
			others = append(others, "ARCH="+arch)
		}
	}
	if len(others) > 0 {
		return name + " is a configuration of another architecture: " + strings.Join(others, " or ")
	}
	return "this architecture has no " + name + ": look below arch/*/configs, and at ARCH="
}

// noFragment is a fragment such as kvm_guest.config that is not there.
func noFragment(a *Advisor, _, _ []string) string {
	for _, goal := range a.Wanted {
		names := a.goals(goal)
		if !strings.HasSuffix(goal, ".config") || slices.Contains(names, goal) {
			continue
		}
		if meant := near.Name(goal, names); meant != "" {
			return "did you mean " + meant + "?"
		}
		return "there is no fragment " + goal + ": look into kernel/configs and arch/*/configs"
	}
	return ""
}

// noOutput is an output folder that cannot be made.
func noOutput(_ *Advisor, m, _ []string) string {
	for name := m[1]; name != "/" && name != "."; name = path.Dir(name) {
		if st, err := os.Stat(name); err == nil {
			if !st.IsDir() {
				return name + " is a file: O= takes a folder"
			}
			return m[1] + " cannot be made: look who may write to " + name
		}
	}
	return ""
}

func notClean(a *Advisor, m, _ []string) string {
	return "something was built in the source folder, which O= does not allow: run '" + a.Program + m[1] + "' there, without O= (it removes .config, too)"
}

func noArch(a *Advisor, m, _ []string) string {
	names := subfolders(a, "arch")
	if meant := near.Name(m[1], names); meant != "" {
		return "there is no architecture " + m[1] + ": did you mean ARCH=" + meant + "?"
	}
	other := map[string]string{"x86-64": "x86_64", "amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64", "armhf": "arm", "armv7": "arm", "armv7l": "arm",
		"ppc64le": "powerpc", "ppc": "powerpc", "riscv64": "riscv", "s390x": "s390", "loongarch64": "loongarch"}[m[1]]
	if other != "" {
		return "kernel trees call " + m[1] + " by another name: ARCH=" + other
	}
	return "there is no architecture " + m[1] + ": ARCH= takes a name from the folder arch"
}

func tooOld(a *Advisor, m, rest []string) string {
	what, least, yours := m[1], "", ""
	for _, line := range rest[:min(len(rest), 4)] {
		if _, v, ok := strings.Cut(line, "Minimum "); ok {
			if name, v, ok := strings.Cut(v, " version:"); ok {
				what, least = name, strings.TrimSpace(v)
			}
		} else if _, v, ok := strings.Cut(line, " version:"); ok {
			yours = strings.TrimSpace(v)
		}
	}
	if least == "" {
		return what + " is too old for this tree: install a newer one"
	}
	return needs(what, least, yours)
}

// needs asks for a newer version of a compiler or another tool.
func needs(what, least, yours string) string {
	text := "this tree needs " + what + " " + least + " or newer"
	if yours != "" {
		text += ", this is " + yours
	}
	switch strings.ToLower(what) {
	case "gcc":
		return text + ": install one and name it: CC=gcc-..."
	case "clang", "llvm":
		return text + ": install one and name it: LLVM=-..."
	}
	return text + ": install one"
}

func header(a *Advisor, m, _ []string) string {
	p, ok := ofHeader(m[1])
	if !ok {
		return ""
	}
	return a.System.install(m[1], p)
}

func library(a *Advisor, m, _ []string) string {
	p, ok := ofLibrary(m[1])
	if !ok {
		return ""
	}
	return a.System.install("lib"+m[1], p)
}

// foreignOption is an option that a compiler for another architecture does not know.
func foreignOption(a *Advisor, m, _ []string) string {
	arch := a.value("ARCH")
	if arch == "" || a.value("CROSS_COMPILE") != "" {
		return ""
	}
	prefix := map[string]string{"arm64": "aarch64-linux-gnu-", "arm": "arm-linux-gnueabihf-", "riscv": "riscv64-linux-gnu-", "powerpc": "powerpc64le-linux-gnu-",
		"s390": "s390x-linux-gnu-", "mips": "mips-linux-gnu-", "loongarch": "loongarch64-linux-gnu-", "x86_64": "x86_64-linux-gnu-", "x86": "x86_64-linux-gnu-"}[arch]
	if prefix == "" {
		return "ARCH=" + arch + " needs a compiler for it: add CROSS_COMPILE=..."
	}
	return "ARCH=" + arch + " needs a compiler for it: add CROSS_COMPILE=" + prefix
}

// noFolder is a folder that make was to go to.
func noFolder(a *Advisor, m, _ []string) string {
	if m[1] == a.value("M") {
		return "there is no folder " + m[1] + ": look at M="
	}
	return "there is no folder " + m[1] + ": look at what follows -C"
}

// notExported is a symbol that a module uses and nobody offers.
func notExported(a *Advisor, m, _ []string) string {
	if strings.Contains(a.strong.String()+a.weak.String(), "Module.symvers is missing") {
		return "the tree is prepared, but not built, so its symbols are not known (Module.symvers): run '" + a.call("") + "' first"
	}
	return "no built code exports " + m[1] + ": export it with EXPORT_SYMBOL, or switch on the option that it belongs to"
}

// frontEnd is what a front end of the configuration is built with. What the script that looks for it says is not heard: the terminal
// is the front end's.
func frontEnd(a *Advisor, m, _ []string) string {
	if _, err := exec.LookPath("pkg-config"); err != nil && (m[1] == "q" || m[1] == "g") {
		return a.System.install("pkg-config", ofTool("pkg-config"))
	}
	switch m[1] {
	case "q":
		return a.System.install("Qt", qt)
	case "g":
		return a.System.install("GTK", gtk)
	}
	return a.System.install("ncurses", ncurses)
}
