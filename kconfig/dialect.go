package kconfig

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A Dialect is the set of switches in which generations of the C tool differ. Each switch is read off the tree's own
// scripts/kconfig sources by one test, written next to it in detect; docs/kconfig.md lists them. No switch is derived
// from a version number or from another switch, because stable updates and vendors move pieces about.
type Dialect struct {
	// Language.
	OldLexer        bool     // zconf.l: command and parameter states, few reserved words
	SilentJunk      bool     // unknown characters are dropped without a word
	NoDashCommand   bool     // command words end at a dash
	Macros          bool     // $(...) and assignments
	Relational      bool     // < <= > >=
	Modules         bool     // the bare property modules
	Option          bool     // option modules, defconfig_list, env, allnoconfig_y
	OptionEnv       bool     // option env="X" and $SYM in strings
	AllNoConfigY    bool     // option allnoconfig_y
	Optional        bool     // optional in a choice
	ChoiceCommon    bool     // a choice may hold menuconfig and source
	NamedChoice     bool     // choice NAME
	Imply           bool     // imply
	BooleanWord     bool     // boolean besides bool
	DashHelp        bool     // ---help---
	BusyBox         bool     // the forked 2.6 parser of BusyBox, with its own writers
	Transitional    bool     // the bare property transitional
	CondDepends     bool     // depends on X if Y
	StmtErrorLine   bool     // syntax errors name the line of the statement, not the one after
	NoFinalEOL      bool     // a top-level file must end with a newline
	EOLWarning      bool     // warn about a missing newline at the end of a file
	StdoutErrors    bool     // lexer and parser complaints go to standard output
	RewriteMEarly   bool     // m becomes m && MODULES while parsing
	HelpWarnings    bool     // warn about repeated and blank help texts
	BooleanName     bool     // messages say boolean for bool
	OldTypeWarning  bool     // "type of 'X' redefined from"
	MembersCheck    bool     // choice members must have a prompt and be bool, as errors
	StmtFile        bool     // messages name the file in which the statement started
	TitleFirst      bool     // the default title is set before the first statement
	IfLookahead     bool     // an if block is said to be where the next statement is
	LateTargets     bool     // the target of a select comes into being after its condition
	PredefinedEnv   []string // symbols that take their values from the environment before parsing
	UnameRelease    bool     // UNAME_RELEASE is predefined
	HelpErrors      bool     // repeated and blank help texts, and menuconfig without prompt, are errors
	ShellBytes      int      // what is kept of the output of $(shell,...)
	QuotedLoop      bool     // inclusion loops are reported in one line with quoted names
	RepeatedInclude bool     // including a file twice is an error

	// Data model and values.
	NewChoices        bool // boolean choices with a priority list
	SharedExprs       bool // expressions are shared and keep their values
	ChoiceNewInRead   bool // that a choice has a new member is found after reading, not in its calculation
	CancelNegated     bool // an operand that negates the rest of its level makes the level constant
	BrokenNotEqualYes bool // A!=y for bool A is always y
	TransBool         bool // A!=n becomes A in conditions of symbols that are not tristate
	MenuLinks         bool // definitions are linked from the symbol, not through a property
	TypedConstants    bool // y, m and n are tristates in messages and comparisons
	NumericTristate   bool // < and > order n, m, y by value, not by spelling
	StringCompare     bool // = and != compare text only
	PromptDeps        bool // children depend on the prompt's condition of their parent
	StickyWrite       bool // members of choices keep the mark of being written
	ModulesByName     bool // a symbol called MODULES rules without being declared
	IntRanges         bool // numbers are checked against ranges in 32 bits
	RangeText         bool // a clamped value takes the text of the bound
	DropOutOfRange    bool // values from a file outside their range count as unset
	ResetInvisible    bool // values of invisible symbols are forgotten after reading
	NumberStart       bool // int and hex start from 0 and 0x0
	QuietDefaultN     bool // an invisible symbol with default n is not written
	ImplyObeysDeps    bool // imply is limited by direct dependencies
	ImpliedNotMod     bool // a tristate that is implied y cannot be m
	UnmetAnyLevel     bool // unmet dependencies are reported for m below y too
	UnmetOldStyle     bool // one-line unmet dependency warnings
	NoUnmet           bool // no such warnings
	VisibleSetsUser   bool // looking at a symbol with visible children marks it as set
	ByteSumHash       bool
	HashSize          uint32

	// Dependency loops.
	LoopFatal       bool
	LoopMenuOrder   bool
	LoopPos         bool   // messages carry file and line
	LoopAdviceStep  bool   // the advice follows every step
	LoopAdviceFirst bool   // and before it
	LoopAdvice      string // file named in the advice, empty for none

	// Modes.
	Modes               map[string]bool // long options
	ShortSilent         bool            // -s
	DefaultConfig       string          // what --defconfig reads without an argument, to be expanded; empty for .config
	Usage               string          // the program's own text about its options, %s for its name; empty for ours
	MissingStdout       bool            // a missing file argument is reported on standard output
	HelpOption          bool            // -h exists and unknown options are ignored
	SyncConfig          bool            // syncconfig instead of silentoldconfig
	SyncMissingFatal    bool            // the sync modes need a .config
	Seed                bool
	SeedStdout          bool
	Probability         bool
	RandomMenuOrder     bool // prompted symbols in menu order; else the table, until stable
	AllConfigAlways     bool // allno.config and all.config are read even if KCONFIG_ALLCONFIG is unset
	DefconfigList       bool // KCONFIG_DEFCONFIG_LIST
	DefconfigListHidden bool // that symbol is never written
	DefconfigListSym    bool // option defconfig_list
	DefconfigOptional   bool // --defconfig without a file
	ListNewValues       bool // listnewconfig prints values and members
	OnlyNewMenus        bool // oldconfig enters only menus with new symbols
	Echo                bool // answers are echoed when not on a terminal
	EmptyEcho           bool // an empty line is printed after each answer instead
	HelpMark            bool // /? only for entries with help
	EOFExit             bool // a new number without value at end of input ends the run
	WError              bool
	WErrorSyms          bool // unmet dependencies count for KCONFIG_WERROR
	WarnUnknown         bool
	LocationAbove       bool // a location in help starts above the entry and may be missing
	HelpNew             bool // definitions are listed one by one in help
	HelpPromptPos       bool // help says after each prompt where it is defined
	SyncRedirected      bool // silentoldconfig refuses to ask when redirected
	ErrorsStdout        bool // a missing defconfig is reported on standard output
	WriteUpdateWord     bool // "update" instead of "sync" in an error

	// Files.
	FixedPrefix      bool // CONFIG_ cannot be changed
	EndOf            bool // # end of MENU
	EndOfEmpty       bool // also for menus without entries
	NoChange         bool // an unchanged .config is left alone
	OldTempName      bool // .tmpconfig.PID
	RawStrings       bool // strings are neither quoted on writing nor unquoted on reading
	AutoUnquoted     bool // auto.conf strings have no quotes
	LongCHeading     bool // the header's comment has empty lines
	EnabledMacros    bool // __enabled_ lines
	TristateConf     bool
	RustcCfg         bool
	LowerTouch       bool // include/config/foo/bar.h
	WriteClears      bool // writing a symbol takes its mark of being written
	AutoClears       bool // the generated files start from dropped values
	TouchChdir       bool // touched files are below include/config whatever auto.conf is called
	TmpConfig        bool // generated files are written as .tmpconfig* first
	TouchVanished    bool // symbols that are gone are touched while auto.conf is read
	AutoDefines      bool // names in auto.conf come to be symbols, so those that are gone have an old value only
	CmdStyle         cmdStyle
	AutoAlways       bool // every writing mode creates missing auto files
	SyncAlways       bool // sync modes always write auto files
	NotSetPrefix     bool // text after "is not set" is ignored
	NotSetBlank      bool // a blank must follow #
	NNumberInvalid   bool // "is not set" for a number is an invalid value
	NoEqualWarns     bool // CONFIG_X without = is unexpected data
	UnexpectedText   bool // unexpected data is quoted
	DefaultTitle     string
	TitleBuffer      bool // the text of a heading is cut at 255 bytes
	AutoWarns        bool // invalid values in auto.conf are reported as those in .config are
	ShortLines       int  // size of the line buffer for .config, 0 for none
	DefaultZero      bool // an empty int default counts as 0 in savedefconfig
	AutoValidReset   bool // reading auto.conf drops all calculated values
	MakeDirs         bool // missing directories of generated files are made
	MakeConfigDirs   bool // and that of .config
	RevdepLists      bool // selected by lists instead of one expression
	WarnChangedInput bool
}

