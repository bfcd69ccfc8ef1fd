package profile

// This file is the table of what differs between versions of make.

import (
	"fmt"
	"strconv"
	"strings"
)

// Family is the behaviour a profile imitates; patch releases belong to the family they are closest to.
type Family uint8

// The families, oldest first.
const (
	V42 Family = iota
	V43
	V44
)

// String gives the family's plain version number.
func (f Family) String() string {
	switch f {
	case V42:
		return "4.2"
	case V43:
		return "4.3"
	case V44:
		return "4.4"
	}
	return "Family(" + strconv.Itoa(int(f)) + ")"
}

// Default is the version imitated where no make is installed and none was asked for.
const Default = "4.4.1"

// Profile is one imitated make. Treat it as read-only: invocations share it.
type Profile struct {
	// Version is the value of MAKE_VERSION, with the patch level ("4.4.1"), because trees compare it.
	Version string
	Family  Family

	// Features is the value of .FEATURES, in make's order.
	Features []string

	// IncludeDirs are the directories that include searches after those of -I; those that do not exist are skipped, as in
	// .INCLUDE_DIRS.
	IncludeDirs []string

	Switches
}

// Switches are the differences between the families. A true value is a behaviour that some family lacks; the comment says
// which ones have it.
type Switches struct {
	// Reading text.

	// HashStartsCommentInCalls: `#` starts a comment inside $(…) too and `\#` is `#` there (4.2). Otherwise both stand as
	// written.
	HashStartsCommentInCalls bool
	// AppendAlwaysAddsBlank: += puts a blank between the old and the new text even if one of them is empty (4.2).
	AppendAlwaysAddsBlank bool
	// ImmediateRecursiveAssign: the operator :::= exists (4.4).
	ImmediateRecursiveAssign bool
	// LetAndIntcmp: the functions let and intcmp exist; otherwise $(let …) is a variable with a strange name (4.4).
	LetAndIntcmp bool
	// GroupedTargets: `a b &: c` declares one recipe for both (4.3, 4.4).
	GroupedTargets bool
	// SuffixPrereqWarning: a suffix rule with prerequisites draws a warning (4.3, 4.4).
	SuffixPrereqWarning bool
	// UnexportAssign: `unexport VAR = value` is understood, also behind a target (4.4).
	UnexportAssign bool
	// TargetDefine: `own: define A = 1` and `own: undefine A = 1` assign, without the value both are an error (4.2, 4.3).
	TargetDefine bool
	// IncludeDashResets: `-I-` empties the list of include directories (4.4).
	IncludeDashResets bool
	// SpecialTargetsAtOnce: .POSIX and its like take effect with the line that names them, not after reading (4.4).
	SpecialTargetsAtOnce bool
	// WildcardSorted: the results of each wildcard pattern are sorted (4.3, 4.4).
	WildcardSorted bool

	// MAKEFLAGS.

	// OptionsWhileReading: $(MAKEFLAGS) holds all options while makefiles are read, not only those without argument (4.4).
	OptionsWhileReading bool
	// OverridesWhileReading: it ends in ` -- ` and the command-line variables then too (4.4.1; not 4.4).
	OverridesWhileReading bool
	// MakeflagsAtOnce: an assignment to MAKEFLAGS is parsed when it is made, not after all makefiles are read; the
	// variable is rewritten in canonical form at once (4.4.1; 4.4 parses at once but leaves the text).
	MakeflagsAtOnce bool
	// MakeflagsByOrigin: options from the environment and command line beat those a makefile adds for -k, -s and -w, and
	// variables named in MAKEFLAGS by a makefile have that makefile's origin, not that of the command line (4.4.1).
	MakeflagsByOrigin bool
	// EnvFlagErrorsFatal: a bad option in the environment's MAKEFLAGS is reported like one on the command line, and words
	// that are neither option nor variable are goals (4.4.1). Otherwise both are ignored.
	EnvFlagErrorsFatal bool
	// RepeatedOptionsDropped: -I, -W, --debug, … given twice with the same value count once (4.4).
	RepeatedOptionsDropped bool
	// LastPrintDirectoryWins: of -w and --no-print-directory the later one counts; otherwise --no-print-directory does (4.4).
	LastPrintDirectoryWins bool
	// ImpliedPrintDirectoryPassedOn: sub-makes and -C not only print directories but also add `w` to MAKEFLAGS (4.2, 4.3).
	ImpliedPrintDirectoryPassedOn bool
	// OverridesOriginDefault: $(origin MAKEOVERRIDES) is default rather than environment (4.4.1).
	OverridesOriginDefault bool
	// OverridesOfCommandLine: MAKEFLAGS ends in ` -- ` where the command line, or MAKEFLAGS as makefiles left it, assigned variables;
	// otherwise where MAKEOVERRIDES has a text, expanded or not (4.2).
	OverridesOfCommandLine bool
	// OverridesCutOnAppend: MAKEFLAGS += drops everything from ` -- ` on before appending (4.4.1).
	OverridesCutOnAppend bool
	// NegatedOptionsPassedOn: -S and --no-silent appear in MAKEFLAGS when given (4.4.1).
	NegatedOptionsPassedOn bool
	// MakeflagsRawUnderE: under -e the environment of recipes gets MAKEFLAGS unexpanded, with its reference to MAKEOVERRIDES, so
	// that sub-makes lose the command-line variables (4.2, 4.3, 4.4; not 4.4.1).
	MakeflagsRawUnderE bool
	// GNUMakeflagsOnlyIfSet: GNUMAKEFLAGS is emptied only if it was in the environment; otherwise it is always defined (4.4).
	GNUMakeflagsOnlyIfSet bool
	// MakefileJobs: -j in a MAKEFLAGS set by a makefile counts; otherwise it only shows (4.3, 4.4).
	MakefileJobs bool

	// Environment.

	// ShellSeesExports: $(shell) gets exported variables, otherwise only the original environment (4.4).
	ShellSeesExports bool
	// ShellStatusOfSignals: .SHELLSTATUS tells of a signal that killed the command; otherwise it is 0 then (4.3, 4.4).
	ShellStatusOfSignals bool
	// ShellNotFoundShown: what a command of $(shell) wrote that ends with 127 is shown on standard error and yields nothing
	// (4.2, 4.3).
	ShellNotFoundShown bool
	// CommandIsProgram: a line that starts with "command", "type", "alias" or the like needs no shell, and fails for want of such a
	// program (4.2).
	CommandIsProgram bool
	// SilentTargetPassedOn: .SILENT without prerequisites acts like -s, also in sub-makes (4.2).
	SilentTargetPassedOn bool
	// ExportsInherited: a target-specific variable that does not say whether it is exported follows the next outer
	// definition, and the nearest one counts even if it is not exported; otherwise it follows the global one, and an
	// outer one is exported in its place (4.4).
	ExportsInherited bool
	// PrivateNotExported: a private target-specific variable of a parent does not export to its prerequisites (4.4.1).
	PrivateNotExported bool
	// JobserverFIFO: the job server is a named pipe unless --jobserver-style says otherwise (4.4).
	JobserverFIFO bool
	// TempDirChecked: the directory for temporary files may be named by MAKE_TMPDIR as well as TMPDIR, and one that does not
	// exist is replaced by the standard one (4.4).
	TempDirChecked bool
	// SyncMutex: under -O makes take turns by a file named in --sync-mutex, otherwise by their standard output (4.4).
	SyncMutex bool
	// JobserverRevoked: a child that is not a make and would not get the pipe finds a disabling option in MAKEFLAGS (4.4).
	JobserverRevoked bool

	// Rules and remaking.

	// PhonyMakefilesKept: a makefile that is a phony target is not remade (4.4).
	PhonyMakefilesKept bool
	// MakefileFailuresEnd: a makefile that is needed and could not be remade ends make before any goal, even under -k, as does
	// one that is missing and could only be made over and over; otherwise goals are made all the same (4.4).
	MakefileFailuresEnd bool
	// MissingMakefileRemembered: a makefile that could not be read counts as missing even if a later include could read it (4.3).
	MissingMakefileRemembered bool
	// PosixIgnoringErrors: .POSIX does not add -e to the shell for lines whose errors are ignored (4.4.1).
	PosixIgnoringErrors bool
	// MakefilesExplicit: being included makes a file a mentioned one, which is never intermediate (4.4.1).
	MakefilesExplicit bool
	// MakefilesInReadOrder: makefiles are remade in the order they were read; otherwise last one first (4.4).
	MakefilesInReadOrder bool
	// WaitTarget: .WAIT separates prerequisites (4.4).
	WaitTarget bool
	// NotParallelPrereqs: .NOTPARALLEL with prerequisites acts on those only (4.4).
	NotParallelPrereqs bool
	// NotIntermediate: .NOTINTERMEDIATE exists (4.4).
	NotIntermediate bool
	// NotIntermediateGlobal: it works without prerequisites too (4.4.1).
	NotIntermediateGlobal bool
	// ExtraPrereqs: .EXTRA_PREREQS exists (4.3, 4.4).
	ExtraPrereqs bool
	// GroupedTargetsTogether: if one grouped target is out of date, the recipe runs for all of them (4.4).
	GroupedTargetsTogether bool
	// OlderMemberMissing: an archive member that is older than the file of its name counts as missing (4.4.1).
	OlderMemberMissing bool
	// ShiftHash: files are kept, and intermediate ones removed, in the order of an older hash function (4.2).
	ShiftHash bool
	// PeerTargetWarning: "pattern recipe did not update peer target" (4.4).
	PeerTargetWarning bool
	// LazySecondExpansion: only targets that are considered have their prerequisites expanded again (4.4).
	LazySecondExpansion bool
	// ExplicitPrereqsOughtToExist: implicit search first looks for prerequisites named by this target's own rules, then for
	// those mentioned anywhere (4.4).
	ExplicitPrereqsOughtToExist bool
	// SuffixRulesAfterReading: built-in suffix rules appear only after the makefiles are read (4.4.1).
	SuffixRulesAfterReading bool
	// DirectoryCacheRefreshed: files that a recipe made are seen by later wildcards (4.4).
	DirectoryCacheRefreshed bool

	// Talking.

	// ExecErrorsOld: a program that is not there is "Command not found", and other reasons start with "execvp: " (4.2).
	ExecErrorsOld bool
	// NumbersParsed: numeric arguments may have a sign, and messages call them invalid instead of non-numeric (4.4).
	NumbersParsed bool
	// SpeaksFirst: $(call info,a,b) prints a; before it prints "a, b" (4.4).
	SpeaksFirst bool
	// FileNameTrimmed: blanks behind the file name do not belong to it in $(file) (4.4).
	FileNameTrimmed bool
	// IfeqBlankHint: "missing separator" hints at a conditional without a blank (4.4).
	IfeqBlankHint bool
	// MakefileErrorsPlaced: "Failed to remake makefile" names the include line (4.4).
	MakefileErrorsPlaced bool
	// DebugOutdented: debugging says "Finished prerequisites" at the depth of the target, not of its prerequisites, and names
	// the implicit rules that it tells of (4.4).
	DebugOutdented bool
	// JobsForcedInWords: the warning about -j in a sub-make gives the number and says that the job server is reset; otherwise
	// it is fixed text and says disabled (4.3, 4.4).
	JobsForcedInWords bool
	// OwnVariablesDefault: .INCLUDE_DIRS is simple and GNUMAKEFLAGS of origin default; otherwise they are recursive and of origin
	// environment (4.4).
	OwnVariablesDefault bool
	// OwnVariablesQuiet: --warn-undefined-variables says nothing of make's own variables that happen to be undefined (4.4.1).
	OwnVariablesQuiet bool
	// DirectoryLinesOnBadC: a -C that fails prints the directory lines around its message (4.4).
	DirectoryLinesOnBadC bool
	// TraceIsPrintAndWhy: --trace equals --debug=print,why, which exist (4.4).
	TraceIsPrintAndWhy bool
	// DieOfSIGPIPE: SIGPIPE ends make like other signals, after cleaning up (4.4.1).
	DieOfSIGPIPE bool
}

