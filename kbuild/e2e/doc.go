// Command e2e compares whole kernel builds: it builds a tree with GNU make and with gokbuild at the same
// output path, then compares every file, mode and symbolic link.
//
//	go run ./kbuild/e2e -src ~/.cache/gokbuild/trees/linux-6.1 -config tinyconfig -new gokbuild -alternate
//
// The same path matters because debug information and saved commands hold it. What would differ between two
// runs of GNU make itself (time stamp, user, host, build number) is pinned by environment variables.
//
// Reading order: main.go (options and the order of steps), build.go (one build in a clean environment, and
// references kept between runs), compare.go (two trees), bench.go (times).
package main
