// The command line, read as getopt_long does, and what the program says about it.

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

// shortOption handles one letter.
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
	name, ok := r.findOption(opt)
	if !ok {
		return 0
	}
	_, val, hasVal := strings.Cut(opt, "=")
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
	r.takeOption(name)
	return taken
}

// findOption returns the name of a long option, which may be cut short where that leaves no doubt.
func (r *run) findOption(opt string) (name string, ok bool) {
	short, _, _ := strings.Cut(opt, "=")
	if r.D.Modes[short] {
		return short, true
	}
	var matches []string
	for _, n := range optionOrder {
		if r.D.Modes[n] && strings.HasPrefix(n, short) {
			matches = append(matches, n)
		}
	}
	switch len(matches) {
	case 0:
		r.world.Warnf("%s: unrecognized option '--%s'\n", r.name, opt)
	case 1:
		return matches[0], true
	default:
		r.world.Warnf("%s: option '--%s' is ambiguous; possibilities: '--%s'\n", r.name, opt, strings.Join(matches, "' '--"))
	}
	r.badOption()
	return "", false
}

// takeOption does what a long option asks for.
func (r *run) takeOption(name string) {
	switch name {
	case "help":
		r.shortOption('h')
		return
	case "silent":
		r.config.Silence()
		return
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
}

// optionOrder is the order in which getopt lists ambiguous options.
var optionOrder = []string{"help", "silent", "oldaskconfig", "oldconfig", "silentoldconfig", "syncconfig", "defconfig", "savedefconfig",
	"allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig", "randconfig", "listnewconfig", "helpnewconfig", "olddefconfig",
	"oldnoconfig", "yes2modconfig", "mod2yesconfig", "mod2noconfig"}

// usage prints the options of the C tool.
func (r *run) usage() {
	if r.D.Usage != "" {
		r.world.Puts(strings.ReplaceAll(r.D.Usage, "%s", r.name))
		return
	}
	r.world.Printf("Usage: %s [options] <kconfig-file>\n\n", r.name)
	r.world.Puts("Generic options:\n" +
		"  -h, --help              Print this message and exit.\n" +
		"  -s, --silent            Do not print log.\n\n" +
		"Mode options:\n")
	for _, l := range usageLines {
		if r.D.Modes[l.mode] {
			r.world.Puts(l.text)
		}
	}
	r.world.Puts("  (If none of the above is given, --oldaskconfig is the default)\n")
}

var usageLines = []struct{ mode, text string }{
	{"listnewconfig", "  --listnewconfig         List new options\n"},
	{"helpnewconfig", "  --helpnewconfig         List new options and help text\n"},
	{"oldaskconfig", "  --oldaskconfig          Start a new configuration using a line-oriented program\n"},
	{"oldconfig", "  --oldconfig             Update a configuration using a provided .config as base\n"},
	{"syncconfig", "  --syncconfig            Similar to oldconfig but generates configuration in\n                          include/{generated/,config/}\n"},
	{"olddefconfig", "  --olddefconfig          Same as oldconfig but sets new symbols to their default value\n"},
	{"defconfig", "  --defconfig <file>      New config with default defined in <file>\n"},
	{"savedefconfig", "  --savedefconfig <file>  Save the minimal current configuration to <file>\n"},
	{"allnoconfig", "  --allnoconfig           New config where all options are answered with no\n"},
	{"allyesconfig", "  --allyesconfig          New config where all options are answered with yes\n"},
	{"allmodconfig", "  --allmodconfig          New config where all options are answered with mod\n"},
	{"alldefconfig", "  --alldefconfig          New config with all symbols set to default\n"},
	{"randconfig", "  --randconfig            New config with random answer to all options\n"},
	{"yes2modconfig", "  --yes2modconfig         Change answers from yes to mod if possible\n"},
	{"mod2yesconfig", "  --mod2yesconfig         Change answers from mod to yes if possible\n"},
	{"mod2noconfig", "  --mod2noconfig          Change answers from mod to no if possible\n"},
}
