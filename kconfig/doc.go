// Package kconfig is the configuration language of kernel trees as a library: it reads Kconfig files, computes the
// values of symbols, and writes every file that the tree's own C tools write, byte for byte.
//
// [Load] parses a tree into a [Config]; the Config's methods read and set symbols, walk the menu tree, explain values
// and write files. Trees differ by generation; a [Dialect] says how, and [DetectDialect] reads it off the tree's own
// sources.
//
// The work is done in rooms, each with one question. An arrow of imports points only to a room further up in this list:
//
//	internal/ctext     how does the C library read a text?
//	internal/dialect   which generation's tool is imitated?
//	internal/host      what does the tool see of the world, and where does it print?
//	internal/model     what do the Kconfig files say?
//	internal/simplify  what does this condition come down to?
//	internal/syntax    what does this text say?
//	internal/finalize  which dependencies follow from where an entry stands?
//	internal/solve     which values follow, and why?
//	internal/files     what do the files hold?
//	internal/engine    how do the rooms become one tool?
//	kconfig            the library
//	conf               the program conf: its modes and its dialogue
//	merge              the script merge_config.sh -m, which knows nothing of Kconfig
//	menu               a configuration in the hands of a person; below it the screens of mconf and nconf
//
// The package takes nothing from the process: directory, environment and streams are given, and there is no global
// state. It knows nothing of make. docs/kconfig.md explains the dialects, the solver and the writers.
package kconfig
