// Package command runs one command. It answers one question: by what means is this command run?
//
// A [Command] is a line of a recipe or the text of a $(shell). It goes along a [Chain] of runners; each takes it or
// declines. The links, first to last, as package kbuild puts them together:
//
//	scout        running ahead: nothing is run, but what can begin early begins
//	submake      a plain call of $(MAKE) becomes a make in this process
//	parse        finds out how the command can be run without a shell
//	recall       memory shows that it would change nothing         (package remember)
//	probes       a compiler probe was answered before              (package remember)
//	learn        it is run under trace, or watched                 (package remember)
//	cache        processes that were run before are not started    (package cache)
//	changes      notes that files may have changed, once the command has ended
//	…            a remote worker goes here
//	slot         takes a job slot
//	in-process   the in-process shell runs it
//	direct       it is a program with arguments
//	shell        the real shell runs it
//
// A new way to run commands is a new link.
//
// Reading order: command.go (the value and the chain), parse.go, submake.go, local.go (the links that run something),
// process.go, capture.go ($(shell)), deeds.go (which files it writes), words.go.
package command
