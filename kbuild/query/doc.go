// Package query answers questions about a tree. It answers one question: what does gokbuild know about this tree, for people,
// editors and agents that ask?
//
// An [Engine] reads and never builds. Its answers come from three sources, each of which is gone through when it is first asked
// for and then kept:
//
//	Kconfig    the Kconfig files with the present configuration        Engine.Kconfig, Kconfig.Symbol
//	Graph      the makefiles, evaluated as make -n does (package plan)  Engine.Graph, Engine.WhatBuilds, the trees
//	lines      obj-$(CONFIG_X) += y.o as written in makefiles           Engine.Objects, Engine.ConfigOf
//
// Besides, [Settings] reads configurations, and [Engine.WouldDrop] says which settings would not take effect. These take
// texts, so that one that is not saved yet will do. Where files name symbols is known to package mentions.
//
// For a server: New, set Shell to a runner that starts nothing, and ask. Only Kconfig and Graph evaluate makefiles, whose
// $(shell) runs; Objects and Settings read nothing but the text that they are given. An engine does not notice changes: a new
// one does. Places are absolute names, lines and columns count from 1, columns in bytes.
//
// Reading order: engine.go, kconfig.go, objects.go, graph.go (what is known); builds.go, listed.go, linked.go, symbols.go, change.go,
// from.go, tree.go (answers); rebuild.go (what would be built now?); main.go (--query); ready.go (is the tree ready to be asked?);
// still.go (for editors: nothing runs); compdb.go, keep.go (--compdb).
package query