type cmdStyle uint8

const (
	cmdOld  cmdStyle = iota // reversed, last file without backslash, AUTO: $(deps_config) in two lines
	cmdMid                  // reversed, AUTO: $(deps_config) in one line
	cmdNew                  // in order, autoconfig := AUTO
	cmdBusy                 // BusyBox
)

// NewestDialect is the dialect assumed for a tree without scripts/kconfig.
func NewestDialect() *Dialect {
	return &Dialect{
		Macros: true, Relational: true, Modules: true, Imply: true, StmtErrorLine: true, NoFinalEOL: true, EOLWarning: true,
		HelpWarnings: true, MembersCheck: true,
		NewChoices: true, SharedExprs: true, BrokenNotEqualYes: true, MenuLinks: true, TypedConstants: true, NumericTristate: true,
		RangeText: true, NumberStart: true, QuietDefaultN: true, ImplyObeysDeps: true, UnmetAnyLevel: true, HashSize: 1 << 14,
		LoopFatal: true, LoopMenuOrder: true, LoopAdvice: "Documentation/kbuild/kconfig-language.rst",
		Modes: modeSet("help", "silent", "oldaskconfig", "oldconfig", "syncconfig", "defconfig", "savedefconfig", "allnoconfig",
			"allyesconfig", "allmodconfig", "alldefconfig", "randconfig", "listnewconfig", "helpnewconfig", "olddefconfig",
			"yes2modconfig", "mod2yesconfig", "mod2noconfig"),
		ShortSilent: true, HelpOption: true, SyncConfig: true, Seed: true, SeedStdout: true, Probability: true, RandomMenuOrder: true,
		DefconfigList: true, ListNewValues: true, OnlyNewMenus: true, Echo: true, EOFExit: true, WError: true, WErrorSyms: true,
		WarnUnknown: true, HelpNew: true,
		EndOf: true, EndOfEmpty: true, NoChange: true, AutoUnquoted: true, RustcCfg: true, TouchVanished: true, CmdStyle: cmdNew,
		AutoAlways: true, SyncAlways: true, NotSetBlank: true, NNumberInvalid: true, NoEqualWarns: true, UnexpectedText: true,
		ShellBytes: maxShellOutput, DefaultTitle: "Main menu", DefaultZero: true, MakeDirs: true, MakeConfigDirs: true, RevdepLists: true,
	}
}

