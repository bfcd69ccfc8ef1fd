// Package host answers: what does the tool see of the world, and where does it print? Directory, environment, streams,
// files and the shell are fields of a [World]; leaving early is an [ExitError].
//
// Reading order: world.go, options.go (what a caller gives), read.go, write.go, print.go, report.go (messages),
// exit.go, shell.go; texts.go and watch.go are for runs that were begun early, errno.go has the words of the C
// library.
package host
