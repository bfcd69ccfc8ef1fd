// Package lsp is a language server. It answers one question: what does an editor ask of a kernel tree, and what is answered?
//
// It knows four kinds of files: Kconfig, makefiles, configurations (.config, defconfigs, fragments), and sources, of which it
// answers for CONFIG_ words alone; clangd knows the rest. Everything about the tree comes from package query. The protocol is
// LSP 3.17 (https://microsoft.github.io/language-server-protocol/).
//
// A [Tree] answers with values and knows nothing of messages; [Main] carries them over JSON-RPC. No makefile is evaluated and no
// $(shell) is run: what commands of Kconfig files print comes from memory, or is not known. Columns are UTF-16 units.
//
// Reading order: text.go (a text and places in it), tree.go and guess.go (what is known), word.go (what is under the cursor),
// answers.go, complete.go, outline.go, edit.go, check.go, last.go (answers); protocol.go (values of LSP), methods.go, server.go and
// main.go (messages). Who mentions which symbol is package mentions.
package lsp
