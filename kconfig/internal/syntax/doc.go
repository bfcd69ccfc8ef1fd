// Package syntax answers: what does this text say? It reads Kconfig files into a tree of entries, in the words and with
// the recovery from errors of either generation of the C tool's grammar.
//
//	text → tokens → entries
//	lexer.go   parser.go, stmt.go, option.go, optionline.go, expr.go → builder.go
//	macro.go
//
// Reading order: syntax.go, token.go, lexer.go (or lexer_old.go), macro.go, include.go; parser.go, stmt.go, option.go,
// optionline.go, expr.go; builder.go, predefine.go; announce.go.
package syntax
