package forms

// This file knows ar, ranlib, objcopy and strip (manual of the GNU binary utilities).

import "strings"

// archiver is one call of ar: a word of letters, then the archive.
func archiver(c *Command, args []string) (files []string, ok bool) {
	if len(args) == 1 && (args[0] == "--version" || args[0] == "-V") {
		return nil, true
	}
	if len(args) < 2 || strings.HasPrefix(args[0], "--") {
		return nil, false
	}
	letters := strings.TrimPrefix(args[0], "-")
	if strings.Trim(letters, "cdDmpPqrsStTuUvV") != "" || strings.HasPrefix(args[1], "-") {
		return nil, false
	}
	if strings.ContainsAny(letters, "dmqrs") {
		return []string{args[1]}, true
	}
	return nil, true
}

func ranlib(c *Command, args []string) (files []string, ok bool) {
	_, operands, ok := split(args, "DUt", "")
	return operands, ok
}

// objcopy writes its second operand, or changes its only one.
func objcopy(c *Command, args []string) (files []string, ok bool) {
	_, operands, ok := split(args, "SgpDUxXwVvh", "IOFBjRNKLGW", "--strip-debug", "--strip-all", "--strip-unneeded", "--strip-section",
		"--only-section", "--remove-section", "--set-section-flags", "--set-section-alignment", "--rename-section", "--redefine-sym", "--prefix-symbols",
		"--prefix-sections", "--prefix-alloc-sections", "--globalize-symbol", "--localize-symbol", "--keep-symbol", "--strip-symbol", "--weaken-symbol",
		"--weaken", "--localize-hidden", "--update-section", "--add-section", "--add-symbol", "--change-section-address", "--change-addresses",
		"--gap-fill", "--pad-to", "--set-start", "--output-target", "--input-target", "--binary-architecture", "--only-keep-debug", "--extract-dwo",
		"--strip-dwo", "--add-gnu-debuglink", "--compress-debug-sections", "--decompress-debug-sections", "--preserve-dates", "--version",
		"--redefine-syms", "--keep-symbols", "--strip-symbols", "--globalize-symbols", "--localize-symbols", "--keep-global-symbol")
	switch {
	case !ok || len(operands) > 2:
		return nil, false
	case len(operands) == 0:
		return nil, true
	}
	return operands[len(operands)-1:], true
}

// strip writes what -o names, or changes its operands.
func strip(c *Command, args []string) (files []string, ok bool) {
	opts, operands, ok := split(args, "sSgdpDUxXwvV", "oIOFRKN", "--strip-debug", "--strip-all", "--strip-unneeded", "--remove-section", "--keep-symbol",
		"--strip-symbol", "--preserve-dates", "--only-keep-debug", "--strip-dwo", "--version")
	if out := value(opts, "-o"); ok && out != "" {
		return []string{out}, true
	}
	return operands, ok
}
