// Package workers has compilers run elsewhere. It answers one question: can another machine run this process, so that what it
// leaves is what it would leave here?
//
// It is a link of the chain of package command: it declines every command, and has the processes of its compilers started its
// way. There are two ways:
//
//   - a server of the Remote Execution API (remote.go): it gets the source with all headers that may be read (includes.go,
//     root.go), under names that do not depend on this machine (names.go), and what comes back is checked (check.go);
//   - icecc or distcc in front of the compiler (launcher.go): they send what the preprocessor has left.
//
// link.go is the link; deps.go puts lists of dependencies right that a launcher has made.
//
// Whatever is unusual runs here: a form of compiler call that is not known, debugging information, in which the names of
// folders are, a message of the compiler, an error. So what is printed, and an exit status other than 0, never comes from
// another machine.
package workers
