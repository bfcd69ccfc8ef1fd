// The program of BusyBox. Its dialogue runs in every mode and decides values on its way.

package conf

import (
	"strings"
	"time"

	"gokbuild/kconfig/internal/model"
)

var busyModes = map[byte]mode{'o': modeOld, 's': modeSync, 'd': modeDef, 'D': modeDef, 'n': modeAllNo, 'm': modeAllMod,
	'y': modeAllYes, 'r': modeRand}

// runBusy is main of the BusyBox tool.
func (r *run) runBusy() int {
	file, status, ok := r.optionsBusy()
	if !ok {
		return status
	}
	r.engine.Parse(file)
	r.loadBusy()
	if r.mode != modeSync {
		r.rootEntry = &r.Root
		r.conf(&r.Root)
		switch r.mode {
		case modeAllNo, modeAllMod, modeAllYes:
			r.conf(&r.Root)
		case modeOldask:
			r.mode = modeSync
		}
	}
	r.askNew()
	if !r.files.Save("") {
		r.world.Warnf("\n*** Error during writing of the configuration.\n\n")
		return 1
	}
	return 0
}

// optionsBusy reads the command line, which has at most one option, and returns the Kconfig file. With ok false the run
// is over.
func (r *run) optionsBusy() (file string, status int, ok bool) {
	args := r.inv.Args
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		opt := byte(0)
		if len(args[0]) > 1 {
			opt = args[0][1]
		}
		args = args[1:]
		if m, ok := busyModes[opt]; ok {
			r.mode = m
		}
		switch opt {
		case 's':
			r.refuse = !isTerminal(r.inv.Stdin)
		case 'D':
			if len(args) == 0 {
				r.world.Printf("%s: No default config file specified\n", r.name)
				return "", 1, false
			}
			r.defArg, r.hasDef, args = args[0], true, args[1:]
		case 'r':
			r.rand.seed(uint32(time.Now().Unix()))
		case 'h', '?':
			r.world.Warnf("See README for usage info\n")
			return "", 0, false
		}
	}
	if len(args) == 0 {
		// The C tool goes on and crashes.
		r.world.Printf("%s: Kconfig file missing\n", r.name)
		return "", 1, false
	}
	return args[0], 0, true
}

// loadBusy reads what the mode starts from.
func (r *run) loadBusy() {
	switch r.mode {
	case modeDef:
		if !r.hasDef {
			r.defArg = r.defaultConfig()
		}
		if !r.files.Load(r.defArg) {
			r.world.Printf("***\n*** Can't find default configuration \"%s\"!\n***\n", r.defArg)
			r.world.Exit(1)
		}
	case modeAllNo, modeAllYes, modeAllMod, modeRand:
		name, ok := r.world.Getenv("KCONFIG_ALLCONFIG")
		for _, n := range []string{name, seedFiles[r.mode], "all.config"} {
			if n == "" && !ok {
				continue
			}
			if r.world.Exists(n) {
				r.files.Seed(n)
				return
			}
		}
	default:
		if r.mode == modeSync && !r.world.Exists(".config") {
			r.world.Puts("***\n*** You have not yet configured busybox!\n***\n*** Please run some configurator (e.g. \"make oldconfig\" or\n" +
				"*** \"make menuconfig\" or \"make defconfig\").\n***\n")
			r.world.Exit(1)
		}
		r.files.Load("")
	}
}

// askBusy settles the answer to a question, by asking or by the mode.
func (r *run) askBusy(s *model.Symbol, def string) {
	if !s.HasValue() {
		r.world.Puts("(NEW) ")
	}
	r.line = "\n"
	if !r.config.Changeable(s) {
		r.world.Puts(def + "\n")
		return
	}
	logic := r.config.EffectiveType(s).Logic()
	if logic {
		if a, ok := r.autoAnswer(s); ok {
			r.line = a
			r.world.Puts(a)
			return
		}
	}
	switch r.mode {
	case modeOld, modeSync, modeOldask:
		if r.mode == modeOldask || !s.HasValue() {
			r.readBusy()
			return
		}
	case modeDef:
	default:
		if !s.HasValue() && logic {
			if r.mode == modeRand {
				r.drawBusy(s)
			}
			r.world.Puts(r.line)
			return
		}
	}
	r.world.Puts(def + "\n")
}

// readBusy reads an answer.
func (r *run) readBusy() {
	if r.mode == modeSync && r.refuse {
		r.world.Puts("aborted!\n\nConsole input/output is redirected. Run 'make oldconfig' to update configuration.\n\n")
		r.world.Exit(1)
	}
	r.world.Flush()
	r.answers++
	line, _ := r.world.ReadLine(127)
	if len(line) == 0 {
		r.world.Exit(1)
	}
	r.line = string(line)
}

// drawBusy draws values until one is allowed.
func (r *run) drawBusy(s *model.Symbol) {
	r.answers++
	for {
		v := model.Tristate(r.rand.next() % 3)
		if r.solver.LogicInRange(s, v) {
			r.line = v.String() + "\n"
			return
		}
	}
}

// autoAnswer is the answer of the n, m and y modes, each falling back to the next lower one.
func (r *run) autoAnswer(s *model.Symbol) (string, bool) {
	var try []model.Tristate
	switch r.mode {
	case modeAllYes:
		try = []model.Tristate{model.Yes, model.Mod, model.No}
	case modeAllMod:
		try = []model.Tristate{model.Mod, model.No}
	case modeAllNo:
		try = []model.Tristate{model.No}
	}
	for _, v := range try {
		if v == model.Mod && r.config.EffectiveType(s) == model.Bool {
			v = model.Yes
		}
		if r.solver.LogicInRange(s, v) {
			return v.String() + "\n", true
		}
	}
	return "", false
}
