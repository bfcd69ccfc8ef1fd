package probe

// This file has the form of calls of compilers.

import (
	"path/filepath"
	"strings"

	"gokbuild/depgraph/pattern"
)

// Words of compilers that name no files and do not ask about the machine. -march=native, for example, is not among
// them, nor are -I and -fplugin=.
var compilerFlags = []*pattern.Pattern{
	pattern.New(`^-(?:c|S|E|P|w|dM|dD|pipe|ansi|pedantic|pedantic-errors|static|nostdlib|nostdinc|pthread|` +
		`fsyntax-only|Qunused-arguments|no-pie|pie)$`),
	pattern.New(`^-W[a-z][a-z0-9+-]*(?:=[a-z0-9+-]*)?$`),
	pattern.New(`^-O(?:[0-3sgz]|fast)?$`),
	pattern.New(`^-g(?:[0-3]|gdb|dwarf|dwarf-[2-5]|split-dwarf|no-[a-z-]+|z|z=[a-z0-9]+|statement-frontiers|` +
		`strict-dwarf|dwarf32|dwarf64)?$`),
	pattern.New(`^-std=[a-z0-9+:]+$`),
	pattern.New(`^-[DU][A-Za-z_][A-Za-z0-9_]*(?:=[A-Za-z0-9_."-]*)?$`),
	pattern.New(`^-f[a-z][A-Za-z0-9+-]*$`),
	pattern.New(`^-f(?:no-)?(?:sanitize|sanitize-coverage|sanitize-recover|sanitize-trap|` +
		`trivial-auto-var-init|zero-call-used-regs|cf-protection|` +
		`strict-flex-arrays|patchable-function-entry|min-function-alignment|align-[a-z]+|visibility|diagnostics-color|` +
		`tls-model|live-patching|` +
		`abi-version|fp-contract|excess-precision|inline-limit|inline-stringops|inline-functions|max-[a-z-]+|` +
		`pack-struct|message-length|` +
		`stack-limit-register|stack-reuse|stack-check|stack-protector|vect-cost-model|simd-cost-model|asan-[a-z-]+|` +
		`split-lto-unit|lto|` +
		`eliminate-unused-debug-types|debug-types-section|ffp-model|ms-extensions|macro-backtrace-limit|constexpr-depth|` +
		`cond-mismatch|` +
		`experimental-sanitize-metadata)=[A-Za-z0-9_,+.-]*$`),
	pattern.New(`^-frandomize-layout-seed-file=/dev/null$`),
	pattern.New(`^-m[a-z0-9][A-Za-z0-9._+-]*(?:=[A-Za-z0-9_,+.:-]*)?$`),
	pattern.New(`^--param=[a-z0-9-]+=[0-9]+$`),
	pattern.New(`^--target=[A-Za-z0-9_.-]+$`),
	pattern.New(`^-(?:no-)?integrated-as$`),
	pattern.New(`^-Wa(?:,(?:--version|--fatal-warnings|--noexecstack|--no-?warn|-W|-mimplicit-it=[a-z]+|` +
		`-mthumb|-m[a-z0-9-]+(?:=[a-z0-9_.+-]+)?|-?-gdwarf-[2-5]|` +
		`--compress-debug-sections(?:=[a-z0-9-]+)?|-z,?[a-z-]+))+$`),
	// What only other compilers know is refused by all that would read a file.
	pattern.New(`^-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang$`),
}

// compilerAnswers are questions that are answered by what is built into the compiler.
var compilerAnswers = pattern.New(`^(?:--version|-dumpversion|-dumpmachine|-dumpfullversion)$`)

// fileFlag recognises flags of the listed kinds that read or write files all the same: -fprofile-use, -fstack-usage,
// -fdump-tree-all; or that ask about the machine or the run: -mtune=native, -flto=jobserver.
var fileFlag = pattern.New(`profile|dump|plugin|coverage-mapping|test-coverage|stack-usage|callgraph|` +
	`save-optimization|time-trace|opt-info|` +
	`module|pch|compare-debug|report|random-seed|record-|working-directory|mem-report|native|jobserver|lto=|^-flto|` +
	`embed|checking|` +
	`auto-profile|list|index|^-fuse-ld|crash-diagnostics|wpa|repo|tree-`)

// okInFileFlag are flags of fileFlag that read no file: those that switch something off, and some by name.
var okInFileFlag = pattern.New(`^-(?:fno-[a-z-]+|mrecord-mcount|mno-record-mcount|mrecord-return|` +
	`ftree-[a-z-]+|fsanitize-coverage=.*|frandomize-layout-seed-file=/dev/null)$`)

// prefixMap is how names of folders are written in what is compiled: builds in a folder of their own give it to each compiler.
var prefixMap = pattern.New(`^-f(?:macro|debug|file)-prefix-map=[A-Za-z0-9_./+,:~=-]*$`)

