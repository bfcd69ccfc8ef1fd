package fixdep

// This file lists the source texts of fixdep that are known, as hashes of their parts.

// known maps the fingerprint of a declaration to what it says about the dialect.
// nil means that it says nothing that is not said elsewhere: helpers, and
// functions that differ in form only. Only declarations whose behaviour the
// differential test has compared are in it.
var known = map[uint64]func(d *Dialect, names []string){
	// main: the newer ones write the first line themselves
	0x00e925b8955a0e2d: prefix("savedcmd_"),
	0x68acba2af332c696: prefix("cmd_"),
	0x873bc1009ce600fc: prefix("cmd_"),
	0xeba09d7445b2b9ce: phases("spl/", "tpl/", "vpl/"),
	0xd21d8b4fec5ee0d0: phases("spl/", "tpl/", "vpl/"),
	0x1a5d57874602df17: nil, // run_tests: only for -t, which is not three arguments
	0x0a64b8a520605e2d: nil,
	0x42de6645a29fe50d: nil,
	0x7a220f36def134a7: nil, // has -e, which adds what it reads from standard input
	0x93c991987a055959: nil,
	0xe6d183b1945dd021: nil,
	// print_cmdline
	0xa9afe9a4e5d82692: prefix("cmd_"),
	0xa6248eca8446a67e: prefix("cmd_"),

	// parse_dep_file
	0x07f9f3131923827b: reads(depsLines),
	0xa00f23d1db30587d: reads(depsTokens),
	0x7af3772949b8ba79: reads(depsTokens),
	0x1bbf1d9c49cfce07: reads(depsMapped),
	0x2639277e78fecfc9: reads(depsMapped),
	0xc5e3d8b253e27102: reads(depsMapped),
	0x1152de5528786a37: reads(depsColon),
	0x64bcb0069c17890d: reads(depsBare),
	0xb625723bb0939679: reads(depsBare),
	0xf5838ac26a76034e: reads(depsBareCR),
	0xde4db18012c15e97: reads(depsPlain),
	0x9c601a626d818989: reads(depsBuild),

	// parse_config_file
	0x00df03fba5bdeafc: scans(scanWord),
	0x21794f60cb6b662c: scans(scanWord),
	0x068e9c8bc3cd961f: scans(scanAnywhere),
	0x01d54c41dd7cd07a: scans(scanModule),
	0xf85abea865dbe7a3: scans(scanModule),
	0x7c8c9f67fa8574ed: scans(scanInside),
	0xb5a3e22c63cabf69: scans(scanInside),
	0x7dcfb9182783b407: scans(scanBusybox),
	0x586bb7730e2ded2e: scans(scanUBoot),
	0x5cbac8ab48a7789e: scans(scanUBoot1),
	0x178ba06aa1bc2d4a: nil, // parse_config_line

	// use_config, print_config, print_dep
	0x28c3a69e815eb87e: named(nameFlat),
	0xfbddc6c3561d1cb7: named(nameFlat),
	0x5b435a10e6b2319d: named(nameSlashed),
	0xc048a74deff61cc3: named(nameSlashed),
	0xcd6e06a225d7a0ef: named(nameSlashed),
	0xdd0cc0f3049e0367: named(nameSlashed),
	0x7e5987634906a327: named(nameSlashed),
	0x68c9526ce3093df7: named(nameCollapsed),
	0x21d50139247abec0: nil, // calls print_config
	0xcb21e1ca4a02dff0: nil, // calls print_dep

	// is_ignored_file, is_no_parse_file
	0xcbd9de7207e23504: func(d *Dialect, names []string) { d.ignored = names },
	0x3fad9a8322e20cdd: func(d *Dialect, names []string) { d.unread = names },

	// do_config_file, read_file, print_deps
	0x00884eb24ee2ac4d: nil,
	0x49d50c7d6c7a6ea9: nil,
	0xb2f004a15b72c8f6: nil,
	0x02f1dcd1985bd9ed: nil,
	0x69a5e0b03773647a: nil,
	0x72ce2be192a79066: nil,
	0x371b9f90c5c1c94d: nil,
	0x82f723f364f6eba1: nil,
	0x5689133b6b28d305: nil,
	// do_extra_deps
	0x3e15a2b45fc0979e: nil,

	// str_ends_with, strrcmp
	0x207b4418891bfdd2: nil,
	0xc5a4e854790039c6: nil,
	0xe1f032daeddf04e4: nil,
	0x54d5950a3d07e890: nil,

	// the set of symbols: hashing, looking up, adding, clearing
	0x3c609184b67547ed: nil,
	0xbcd96cdddf22a489: nil,
	0x780c9618df4398b6: nil,
	0x7a8acf4b3fe9a472: nil,
	0x4f654356c5d84657: nil,
	0xf25a3418c84350b1: nil,
	0x802a66803836d5e5: nil,
	0x19e48d5ca7423421: nil,
	0x733b46f546ff3c5d: nil,
	0xcd99a4e4ea358d2e: nil,
	0x0eb04d19e76b47ca: nil,
	0x489ee34190ab5fa4: nil,
	0x32317f64de3f8c38: nil,
	0x03ddd1f602829d1c: nil,

	// usage, traps, xprintf, xputchar
	0xfd7b00c09e521daa: nil,
	0x59d9368e5b71473d: nil,
	0x46382cfdeeb5ef16: nil,
	0x6859d7f29283235e: nil,
	0x91eb1e1d1d416ef8: nil,
	0x311a23836d07ce5a: nil,
	0x350c94eef1698dfe: nil,
	0x7915b0fc6da73c43: nil,
	0xde5013d22384eaf7: nil,
	0x9b9d08b8a5cf0d54: nil,

	// CHECKP, CHECK: macros of a self-test
	0x2c9f69f4f75029cf: nil,
	0x7956523b7a3973cd: nil,

	// variables and types
	0x280e4f1d7b37808c: nil,
	0xf27651c4a3b6a21e: nil,
	0x79900fa7d73d35a1: nil,
	0xa863e5c14300bb44: nil,
	0x5e60c26dc6d3a699: nil,
	0x274fdc52b8c05302: nil,
	0xac7d22fdc11ac1be: nil,
	0x15c4410d84202744: nil,
	0x7fabef5932eda16a: nil,
	0x590afbb898d098fe: nil,
	0xb4d0beab52fbf699: nil,
	0xf0301160aeac874b: nil,
}

func prefix(p string) func(*Dialect, []string) {
	return func(d *Dialect, _ []string) { d.prefix = p }
}

// phases is U-Boot's main: some targets get symbols with a prefix.
func phases(targets ...string) func(*Dialect, []string) {
	return func(d *Dialect, _ []string) { d.prefix, d.targets = "cmd_", targets }
}

func reads(k depsKind) func(*Dialect, []string) {
	return func(d *Dialect, names []string) {
		d.deps = k
		if len(names) > 0 {
			d.ignored = names
		}
	}
}

func scans(k scanKind) func(*Dialect, []string) {
	return func(d *Dialect, _ []string) { d.scan = k }
}

func named(k nameKind) func(*Dialect, []string) {
	return func(d *Dialect, _ []string) { d.names = k }
}
