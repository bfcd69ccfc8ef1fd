// Package kconfig is the configuration language of kernel trees: it reads Kconfig files, computes the values of symbols,
// and writes every file that the tree's own C tools write, byte for byte.
//
// [Load] parses a tree into a [Config]; the Config's methods read and set symbols, walk the menu tree, explain values and
// write files. [ConfMain] is the program conf, in process: it takes the program's arguments, directory, environment and
// streams and returns its exit status. Trees differ by generation; a [Dialect] says how, and [DetectDialect] reads it off
// the tree's own sources.
//
// Reading order: types.go and expr.go (data), lexer.go, macro.go, parser.go and menu.go (text to menu tree), finalize.go
// and simplify.go (propagation of dependencies), solve.go and choice.go (values), dotconfig.go (reading), write.go and
// autoconf.go (writing), conf.go and ask.go (the program). Files named _old hold what only older generations do.
//
// The package takes nothing from the process: directory, environment and streams are given, and there is no global
// state. It knows nothing of make. docs/kconfig.md explains the dialects, the solver and the writers.
package kconfig
