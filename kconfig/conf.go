package kconfig

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"
)

// An Invocation is one run of the conf program.
type Invocation struct {
	// Name is what the program calls itself in messages; empty is "conf".
	Name string
	// Args are the arguments after the name.
	Args []string
	// Dir is the working directory and should be absolute; Env is the whole environment.
	Dir string
	Env []string
	// Stdin, Stdout and Stderr are the standard streams. If Stdin and Stdout are terminals, answers are not echoed.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Shell runs $(shell,...); nil is SystemShell.
	Shell ShellRunner
	// Source names the source tree whose scripts/kconfig tells the dialect. When it is empty, or holds no such
	// directory, the variable srctree is tried, and then the surroundings of Name.
	Source string
	// Dialect overrides the detection.
	Dialect *Dialect
	// PID appears in names of temporary files; zero is the process id.
	PID int
}

type mode uint8

const (
	modeOldask mode = iota
	modeSync
	modeOld
	modeAllNo
	modeAllYes
	modeAllMod
	modeAllDef
	modeRand
	modeDef
	modeSaveDef
	modeListNew
	modeHelpNew
	modeOldDef
	modeYes2Mod
	modeMod2Yes
	modeMod2No
)

var modeNames = map[string]mode{
	"oldaskconfig": modeOldask, "oldconfig": modeOld, "syncconfig": modeSync, "silentoldconfig": modeSync,
	"defconfig": modeDef, "savedefconfig": modeSaveDef, "allnoconfig": modeAllNo, "allyesconfig": modeAllYes,
	"allmodconfig": modeAllMod, "alldefconfig": modeAllDef, "randconfig": modeRand, "listnewconfig": modeListNew,
	"helpnewconfig": modeHelpNew, "olddefconfig": modeOldDef, "oldnoconfig": modeOldDef,
	"yes2modconfig": modeYes2Mod, "mod2yesconfig": modeMod2Yes, "mod2noconfig": modeMod2No,
}

// confRun is the state of one run of conf.
type confRun struct {
	*Config
	inv    Invocation
	name   string
	mode   mode
	sync   bool
	defArg string // argument of defconfig and savedefconfig
	hasDef bool

	rand      glibcRand
	indent    int
	asked     int
	rootEntry *Menu
	line      string // the last answer, with its newline
	refuse    bool   // nobody is there to answer (BusyBox)
	answers   int    // lines asked for
	stuck     int    // of these, at the end of the input
}

// ConfMain behaves as the conf program of the tree started with these arguments, and returns its exit status.
func ConfMain(inv Invocation) (status int) {
	r := newRun(inv)
	return r.guard(r.run)
}

func newRun(inv Invocation) *confRun {
	if inv.Dialect == nil {
		inv.Dialect = inv.detect()
	}
	c := newConfig(Options{Dir: inv.Dir, Env: inv.Env, Stdin: inv.Stdin, Stdout: inv.Stdout, Stderr: inv.Stderr,
		Dialect: inv.Dialect, Shell: inv.Shell, PID: inv.PID, Terminal: inv.terminal()})
	r := &confRun{Config: c, inv: inv, name: inv.Name, indent: 1}
	if r.name == "" {
		r.name = "conf"
	}
	return r
}

func (inv *Invocation) terminal() bool { return isTerminal(inv.Stdin) && isTerminal(inv.Stdout) }

// guard runs f; where it leaves early, that is the status.
func (r *confRun) guard(f func() int) (status int) {
	var err error
	defer func() {
		if e, ok := err.(*ExitError); ok {
			status = e.Code
		}
	}()
	defer r.catch(&err)
	return f()
}