// ForVersion gives the profile for a version text such as "4.3" or "4.4.1". Releases without a profile of their own get the
// nearest one, and then also its version text, since a mixture would lie to makefiles that test it.
func ForVersion(version string) (*Profile, error) {
	nums, err := parseVersion(version)
	if err != nil {
		return nil, err
	}
	family, exact := familyOf(nums)
	if !exact {
		switch family {
		case V42:
			version, nums = "4.2.1", []int{4, 2, 1}
		case V43:
			version, nums = "4.3", []int{4, 3}
		default:
			version, nums = Default, []int{4, 4, 1}
		}
	}
	return build(version, family, nums), nil
}

// parseVersion reads dotted numbers; a trailing word ("4.3-dirty") is ignored.
func parseVersion(version string) ([]int, error) {
	text := version
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }); i >= 0 {
		text = text[:i]
	}
	var nums []int
	for _, part := range strings.Split(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, fmt.Errorf("%q is not a version of make", version)
		}
		nums = append(nums, n)
	}
	return nums, nil
}

// familyOf finds the family. A patch level of 90 and more marks a preview of the next release.
func familyOf(nums []int) (family Family, exact bool) {
	at := func(i int) int {
		if i < len(nums) {
			return nums[i]
		}
		return 0
	}
	major, minor, patch := at(0), at(1), at(2)
	switch {
	case major < 4 || major == 4 && minor < 2:
		return V42, false
	case major > 4 || minor > 4:
		return V44, false
	case patch >= 90:
		return V42 + Family(minor-2) + 1, false
	}
	return V42 + Family(minor-2), true
}

