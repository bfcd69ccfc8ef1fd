// What the program says about its options.

package conf

import "strings"

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