// detect looks for the sources of the tool that is to be imitated. A program that lies in a tree's scripts/kconfig has
// them next to it, or behind the link that an output directory has to its source tree.
func (inv *Invocation) detect() *Dialect {
	abs := func(p string) string {
		if filepath.IsAbs(p) || inv.Dir == "" {
			return p
		}
		return filepath.Join(inv.Dir, p)
	}
	trees := []string{inv.Source}
	for _, kv := range inv.Env {
		if v, ok := strings.CutPrefix(kv, "srctree="); ok {
			trees = append(trees, v)
			break
		}
	}
	if i := strings.LastIndexByte(inv.Name, '/'); i >= 0 {
		top := filepath.Join(inv.Name[:i], "..", "..")
		trees = append(trees, top, filepath.Join(top, "source"))
	}
	trees = append(trees, ".", "source")
	for _, t := range trees {
		if t != "" && hasTool(abs(t)) {
			d := DetectDialect(abs(t))
			return &d
		}
	}
	return NewestDialect()
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (r *confRun) run() int {
	if r.d.BusyBox {
		return r.runBusy()
	}
	file, ok := r.options()
	if !ok {
		return r.noFile()
	}
	r.speculate(file)
	r.parseTree(file)
	return r.finish()
}

// noFile complains that the command line names no Kconfig file.
func (r *confRun) noFile() int {
	if r.d.MissingStdout {
		r.printf("%s: Kconfig file missing\n", r.name)
	} else {
		r.warnf("%s: Kconfig file missing\n", r.name)
	}
	r.usage()
	return 1
}

// finish does what is to be done with the tree.
func (r *confRun) finish() int {
	r.load()
	if r.d.WError && r.confWarnings > 0 && r.isSet("KCONFIG_WERROR") {
		return 1
	}
	noWrite := false
	if r.sync {
		if v, ok := r.getenv("KCONFIG_NOSILENTUPDATE"); ok && v != "" {
			if r.changed {
				r.warnf("\n*** The configuration requires explicit update.\n\n")
				return 1
			}
			noWrite = true
		}
	}
	r.apply()
	if r.d.WErrorSyms && r.symWarnings > 0 && r.isSet("KCONFIG_WERROR") {
		return 1
	}
	return r.save(noWrite)
}

// speculate arranges for probes to run ahead if the shell can do that.
func (r *confRun) speculate(file string) {
	if p, ok := r.shell.(Prefetcher); ok && r.d.Macros {
		r.texts = &texts{}
		r.shell = &speculator{Prefetcher: p, texts: r.texts, options: Options{File: file, Dir: r.dir, Env: r.env, Dialect: &r.d}}
	}
}

// load reads what the mode starts from.
func (r *confRun) load() {
	switch r.mode {
	case modeDef:
		r.loadDefconfig()
	case modeAllNo, modeAllYes, modeAllMod, modeAllDef, modeRand:
		r.loadSeed()
	default:
		if r.mode == modeSync && r.d.SyncMissingFatal {
			if _, err := os.Stat(r.path(r.configName())); err != nil {
				r.missingConfig()
			}
		}
		r.read("")
	}
}

func (r *confRun) loadDefconfig() {
	if !r.hasDef && r.d.DefaultConfig != "" {
		r.defArg = r.defaultConfig()
	}
	if r.read(r.defArg) {
		return
	}
	msg := "***\n*** Can't find default configuration \"" + r.defArg + "\"!\n***\n"
	if r.d.ErrorsStdout {
		r.puts(msg)
	} else {
		r.warnf("%s", msg)
	}
	r.exit(1)
}

// defaultConfig names the configuration of the architecture; that of the source tree if it is there.
func (r *confRun) defaultConfig() string {
	name := r.d.DefaultConfig
	if r.d.Macros {
		name = expandMacros(r.Config, name)
	} else {
		name = r.expandSymbols(name, true)
	}
	if src, ok := r.getenv("srctree"); ok {
		if _, err := os.Stat(r.path(src + "/" + name)); err == nil {
			return src + "/" + name
		}
	}
	return name
}

func (r *confRun) missingConfig() {
	r.warnf("***\n*** Configuration file \"%s\" not found!\n***\n*** Please run some configurator (e.g. \"make oldconfig\" or\n"+
		"*** \"make menuconfig\" or \"make xconfig\").\n***\n", r.configName())
	r.exit(1)
}

var seedFiles = map[mode]string{modeAllNo: "allno.config", modeAllYes: "allyes.config", modeAllMod: "allmod.config",
	modeAllDef: "alldef.config", modeRand: "allrandom.config"}

// loadSeed reads the values that an all*config mode is to keep.
func (r *confRun) loadSeed() {
	name, ok := r.getenv("KCONFIG_ALLCONFIG")
	if r.d.AllConfigAlways {
		r.loadSeedOld(name, ok)
		return
	}
	if !ok {
		return
	}
	if name != "" && name != "1" {
		if !r.readSimple(name, slotUser) {
			r.warnf("*** Can't read seed configuration \"%s\"!\n", name)
			r.exit(1)
		}
		return
	}
	name = seedFiles[r.mode]
	if !r.readSimple(name, slotUser) && !r.readSimple("all.config", slotUser) {
		r.warnf("*** KCONFIG_ALLCONFIG set, but no \"%s\" or \"all.config\" file found\n", name)
		r.exit(1)
	}
}

// loadSeedOld looks at the named file, the mode's file and all.config, even when nothing asks for it.
func (r *confRun) loadSeedOld(name string, ok bool) {
	if ok && name != "" {
		if _, err := os.Stat(r.path(name)); err == nil {
			r.readSimple(name, slotUser)
			return
		}
	}
	for _, n := range []string{seedFiles[r.mode], "all.config"} {
		if _, err := os.Stat(r.path(n)); err == nil {
			r.readSimple(n, slotUser)
			return
		}
	}
}

// apply does the mode's work on the values.
func (r *confRun) apply() {
	switch r.mode {
	case modeAllNo:
		r.setAllNew(defNo)
	case modeAllYes:
		r.setAllNew(defYes)
	case modeAllMod:
		r.setAllNew(defMod)
	case modeAllDef, modeDef:
		r.setAllNew(defDefault)
	case modeRand:
		if r.d.RandomMenuOrder {
			r.setAllNew(defRandom)
			break
		}
		for r.setAllNew(defRandom) && r.d.Probability {
		}
	case modeYes2Mod:
		r.rewriteTristates(Yes, Mod)
	case modeMod2Yes:
		r.rewriteTristates(Mod, Yes)
	case modeMod2No:
		r.rewriteTristates(Mod, No)
	case modeOldask:
		r.rootEntry = &r.root
		r.conf(&r.root)
		r.mode = modeOld
		if !r.d.OnlyNewMenus {
			r.mode = modeSync
		}
		r.askNew()
	case modeOld, modeListNew, modeHelpNew, modeSync:
		r.askNew()
	}
}

// askNew asks for new symbols until a pass finds none.
func (r *confRun) askNew() {
	for {
		r.asked = 0
		r.checkConf(&r.root)
		if r.asked == 0 {
			return
		}
	}
}

func (r *confRun) rewriteTristates(from, to Tristate) {
	for _, s := range r.syms.order {
		if r.effectiveType(s) == TristateType && s.user.tri == from {
			s.user.tri = to
		}
	}
	r.invalidate()
}

func (r *confRun) save(noWrite bool) int {
	switch r.mode {
	case modeSaveDef:
		if !r.writeDefconfig(r.defArg) {
			r.warnf("n*** Error while saving defconfig to: %s\n\n", r.defArg)
			return 1
		}
		return 0
	case modeListNew, modeHelpNew:
		return 0
	}
	if !noWrite && (r.d.SyncAlways || !r.sync || r.changed) && !r.writeConfig("") {
		r.warnf("\n*** Error during writing of the configuration.\n\n")
		return 1
	}
	if !r.d.AutoAlways && !r.sync {
		return 0
	}
	if !r.writeAuto(r.sync) && r.sync {
		word := "sync"
		if r.d.WriteUpdateWord {
			word = "update"
		}
		r.warnf("\n*** Error during %s of the configuration.\n\n", word)
		return 1
	}
	return 0
}

// options reads the command line as getopt_long does and returns the Kconfig file.
func (r *confRun) options() (string, bool) {
	var files []string
	args := r.inv.Args
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--":
			files = append(files, args[i+1:]...)
			i = len(args)
		case strings.HasPrefix(a, "--"):
			i += r.longOption(a[2:], args[i+1:])
		case len(a) > 1 && a[0] == '-':
			for _, ch := range []byte(a[1:]) {
				r.shortOption(ch)
			}
		default:
			files = append(files, a)
		}
	}
	if len(files) == 0 {
		return "", false
	}
	return files[0], true
}

