package fixdep

// This file says in what versions of fixdep differ.

// Dialect says what one version of the program does. The zero value is not a
// dialect.
type Dialect struct {
	prefix string   // "cmd_" or "savedcmd_"
	deps   depsKind // how the dependency file is read
	scan   scanKind // how symbols are found in a file
	names  nameKind // how a symbol becomes a file name

	ignored []string // endings of names that are left out
	unread  []string // endings of files that are listed but not scanned

	// targets are prefixes of target names for which the program behaves in ways
	// we do not follow.
	targets []string
}

type depsKind uint8

const (
	depsNone   depsKind = iota
	depsColon           // one target; names are separated by blanks only; the first is the source
	depsBare            // the same, without telling the source apart
	depsBareCR          // depsBare, knowing carriage returns
	depsPlain           // depsBareCR, with blanks allowed at the end
	depsTokens          // several targets; a token that ends in a colon is one
	depsMapped          // depsTokens, where blanks at the end of the file are an error
	depsBuild           // tools/build: as depsTokens, but nothing before the first target
	depsLines           // line by line, with comments and escaped characters
)

type scanKind uint8

const (
	scanNone     scanKind = iota // files are not read at all
	scanInside                   // anywhere but at the very beginning, closed by another character
	scanModule                   // the same, and without _MODULE at the end
	scanAnywhere                 // anywhere, without _MODULE
	scanWord                     // at the beginning of a word, without _MODULE
	scanBusybox                  // CONFIG_, ENABLE_, IF_NOT_ and IF_ at the beginning of a word
	scanUBoot                    // scanWord with CONFIG_IS_ENABLED(X) and CONFIG_VAL(X)
	scanUBoot1                   // the same from the second byte on
)

// stopsAtNul says whether the file is handled as a C string.
func (k scanKind) stopsAtNul() bool {
	return k == scanAnywhere || k == scanWord || k == scanUBoot || k == scanUBoot1
}

type nameKind uint8

const (
	nameFlat      nameKind = iota // include/config/FOO_BAR
	nameSlashed                   // include/config/foo/bar.h
	nameCollapsed                 // the same, with runs of slashes made one
)

// Newest is the dialect to speak where no source tells another: that of linux
// 6.12.
func Newest() Dialect {
	return Dialect{
		prefix: "savedcmd_", deps: depsLines, scan: scanWord, names: nameFlat,
		ignored: []string{"include/generated/autoconf.h"},
		unread:  []string{".rlib", ".rmeta", ".so"},
	}
}

// Valid says whether d was given by Detect or Newest.
func (d Dialect) Valid() bool { return d.deps != depsNone }
