// Command e2e compares whole kernel builds: it builds a tree with GNU make and with gokbuild at the same
// output path, then compares every file, mode and symbolic link.
//
//	go run ./kbuild/internal/e2e -src ~/.cache/gokbuild/trees/linux-6.1 -config tinyconfig -new gokbuild -alternate
//
// The same path matters because debug information and saved commands hold it. What would differ between two
// runs of GNU make itself (time stamp, user, host, build number) is pinned by environment variables.
//
// Reading order: main.go (commands, options, the order of steps), build.go (one build in a clean environment, and
// references kept between runs), compare.go (two trees), bench.go (times).
//
// Four more commands play with two worlds, one for each builder, that are seen at the same path: world.go (what a
// builder sees, and one build in it), start.go (the state both start with).
//
//	e2e edits      random edits, each followed by builds whose files are compared
//	e2e crashes    builds that are killed, and a memory that is damaged
//	e2e watch      random edits while gokbuild --watch builds by itself
//	e2e nullbench  times where nothing or little has changed
//
// edits.go plays edits and judge.go decides who is right; op.go changes files, catalog.go finds what can be changed,
// kinds*.go choose the changes, steps.go reads what builds print, debris.go excuses what stopped builds leave.
//
// And two with none: e2e typing (typing.go) types into the files of a tree while the language server answers, e2e saves (saves.go)
// measures how soon a source is compiled that is saved while gokbuild --watch looks on.
//
// crashes.go, vigil.go and nullbench.go stand on these.
package main