func (r *confRun) shortOption(ch byte) {
	switch {
	case ch == 'h' && r.d.HelpOption:
		r.usage()
		r.exit(1)
	case ch == 's' && r.d.ShortSilent:
		r.silent = true
	default:
		r.warnf("%s: invalid option -- '%s'\n", r.name, string([]byte{ch}))
		r.badOption()
	}
}

// badOption is what follows getopt's message: older tools stop.
func (r *confRun) badOption() {
	if r.d.HelpOption {
		return
	}
	r.usage()
	r.exit(1)
}

// longOption handles one long option and returns how many further arguments it took.
func (r *confRun) longOption(opt string, rest []string) int {
	opt, val, hasVal := strings.Cut(opt, "=")
	name := ""
	if r.d.Modes[opt] {
		name = opt
	} else {
		var matches []string
		for _, n := range optionOrder {
			if r.d.Modes[n] && strings.HasPrefix(n, opt) {
				matches = append(matches, n)
			}
		}
		switch len(matches) {
		case 0:
			r.warnf("%s: unrecognized option '--%s'\n", r.name, opt+strings.Repeat("="+val, b2i(hasVal)))
			r.badOption()
			return 0
		case 1:
			name = matches[0]
		default:
			r.warnf("%s: option '--%s' is ambiguous; possibilities: '--%s'\n", r.name, opt+strings.Repeat("="+val, b2i(hasVal)), strings.Join(matches, "' '--"))
			r.badOption()
			return 0
		}
	}
	taken := 0
	switch {
	case name == "savedefconfig" || name == "defconfig" && !r.d.DefconfigOptional:
		if !hasVal {
			if len(rest) == 0 {
				r.warnf("%s: option '--%s' requires an argument\n", r.name, name)
				r.badOption()
				return 0
			}
			val, taken = rest[0], 1
		}
		r.defArg, r.hasDef = val, true
	case name == "defconfig":
		r.defArg, r.hasDef = val, hasVal
	case hasVal:
		r.warnf("%s: option '--%s' doesn't allow an argument\n", r.name, name)
		r.badOption()
		return 0
	}
	switch name {
	case "help":
		r.shortOption('h')
		return taken
	case "silent":
		r.silent = true
		return taken
	}
	r.mode = modeNames[name]
	switch name {
	case "syncconfig":
		r.silent = true
		r.sync = true
	case "silentoldconfig":
		r.sync = true
	case "randconfig":
		r.seed()
	}
	return taken
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// optionOrder is the order in which getopt lists ambiguous options.
var optionOrder = []string{"help", "silent", "oldaskconfig", "oldconfig", "silentoldconfig", "syncconfig", "defconfig", "savedefconfig",
	"allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig", "randconfig", "listnewconfig", "helpnewconfig", "olddefconfig",
	"oldnoconfig", "yes2modconfig", "mod2yesconfig", "mod2noconfig"}