func modeSet(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// sources are the texts of a tree's scripts/kconfig directory, by name; missing files are empty.
type sources struct{ dir string }

func (s sources) text(names ...string) string {
	for _, n := range names {
		if b, err := os.ReadFile(filepath.Join(s.dir, n)); err == nil {
			return string(b)
		}
	}
	return ""
}

func (s sources) exists(name string) bool {
	_, err := os.Stat(filepath.Join(s.dir, name))
	return err == nil
}

// function returns the text of one C function: from the line where its name starts a definition to the closing brace in
// the first column. Functions that are absent are empty.
func function(src, name string) string {
	for from := 0; ; {
		i := strings.Index(src[from:], name+"(")
		if i < 0 {
			return ""
		}
		i += from
		from = i + len(name)
		start := strings.LastIndexByte(src[:i], '\n') + 1
		if i > start && wordByte[src[i-1]] || src[start] == ' ' || src[start] == '\t' || strings.ContainsAny(src[start:i], "=;{}(#") {
			continue
		}
		end := strings.IndexAny(src[i:], ";{}")
		if end < 0 || src[i+end] != '{' || src[i+end-1] != '\n' {
			continue // a declaration
		}
		body := src[start:]
		if j := strings.Index(body, "\n}"); j >= 0 {
			return body[:j]
		}
		return body
	}
}

var longOption = regexp.MustCompile(`\{\s*"([a-z0-9]+)",\s*(no|required|optional)_argument`)

// hasTool reports whether a tree holds sources that the dialect can be read off.
func hasTool(tree string) bool {
	s := sources{filepath.Join(tree, "scripts", "kconfig")}
	return s.exists("conf.c") && s.exists("confdata.c")
}

// Imitates reports whether the sources in dir, a tree's scripts/kconfig, are those of a conf that [ConfMain] can stand in for: it has the
// options with long names that conf has had since linux 2.6.36, or is BusyBox's.
func Imitates(dir string) bool {
	s := sources{dir}
	data := s.text("confdata.c")
	return data != "" && (strings.Contains(s.text("conf.c"), "getopt_long") || isBusyBox(s.text("parser.y", "zconf.y"), data))
}

func isBusyBox(grammar, data string) bool {
	return strings.Contains(grammar, "Busybox") || strings.Contains(data, "Busybox version")
}

// DetectDialect reads the switches off the scripts/kconfig directory of a source tree. A tree without one gets
// NewestDialect.
func DetectDialect(tree string) Dialect {
	s := sources{filepath.Join(tree, "scripts", "kconfig")}
	conf := s.text("conf.c")
	data := s.text("confdata.c")
	if conf == "" || data == "" {
		return *NewestDialect()
	}
	return detect(s, conf, data)
}

func detect(s sources, conf, data string) Dialect {
	has := strings.Contains
	sym, menu, expr := s.text("symbol.c"), s.text("menu.c"), s.text("expr.c")
	util, prep := s.text("util.c"), s.text("preprocess.c")
	lexer := s.text("lexer.l", "zconf.l")
	grammar := s.text("parser.y", "zconf.y")
	keywords := s.text("zconf.gperf", "kconf_id.c", "lexer.l")
	headers := s.text("expr.h") + s.text("internal.h") + s.text("lkc.h") + s.text("lkc_proto.h")
	main := function(conf, "main")
	calc := function(sym, "sym_calc_value")
	read := function(data, "conf_read_simple")
	setval := function(data, "conf_set_sym_val")
	allNew := function(conf, "conf_set_all_new_symbols") + function(data, "conf_set_all_new_symbols")
	recursive := function(sym, "sym_check_print_recursive")
	autocmd := function(data, "conf_write_autoconf_cmd")
	finalize := function(menu, "menu_finalize") + function(menu, "_menu_finalize")
	transform := function(expr, "expr_transform")

	d := Dialect{}
	d.BusyBox = isBusyBox(grammar, data)
	d.OldLexer = s.exists("zconf.l")
	d.SilentJunk = !has(lexer, "ignoring unsupported character")
	d.NoDashCommand = d.OldLexer && !has(lexer, "A-Za-z0-9_-]")
	d.Macros = prep != ""
	d.Relational = has(grammar, "T_LESS")
	d.Modules = has(grammar, "config_option: T_MODULES")
	d.Option = has(grammar, "T_OPTION") && has(regexpReplace(grammar, "T_OPTIONAL"), "T_OPTION")
	d.OptionEnv = d.Option && has(keywords, "T_OPT_ENV")
	d.AllNoConfigY = has(keywords, "allnoconfig_y")
	d.Optional = has(grammar, "T_OPTIONAL")
	d.NamedChoice = has(grammar, "T_CHOICE word_opt") || d.BusyBox && has(grammar, "word_opt")
	d.ChoiceCommon = has(grammar, "choice_block common_stmt") || has(grammar, "choice_block:")
	d.Imply = has(grammar, "T_IMPLY")
	d.BooleanWord = regexp.MustCompile(`"?\bboolean"?,`).MatchString(keywords)
	d.DashHelp = has(keywords, "---help---") || d.OldLexer && d.SilentJunk
	d.Transitional = has(grammar, "T_TRANSITIONAL")
	d.CondDepends = has(grammar, "T_DEPENDS T_ON expr if_expr")
	d.StmtErrorLine = !has(function(grammar, "yyerror")+function(grammar, "zconferror"), "+ 1")
	d.EOLWarning = has(lexer, "no new line at end of file")
	d.NoFinalEOL = d.EOLWarning && !eofSuppliesLine(lexer)
	d.StdoutErrors = has(lexer, `printf("%s:%d:warning: multi-line`) && !has(lexer, "\"%s:%d:warning: multi-line strings not supported\\n\",\n") ||
		has(function(lexer, "zconf_initscan"), "\tprintf(")
	d.RewriteMEarly = has(menu, "menu_check_dep")
	d.HelpWarnings = has(grammar, "more than one help text -- only")
	d.BooleanName = has(function(sym, "sym_type_name"), `"boolean"`)
	d.OldTypeWarning = has(menu, "redefined from '%s' to '%s'")
	d.MembersCheck = has(grammar, "choice member must have a prompt")
	d.StmtFile = has(lexer, "zconf_curname")
	d.TitleFirst = d.OldLexer && !has(grammar, "menu_has_prompt")
	d.IfLookahead = has(grammar, "T_IF expr nl")
	d.LateTargets = !has(grammar, "nonconst_symbol")
	for _, m := range regexp.MustCompile(`p = getenv\("([A-Z]+)"\)`).FindAllStringSubmatch(function(sym, "sym_init"), -1) {
		d.PredefinedEnv = append(d.PredefinedEnv, m[1])
	}
	d.UnameRelease = has(sym, "UNAME_RELEASE")
	d.HelpErrors = has(grammar, `zconf_error("menuconfig statement without prompt`)
	d.ShellBytes = maxShellOutput
	if m := regexp.MustCompile(`char buf\[(\d+)\]`).FindStringSubmatch(function(s.text("preprocess.c"), "do_shell")); m != nil {
		d.ShellBytes = atoi(m[1]) - 1
	}
	d.QuotedLoop = has(lexer, "%s:%d: recursive inclusion detected")
	d.RepeatedInclude = has(lexer, "Repeated inclusion") || has(util+lexer, "repeated inclusion")

	d.NewChoices = has(headers, "choice_members")
	d.SharedExprs = has(expr, "val_is_valid") || has(expr, "expr_hashtable")
	d.ChoiceNewInRead = has(function(data, "conf_read"), "flags | ~SYMBOL_DEF_USER")
	d.CancelNegated = has(expr, "expr_eliminate_dups2")
	d.BrokenNotEqualYes = has(transform, "expr_alloc_one(E_NOT, e->left.expr)")
	d.TransBool = has(finalize, "expr_trans_bool")
	d.MenuLinks = !has(menu, "P_SYMBOL")
	d.TypedConstants = has(section(sym, "symbol_yes = {", "}"), ".type")
	d.NumericTristate = has(section(expr, "expr_parse_string", "\n}"), `strcmp(str, "n")`)
	d.StringCompare = !has(expr, "expr_parse_string")
	d.PromptDeps = has(finalize, "parentdep = parent->prompt->visible.expr")
	d.StickyWrite = regexp.MustCompile(`if \(!sym_is_choice_value\(sym\)\)\s*sym->flags &= ~SYMBOL_WRITE`).MatchString(calc)
	d.ModulesByName = has(grammar, `sym_lookup("MODULES"`)
	d.IntRanges = has(sym, "static int sym_get_range_val")
	d.RangeText = has(function(sym, "sym_validate_range"), "range_sym")
	d.DropOutOfRange = has(function(data, "conf_read"), "sym_string_within_range")
	d.ResetInvisible = has(function(data, "conf_read"), "visible == no")
	d.NumberStart = has(calc, `"0x0"`)
	d.QuietDefaultN = regexp.MustCompile(`if \(newval\.tri != no\)\s*sym->flags \|= SYMBOL_WRITE`).MatchString(calc)
	d.ImplyObeysDeps = regexp.MustCompile(`EXPR_AND\(newval\.tri,\s*sym->dir_dep\.tri\)`).MatchString(calc)
	d.ImpliedNotMod = has(function(sym, "sym_tristate_within_range"), "implied.tri == yes")
	d.UnmetAnyLevel = has(calc, "dir_dep.tri < sym->rev_dep.tri")
	d.UnmetOldStyle = has(sym, "selects %s which has unmet") || has(sym, "which has unmet direct")
	d.NoUnmet = !has(sym, "unmet direct dependencies")
	d.VisibleSetsUser = has(function(menu, "menu_is_visible"), "SYMBOL_DEF_USER")
	d.ByteSumHash = !has(sym, "fnv32") && !has(util+sym+s.text("lkc_proto.h")+headers, "hash_str") && !has(sym, "0x01000193")
	d.HashSize = hashSize(headers)

	d.LoopFatal = regexp.MustCompile(`sym_check_deps\(\w+(->sym)?\)\)\s*\n\s*yynerrs\+\+`).MatchString(grammar) ||
		regexp.MustCompile(`sym_check_deps\(\w+(->sym)?\)\)\s*\n\s*zconfnerrs\+\+`).MatchString(grammar)
	if has(function(sym, "sym_check_deps"), "sym2 == sym") {
		d.LoopFatal = false
	}
	d.LoopMenuOrder = regexp.MustCompile(`menu_for_each_entry\(menu\) \{[^}]*sym_check_deps`).MatchString(grammar)
	d.LoopPos = has(recursive, ":error: recursive dependency")
	if m := regexp.MustCompile(`For a resolution refer to ([^\\"]+)`).FindStringSubmatch(recursive); m != nil {
		d.LoopAdvice = m[1]
	}
	d.LoopAdviceFirst = strings.Index(recursive, "For a resolution") < strings.Index(recursive, "value contains")
	d.LoopAdviceStep = d.LoopAdvice != "" && strings.Count(recursive, "fprintf(stderr,\n\t\t\"For a resolution") == 0 &&
		!regexp.MustCompile(`(?m)^\tfprintf\(stderr,\s*$|^\tfprintf\(stderr,\s*\n?\s*"For a res`).MatchString(recursive)

	d.Modes = map[string]bool{}
	for _, m := range longOption.FindAllStringSubmatch(conf, -1) {
		d.Modes[m[1]] = true
		if m[1] == "defconfig" && m[2] == "optional" {
			d.DefconfigOptional = true
		}
	}
	d.ShortSilent = d.Modes["silent"] || has(main, `"s"`) || has(main, `"hs"`)
	d.HelpOption = has(main, `"hs"`)
	d.SyncConfig = d.Modes["syncconfig"]
	d.SyncMissingFatal = has(main, "*** Configuration file")
	d.Seed = has(conf, "KCONFIG_SEED")
	d.SeedStdout = regexp.MustCompile(`[^f]printf\(\s*"KCONFIG_SEED`).MatchString(conf)
	d.Probability = has(conf+data, "KCONFIG_PROBABILITY")
	d.RandomMenuOrder = has(allNew, "menu_for_each_entry")
	d.AllConfigAlways = !has(main, "KCONFIG_ALLCONFIG set, but no")
	d.DefconfigList = has(read, "KCONFIG_DEFCONFIG_LIST")
	d.DefconfigListHidden = regexp.MustCompile(`sym_defconfig_list->flags\s*\|=`).MatchString(menu)
	d.DefconfigListSym = has(data, "sym_defconfig_list")
	d.ListNewValues = has(conf, "print_symbol_for_listconfig") || has(conf, "%s%s=%s\\n") || has(conf, "print_symbol_for_list")
	d.OnlyNewMenus = has(function(conf, "conf"), "oldaskconfig && rootEntry != menu") || has(function(conf, "conf"), "input_mode != oldaskconfig")
	d.Echo = has(function(conf, "xfgets"), "tty_stdio")
	d.EmptyEcho = !d.Echo && has(function(conf, "conf_askvalue"), `printf("\n")`)
	d.HelpMark = has(conf, "if (sym->help)") || has(conf, "menu_has_help(menu)") && has(conf, `printf("/?")`)
	d.EOFExit = has(function(conf, "conf_string"), "feof(stdin)")
	d.WError = has(conf+data, "KCONFIG_WERROR")
	d.WErrorSyms = has(conf, "sym_dep_errors")
	d.WarnUnknown = has(data, "KCONFIG_WARN_UNKNOWN_SYMBOLS")
	d.Usage = printedText(function(conf, "conf_usage"))
	d.MissingStdout = regexp.MustCompile(`\bprintf\(_?\(?"%s: Kconfig file missing`).MatchString(conf)
	d.HelpPromptPos = has(function(menu, "get_prompt_str"), "Defined at %s:%d")
	d.LocationAbove = has(function(menu, "get_prompt_str"), "menu = prop->menu->parent")
	d.HelpNew = has(menu, "Print the definitions with prompts") || has(menu, `"Defined at %s:%d\n"`)
	d.SyncRedirected = has(conf, "Console input/output is redirected")
	d.ErrorsStdout = regexp.MustCompile(`[^f]printf\(_?\(?\s*"\*\*\*\\n`).MatchString(main)
	d.WriteUpdateWord = has(main, "Error during update of the configuration")

	d.FixedPrefix = !has(headers, `getenv( "CONFIG_"`) && !has(headers, `getenv("CONFIG_")`)
	d.EndOf = has(data, "# end of")
	d.EndOfEmpty = has(data, "end_check")
	d.NoChange = has(data, "No change to")
	d.OldTempName = has(data, ".tmpconfig.%d")
	d.RawStrings = has(setval, "p[strlen(p) - 1]")
	d.AutoUnquoted = has(data, "No escaping for S_DEF_AUTO") || has(data, "escape_string") && has(data, "print_symbol_for_autoconf")
	d.LongCHeading = !has(data, "decoration")
	d.EnabledMacros = has(data, "__enabled_")
	d.TristateConf = has(data, "KCONFIG_TRISTATE")
	d.RustcCfg = has(data, "KCONFIG_RUSTCCFG")
	d.LowerTouch = has(data, "tolower")
	d.WriteClears = !has(data, "SYMBOL_WRITTEN")
	d.AutoClears = has(function(data, "conf_write_autoconf"), "sym_clear_all_valid")
	d.TouchChdir = has(data, `chdir("include/config")`)
	d.TmpConfig = has(data, `".tmpconfig_tristate"`) || has(data, `".tmpconfig.h"`)
	d.TouchVanished = has(read, "conf_touch_dep")
	d.AutoDefines = has(read, "sym_lookup(")
	switch {
	case d.BusyBox:
		d.CmdStyle = cmdBusy
	case has(autocmd, "autoconfig :="):
		d.CmdStyle = cmdNew
	case has(autocmd, `%s: $(deps_config)`):
		d.CmdStyle = cmdMid
	}
	d.AutoAlways = has(data, "is_present(autoconf_name)") || has(data, "!overwrite && is_present")
	d.SyncAlways = d.AutoAlways || has(main, "syncconfig")
	d.NotSetPrefix = has(read, `"is not set", 10`)
	d.NotSetBlank = has(read, "line[1] != ' '")
	d.NNumberInvalid = has(read, `val = "n"`)
	d.NoEqualWarns = strings.Count(read, "unexpected data") > 1
	d.UnexpectedText = has(read, "unexpected data: ")
	d.DefaultTitle = "Linux Kernel Configuration"
	if m := regexp.MustCompile(`"(Main menu|[A-Za-z ]*Configuration)"`).FindStringSubmatch(grammar); m != nil {
		d.DefaultTitle = m[1]
	}
	d.AutoWarns = setval != "" && !has(setval, "S_DEF_AUTO")
	d.TitleBuffer = has(function(data, "conf_write_heading"), "char buf[256]")
	if m := regexp.MustCompile(`char line\[(\d+)\]`).FindStringSubmatch(read); m != nil && !has(read, "getline") {
		d.ShortLines = atoi(m[1])
	}
	d.DefaultZero = has(function(sym, "sym_get_string_default"), `"0x0"`)
	d.AutoValidReset = regexp.MustCompile(`def_flags\s*\|\s*SYMBOL_VALID`).MatchString(read)
	d.MakeDirs = has(data, "make_parent_dir")
	d.MakeConfigDirs = has(function(data, "conf_write"), "make_parent_dir")
	d.RevdepLists = has(menu, "Selected by [y]")
	if m := regexp.MustCompile(`conf_defname\[\] = "([^"]*)"`).FindStringSubmatch(data); m != nil {
		d.DefaultConfig = m[1]
	}
	d.WarnChangedInput = has(data, "KCONFIG_WARN_CHANGED_INPUT")
	return d
}

func regexpReplace(s, drop string) string { return strings.ReplaceAll(s, drop, "") }

// section returns the text from the first occurrence of start to the next end after it.
func section(src, start, end string) string {
	i := strings.Index(src, start)
	if i < 0 {
		return ""
	}
	rest := src[i:]
	if j := strings.Index(rest, end); j >= 0 {
		return rest[:j]
	}
	return rest
}

// eofSuppliesLine reports whether the lexer ends an unfinished last line of the top-level file as it does those of
// included files.
func eofSuppliesLine(lexer string) bool {
	rule := lexer
	if i := strings.Index(lexer, "no new line at end of file"); i >= 0 {
		rule = lexer[i:]
	}
	return strings.Contains(rule, "if (current_file)")
}

func hashSize(headers string) uint32 {
	if m := regexp.MustCompile(`SYMBOL_HASHSIZE\s+\(?\s*1U?\s*<<\s*(\d+)`).FindStringSubmatch(headers); m != nil {
		if n := atoi(m[1]); n > 0 && n < 31 {
			return 1 << n
		}
	}
	if m := regexp.MustCompile(`SYMBOL_HASHSIZE\s+(\d+)`).FindStringSubmatch(headers); m != nil {
		if n := atoi(m[1]); n > 0 {
			return uint32(n)
		}
	}
	return 9973
}

var cPrintf = regexp.MustCompile(`printf\(([^;]*)\);`)
var cLiteral = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)

// printedText joins the string literals that a C function prints, one after the other.
func printedText(body string) string {
	var b strings.Builder
	for _, call := range cPrintf.FindAllStringSubmatch(body, -1) {
		for _, lit := range cLiteral.FindAllStringSubmatch(call[1], -1) {
			s, err := strconv.Unquote(`"` + lit[1] + `"`)
			if err != nil {
				return ""
			}
			b.WriteString(s)
		}
	}
	return b.String()
}
