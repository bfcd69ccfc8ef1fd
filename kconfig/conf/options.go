// The command line, read as getopt_long does.

package conf

import "strings"

// options reads the command line as getopt_long does and returns the Kconfig file.
func (r *run) options() (string, bool) {
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

func (r *run) shortOption(ch byte) {
	switch {
	case ch == 'h' && r.D.HelpOption:
		r.usage()
		r.world.Exit(1)
	case ch == 's' && r.D.ShortSilent:
		r.config.Silence()
	default:
		r.world.Warnf("%s: invalid option -- '%s'\n", r.name, string([]byte{ch}))
		r.badOption()
	}
}

// badOption is what follows getopt's message: older tools stop.
func (r *run) badOption() {
	if r.D.HelpOption {
		return
	}
	r.usage()
	r.world.Exit(1)
}

// longOption handles one long option and returns how many further arguments it took.
func (r *run) longOption(opt string, rest []string) int {
	opt, val, hasVal := strings.Cut(opt, "=")
	name := ""
	if r.D.Modes[opt] {
		name = opt
	} else {
		var matches []string
		for _, n := range optionOrder {
			if r.D.Modes[n] && strings.HasPrefix(n, opt) {
				matches = append(matches, n)
			}
		}
		switch len(matches) {
		case 0:
			r.world.Warnf("%s: unrecognized option '--%s'\n", r.name, opt+strings.Repeat("="+val, b2i(hasVal)))
			r.badOption()
			return 0
		case 1:
			name = matches[0]
		default:
			r.world.Warnf("%s: option '--%s' is ambiguous; possibilities: '--%s'\n", r.name, opt+strings.Repeat("="+val, b2i(hasVal)), strings.Join(matches, "' '--"))
			r.badOption()
			return 0
		}
	}
	taken := 0
	switch {
	case name == "savedefconfig" || name == "defconfig" && !r.D.DefconfigOptional:
		if !hasVal {
			if len(rest) == 0 {
				r.world.Warnf("%s: option '--%s' requires an argument\n", r.name, name)
				r.badOption()
				return 0
			}
			val, taken = rest[0], 1
		}
		r.defArg, r.hasDef = val, true
	case name == "defconfig":
		r.defArg, r.hasDef = val, hasVal
	case hasVal:
		r.world.Warnf("%s: option '--%s' doesn't allow an argument\n", r.name, name)
		r.badOption()
		return 0
	}
	switch name {
	case "help":
		r.shortOption('h')
		return taken
	case "silent":
		r.config.Silence()
		return taken
	}
	r.mode = modeNames[name]
	switch name {
	case "syncconfig":
		r.config.Silence()
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
