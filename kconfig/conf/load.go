// The configuration that each mode starts from.

package conf

import "gokbuild/kconfig/internal/syntax"

// load reads what the mode starts from.
func (r *run) load() {
	switch r.mode {
	case modeDef:
		r.loadDefconfig()
	case modeAllNo, modeAllYes, modeAllMod, modeAllDef, modeRand:
		r.loadSeed()
	default:
		if r.mode == modeSync && r.D.SyncMissingFatal && !r.world.Exists(r.files.ConfigName()) {
			r.missingConfig()
		}
		r.files.Load("")
	}
}

// loadDefconfig reads the file that --defconfig names.
func (r *run) loadDefconfig() {
	if !r.hasDef && r.D.DefaultConfig != "" {
		r.defArg = r.defaultConfig()
	}
	if r.files.Load(r.defArg) {
		return
	}
	msg := "***\n*** Can't find default configuration \"" + r.defArg + "\"!\n***\n"
	if r.D.ErrorsStdout {
		r.world.Puts(msg)
	} else {
		r.world.Warnf("%s", msg)
	}
	r.world.Exit(1)
}

// defaultConfig names the configuration of the architecture; that of the source tree if it is there.
func (r *run) defaultConfig() string {
	name := r.D.DefaultConfig
	if r.D.Macros {
		name = syntax.Expand(r.world, r.Tree, name)
	} else {
		name = r.solver.ExpandSymbols(name, true)
	}
	if src, ok := r.world.Getenv("srctree"); ok && r.world.Exists(src+"/"+name) {
		return src + "/" + name
	}
	return name
}

// missingConfig ends a run that needs a configuration.
func (r *run) missingConfig() {
	r.world.Warnf("***\n*** Configuration file \"%s\" not found!\n***\n*** Please run some configurator (e.g. \"make oldconfig\" or\n"+
		"*** \"make menuconfig\" or \"make xconfig\").\n***\n", r.files.ConfigName())
	r.world.Exit(1)
}

// seedFiles are looked for in the working directory.
var seedFiles = map[mode]string{modeAllNo: "allno.config", modeAllYes: "allyes.config", modeAllMod: "allmod.config",
	modeAllDef: "alldef.config", modeRand: "allrandom.config"}

// loadSeed reads the values that an all*config mode is to keep.
func (r *run) loadSeed() {
	name, ok := r.world.Getenv("KCONFIG_ALLCONFIG")
	if r.D.AllConfigAlways {
		r.loadSeedOld(name, ok)
		return
	}
	if !ok {
		return
	}
	if name != "" && name != "1" {
		if !r.files.Seed(name) {
			r.world.Warnf("*** Can't read seed configuration \"%s\"!\n", name)
			r.world.Exit(1)
		}
		return
	}
	name = seedFiles[r.mode]
	if !r.files.Seed(name) && !r.files.Seed("all.config") {
		r.world.Warnf("*** KCONFIG_ALLCONFIG set, but no \"%s\" or \"all.config\" file found\n", name)
		r.world.Exit(1)
	}
}

// loadSeedOld looks at the named file, the mode's file and all.config, even when nothing asks for it.
func (r *run) loadSeedOld(name string, ok bool) {
	if ok && name != "" && r.world.Exists(name) {
		r.files.Seed(name)
		return
	}
	for _, n := range []string{seedFiles[r.mode], "all.config"} {
		if r.world.Exists(n) {
			r.files.Seed(n)
			return
		}
	}
}