func plainFlag(w string) bool {
	if prefixMap.MatchString(w) {
		return true
	}
	if fileFlag.MatchString(w) && !okInFileFlag.MatchString(w) {
		return false
	}
	for _, re := range compilerFlags {
		if re.MatchString(w) {
			return true
		}
	}
	return false
}

var (
	paramWord = pattern.New(`^[a-z0-9-]+=[0-9]+$`)
	llvmWord  = pattern.New(`^-(?:[amt]san|hwasan|max|disable|enable|warn)-[a-z-]+(?:=[0-9]+)?$`)
	macroWord = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*(?:=[A-Za-z0-9_."-]*)?$`)
)

// compiler: one that compiles, but does not link, /dev/null or its standard input to nowhere; or one that is asked
// about itself. The text that it compiles includes nothing.
func compiler(a *analysis, c *call, path string) bool {
	var (
		lang, out string
		sources   []string
		asked     bool
		has       = map[string]bool{}
	)
	for i := 0; i < len(c.args); i++ {
		w := c.args[i]
		next := ""
		if i+1 < len(c.args) {
			next = c.args[i+1]
		}
		ok := true
		switch {
		case w == "-x":
			lang = next
			i++
		case w == "-o":
			out, ok = next, next == "/dev/null" || next == "-" || a.scratch(next)
			i++
		case w == "--param":
			ok = paramWord.MatchString(next)
			i++
		case w == "-mllvm":
			ok = llvmWord.MatchString(next)
			i++
		case w == "-D" || w == "-U":
			ok = macroWord.MatchString(next) && includesNothing(next)
			i++
		case w == "-" || w == "/dev/null":
			sources = append(sources, w)
		case compilerAnswers.MatchString(w):
			asked = true
		case strings.HasPrefix(w, "-print-file-name="):
			asked, ok = true, a.printed(c, path, strings.TrimPrefix(w, "-print-file-name="))
		case strings.HasPrefix(w, "-g"):
			has["-g"] = true
			ok = plainFlag(w)
		case strings.HasPrefix(w, "-D"):
			ok = plainFlag(w) && includesNothing(w)
		default:
			has[w] = true
			ok = plainFlag(w)
		}
		if !ok {
			return false
		}
	}
	if len(sources) == 0 {
		if !asked || out != "" {
			return false
		}
	} else {
		text := c.in.text
		if sources[0] == "/dev/null" {
			text = ""
		} else if !c.in.own || !c.in.known {
			return false
		}
		quiet := has["-E"] || has["-fsyntax-only"]
		switch {
		case len(sources) > 1 || lang != "c" && lang != "assembler" && lang != "assembler-with-cpp" || !includesNothing(text):
			return false
		case !quiet && !has["-c"] && !has["-S"], !quiet && out == "":
			return false // it links, or leaves a file
		case (has["-E"] || has["-S"]) && has["-g"]:
			a.in.Here = true // debug information names the directory
		}
	}
	for _, name := range []string{"DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES", "COMPILER_PATH", "GCC_EXEC_PREFIX",
		"CCC_OVERRIDE_OPTIONS", "AS_SECURE_LOG_FILE"} {
		if c.env.get(name) != "" {
			return false
		}
	}
	a.in.Compilers = addOnce(a.in.Compilers, c.name)
	return true
}

// printed notes where a compiler looks for a file whose name it is asked to complete.
func (a *analysis) printed(c *call, path, name string) bool {
	if name == "" || strings.ContainsAny(name, "/\x01") {
		return false
	}
	tc := a.helpers.of(path, a.dir, c.env)
	if tc == nil {
		return false
	}
	for _, d := range tc.libraries {
		file := filepath.Join(d, name)
		a.in.addFile(file)
		if identity(file) != factAbsent {
			break
		}
	}
	return true
}

// Text that a compiler or an assembler could take to read another file, to ask for the time, or to make such a word
// up. Words are looked for with all that may stand between their parts taken out: spaces, quotes, ends of lines.
var forbidden = []string{"include", "incbin", "embed", "import", "pragma", "macro", "__time", "__date",
	"timestamp", "##", "??", "%:"}

var between = strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", `"`, "", `'`, "", "\v", "", "\f", "",
	"defined(", "")

// includesNothing reports whether all that decides what becomes of a text is the text. No backslash: any letter could
// stand behind it, written as a number.
func includesNothing(text string) bool {
	if strings.ContainsAny(text, "\\\x00\x01") {
		return false
	}
	bare := strings.ToLower(between.Replace(text))
	for _, w := range forbidden {
		if strings.Contains(bare, w) {
			return false
		}
	}
	// Macros could put a word together.
	return !strings.Contains(bare, "define") && (!strings.Contains(bare, "asm") || !strings.Contains(bare, "#"))
}
