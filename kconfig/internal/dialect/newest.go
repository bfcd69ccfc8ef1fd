// The dialect that is assumed where there are no sources to read it off.

package dialect

// maxShellOutput is what the newer C tools keep of a command's output, in bytes.
const maxShellOutput = 4095

// Newest is the dialect assumed for a tree without scripts/kconfig.
func Newest() *Dialect {
	return &Dialect{
		Language: Language{
			Macros: true, Relational: true, Modules: true, Imply: true, StmtErrorLine: true, NoFinalEOL: true,
			EOLWarning: true, HelpWarnings: true, MembersCheck: true, ShellBytes: maxShellOutput,
		},
		Values: Values{
			NewChoices: true, SharedExprs: true, BrokenNotEqualYes: true, MenuLinks: true,
			TypedConstants: true, NumericTristate: true, RangeText: true, NumberStart: true,
			QuietDefaultN: true, ImplyObeysDeps: true, UnmetAnyLevel: true, HashSize: 1 << 14,
		},
		Loops: Loops{
			LoopFatal: true, LoopMenuOrder: true, LoopAdvice: "Documentation/kbuild/kconfig-language.rst",
		},
		Program: Program{
			Modes: modeSet("help", "silent", "oldaskconfig", "oldconfig", "syncconfig", "defconfig", "savedefconfig",
				"allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig", "randconfig", "listnewconfig", "helpnewconfig",
				"olddefconfig", "yes2modconfig", "mod2yesconfig", "mod2noconfig"),
			ShortSilent: true, HelpOption: true, Seed: true, SeedStdout: true,
			Probability: true, RandomMenuOrder: true, DefconfigList: true, ListNewValues: true,
			OnlyNewMenus: true, Echo: true, EOFExit: true, WError: true, WErrorSyms: true, WarnUnknown: true,
			HelpNew: true, RevdepLists: true, JumpsInText: true,
		},
		Files: Files{
			EndOf: true, EndOfEmpty: true, NoChange: true, AutoUnquoted: true, RustcCfg: true,
			TouchVanished: true, CmdStyle: CmdNew, AutoAlways: true, SyncAlways: true, NotSetBlank: true,
			NNumberInvalid: true, NoEqualWarns: true, UnexpectedText: true, DefaultTitle: "Main menu",
			DefaultZero: true, MakeDirs: true, MakeConfigDirs: true,
		},
	}
}

func modeSet(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
