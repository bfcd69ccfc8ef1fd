// The modes: what each does with the values, and which files it writes.

package conf

import "gokbuild/kconfig/internal/model"

// mode is what a run is to do; the option --NAME asks for it.
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

// apply does the mode's work on the values.
func (r *run) apply() {
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
		if r.D.RandomMenuOrder {
			r.setAllNew(defRandom)
			break
		}
		for r.setAllNew(defRandom) && r.D.Probability {
		}
	case modeYes2Mod:
		r.rewriteTristates(model.Yes, model.Mod)
	case modeMod2Yes:
		r.rewriteTristates(model.Mod, model.Yes)
	case modeMod2No:
		r.rewriteTristates(model.Mod, model.No)
	case modeOldask:
		r.rootEntry = &r.Root
		r.conf(&r.Root)
		r.mode = modeOld
		if !r.D.OnlyNewMenus {
			r.mode = modeSync
		}
		r.askNew()
	case modeOld, modeListNew, modeHelpNew, modeSync:
		r.askNew()
	}
}

// askNew asks for new symbols until a pass finds none.
func (r *run) askNew() {
	for {
		r.asked = 0
		r.checkConf(&r.Root)
		if r.asked == 0 {
			return
		}
	}
}

// rewriteTristates turns all tristates that the user set to one value to another.
func (r *run) rewriteTristates(from, to model.Tristate) {
	for _, s := range r.Syms.Order {
		if r.solver.EffectiveType(s) == model.TristateType && s.User.Tri == from {
			s.User.Tri = to
		}
	}
	r.solver.Invalidate()
}

// save writes the files that the mode writes.
func (r *run) save(noWrite bool) int {
	switch r.mode {
	case modeSaveDef:
		if !r.files.WriteDefconfig(r.defArg) {
			r.world.Warnf("n*** Error while saving defconfig to: %s\n\n", r.defArg)
			return 1
		}
		return 0
	case modeListNew, modeHelpNew:
		return 0
	}
	if !noWrite && (r.D.SyncAlways || !r.sync || r.config.Changed()) && !r.files.Save("") {
		r.world.Warnf("\n*** Error during writing of the configuration.\n\n")
		return 1
	}
	if !r.D.AutoAlways && !r.sync {
		return 0
	}
	if !r.files.WriteAuto(r.sync) && r.sync {
		word := "sync"
		if r.D.WriteUpdateWord {
			word = "update"
		}
		r.world.Warnf("\n*** Error during %s of the configuration.\n\n", word)
		return 1
	}
	return 0
}