// imitated reports whether a version, or a preview of it, is one whose ways are known.
func imitated(nums []int) bool { return len(nums) > 1 && nums[0] == 4 && nums[1] >= 2 && nums[1] <= 4 }

func build(version string, family Family, nums []int) *Profile {
	since43, since44 := family >= V43, family >= V44
	// 4.4 had a patch release that changed behaviour; its previews count as the release.
	since441 := since44 && len(nums) > 2
	return &Profile{
		Version:     version,
		Family:      family,
		Features:    features(family),
		IncludeDirs: []string{"/usr/local/include", "/usr/include", "/usr/include"},
		Switches: Switches{
			HashStartsCommentInCalls: !since43,
			AppendAlwaysAddsBlank:    !since43,
			ImmediateRecursiveAssign: since44,
			LetAndIntcmp:             since44,
			GroupedTargets:           since43,
			SuffixPrereqWarning:      since43,
			UnexportAssign:           since44,
			TargetDefine:             !since44,
			IncludeDashResets:        since44,
			SpecialTargetsAtOnce:     since44,
			WildcardSorted:           since43,

			OptionsWhileReading:           since44,
			OverridesWhileReading:         since441,
			MakeflagsAtOnce:               since441,
			MakeflagsByOrigin:             since441,
			EnvFlagErrorsFatal:            since441,
			RepeatedOptionsDropped:        since44,
			LastPrintDirectoryWins:        since44,
			ImpliedPrintDirectoryPassedOn: !since44,
			OverridesOriginDefault:        since441,
			OverridesOfCommandLine:        !since43,
			OverridesCutOnAppend:          since441,
			NegatedOptionsPassedOn:        since441,
			MakeflagsRawUnderE:            !since441,
			GNUMakeflagsOnlyIfSet:         since44,
			MakefileJobs:                  since43,

			ShellSeesExports:     since44,
			ShellStatusOfSignals: since43,
			ShellNotFoundShown:   !since44,
			CommandIsProgram:     !since43,
			SilentTargetPassedOn: !since43,
			ExportsInherited:     since44,
			PrivateNotExported:   since441,
			JobserverFIFO:        since44,
			TempDirChecked:       since44,
			SyncMutex:            since44,
			JobserverRevoked:     since44,

			PhonyMakefilesKept:          since44,
			MakefileFailuresEnd:         since44,
			MissingMakefileRemembered:   family == V43,
			PosixIgnoringErrors:         since441,
			MakefilesExplicit:           since441,
			MakefilesInReadOrder:        since44,
			WaitTarget:                  since44,
			NotParallelPrereqs:          since44,
			NotIntermediate:             since44,
			NotIntermediateGlobal:       since441,
			ExtraPrereqs:                since43,
			GroupedTargetsTogether:      since44,
			OlderMemberMissing:          since441,
			ShiftHash:                   !since43,
			PeerTargetWarning:           since44,
			LazySecondExpansion:         since44,
			ExplicitPrereqsOughtToExist: since44,
			SuffixRulesAfterReading:     since441,
			DirectoryCacheRefreshed:     since44,

			ExecErrorsOld:        !since43,
			NumbersParsed:        since44,
			SpeaksFirst:          since44,
			FileNameTrimmed:      since44,
			IfeqBlankHint:        since44,
			JobsForcedInWords:    since43,
			OwnVariablesDefault:  since44,
			OwnVariablesQuiet:    since441,
			DirectoryLinesOnBadC: since44,
			MakefileErrorsPlaced: since44,
			DebugOutdented:       since44,
			TraceIsPrintAndWhy:   since44,
			DieOfSIGPIPE:         since441,
		},
	}
}

// features builds .FEATURES. "load" and "guile" are left out: neither is implemented here, and the list must not promise it.
func features(family Family) []string {
	list := []string{"target-specific", "order-only", "second-expansion", "else-if", "shortest-stem", "undefine", "oneshell"}
	if family >= V43 {
		list = append(list, "nocomment", "grouped-target", "extra-prereqs")
	}
	if family >= V44 {
		list = append(list, "notintermediate", "shell-export")
	}
	list = append(list, "archives", "jobserver")
	if family >= V44 {
		list = append(list, "jobserver-fifo")
	}
	return append(list, "output-sync", "check-symlink")
}
