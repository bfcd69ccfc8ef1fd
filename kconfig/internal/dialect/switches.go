// The switches themselves: what generations of the C tool do differently.

package dialect

// A Dialect is the set of switches in which generations of the C tool differ. Each switch is read off the tree's own
// scripts/kconfig sources by one test (table.go); docs/kconfig.md lists them. No switch is derived from a version
// number or from another switch, because stable updates and vendors move pieces about.
type Dialect struct {
	Language
	Values
	Loops
	Program
	Files
}

// Language are the switches for the language: lexers and grammars, reserved words, macros, and where complaints go.
type Language struct {
	OldLexer       bool     // zconf.l: command and parameter states, few reserved words
	SilentJunk     bool     // unknown characters are dropped without a word
	NoDashCommand  bool     // command words end at a dash
	Macros         bool     // $(...) and assignments
	Relational     bool     // < <= > >=
	Modules        bool     // the bare property modules
	Option         bool     // option modules, defconfig_list, env, allnoconfig_y
	OptionEnv      bool     // option env="X" and $SYM in strings
	AllNoConfigY   bool     // option allnoconfig_y
	Optional       bool     // optional in a choice
	ChoiceCommon   bool     // a choice may hold menuconfig and source
	NamedChoice    bool     // choice NAME
	Imply          bool     // imply
	BooleanWord    bool     // boolean besides bool
	DashHelp       bool     // ---help---
	BusyBox        bool     // the forked 2.6 parser of BusyBox, with its own writers
	Transitional   bool     // the bare property transitional
	CondDepends    bool     // depends on X if Y
	StmtErrorLine  bool     // syntax errors name the line of the statement, not the one after
	NoFinalEOL     bool     // a top-level file must end with a newline
	EOLWarning     bool     // warn about a missing newline at the end of a file
	StdoutErrors   bool     // lexer and parser complaints go to standard output
	RewriteMEarly  bool     // m becomes m && MODULES while parsing
	HelpWarnings   bool     // warn about repeated and blank help texts
	BooleanName    bool     // messages say boolean for bool
	OldTypeWarning bool     // "type of 'X' redefined from"
	MembersCheck   bool     // choice members must have a prompt and be bool, as errors
	StmtFile       bool     // messages name the file in which the statement started
	TitleFirst     bool     // the default title is set before the first statement
	IfLookahead    bool     // an if block is said to be where the next statement is
	LateTargets    bool     // the target of a select comes into being after its condition
	PredefinedEnv  []string // symbols that take their values from the environment before parsing
	UnameRelease   bool     // UNAME_RELEASE is predefined
	HelpErrors     bool     // repeated and blank help texts, and menuconfig without prompt, are errors
	ShellBytes     int      // what is kept of the output of $(shell,...)
	QuotedLoop     bool     // inclusion loops are reported in one line with quoted names
}

// Values are the switches for the data model and the values that follow from it.
type Values struct {
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
}

// Loops are the switches for how dependency loops are looked for and reported.
type Loops struct {
	LoopFatal       bool
	LoopMenuOrder   bool
	LoopPos         bool   // messages carry file and line
	LoopAdviceStep  bool   // the advice follows every step
	LoopAdviceFirst bool   // and before it
	LoopAdvice      string // file named in the advice, empty for none
	LoopGoesOn      bool   // a loop counts as none once the search is back at the symbol where it closed
	// Trees up to 4.18 follow conditions of properties in place of the dependencies of a symbol, and nothing for imply.
	LoopNoDirDep, LoopNoImply bool
	// LoopValueFirst: a step says first by which property it goes, and only then that it goes to a choice or its member.
	LoopValueFirst bool
}

// Program are the switches for the program conf: its options, modes and dialogue.
type Program struct {
	Modes               map[string]bool // long options
	ShortSilent         bool            // -s
	DefaultConfig       string          // what --defconfig reads without an argument, to be expanded; empty for .config
	Usage               string          // the program's own text about its options, %s for its name; empty for ours
	MissingStdout       bool            // a missing file argument is reported on standard output
	HelpOption          bool            // -h exists and unknown options are ignored
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
	JumpsInText         bool // what a search found is numbered in its text, not when it is shown
	HelpNew             bool // definitions are listed one by one in help
	RevdepLists         bool // "selected by" is a list instead of one expression
	HelpPromptPos       bool // help says after each prompt where it is defined
	HelpBare            bool // help tells no types, and no values in conditions
	SearchUnsorted      bool // what a search found comes in the order of the symbol table
	SyncRedirected      bool // silentoldconfig refuses to ask when redirected
	ErrorsStdout        bool // a missing defconfig is reported on standard output
	WriteUpdateWord     bool // "update" instead of "sync" in an error
}

// Files are the switches for the files that are read and written.
type Files struct {
	FixedPrefix    bool // CONFIG_ cannot be changed
	EndOf          bool // # end of MENU
	EndOfEmpty     bool // also for menus without entries
	NoChange       bool // an unchanged .config is left alone
	OldTempName    bool // .tmpconfig.PID
	RawStrings     bool // strings are neither quoted on writing nor unquoted on reading
	AutoUnquoted   bool // auto.conf strings have no quotes
	LongCHeading   bool // the header's comment has empty lines
	EnabledMacros  bool // __enabled_ lines
	TristateConf   bool
	RustcCfg       bool
	LowerTouch     bool // include/config/foo/bar.h
	WriteClears    bool // writing a symbol takes its mark of being written
	AutoClears     bool // the generated files start from dropped values
	TouchChdir     bool // touched files are below include/config whatever auto.conf is called
	TmpConfig      bool // generated files are written as .tmpconfig* first
	TouchVanished  bool // symbols that are gone are touched while auto.conf is read
	AutoDefines    bool // names in auto.conf come to be symbols, so those that are gone have an old value only
	CmdStyle       CmdStyle
	AutoAlways     bool // every writing mode creates missing auto files
	SyncAlways     bool // sync modes always write auto files
	NotSetPrefix   bool // text after "is not set" is ignored
	NotSetBlank    bool // a blank must follow #
	NNumberInvalid bool // "is not set" for a number is an invalid value
	NoEqualWarns   bool // CONFIG_X without = is unexpected data
	UnexpectedText bool // unexpected data is quoted
	DefaultTitle   string
	TitleBuffer    bool // the text of a heading is cut at 255 bytes
	AutoWarns      bool // invalid values in auto.conf are reported as those in .config are
	ShortLines     int  // size of the line buffer for .config, 0 for none
	DefaultZero    bool // an empty int default counts as 0 in savedefconfig
	AutoValidReset bool // reading auto.conf drops all calculated values
	MakeDirs       bool // missing directories of generated files are made
	MakeConfigDirs bool // and that of .config
}

// A CmdStyle is a form of auto.conf.cmd.
type CmdStyle uint8

// The forms of auto.conf.cmd.
const (
	CmdOld  CmdStyle = iota // reversed, last file without backslash, AUTO: $(deps_config) in two lines
	CmdMid                  // reversed, AUTO: $(deps_config) in one line
	CmdNew                  // in order, autoconfig := AUTO
	CmdBusy                 // BusyBox
)
