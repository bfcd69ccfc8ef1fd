// Package conf answers: what would the tree's program conf do? It takes the program's arguments, directory, environment
// and streams and returns its exit status. [Main] is a whole run; [Begin] starts one on the guess that it will be
// wanted.
//
// The program asks the library where another front end would ask the same, and the rooms below it for what no other may
// do: values set past their limits, a line of input at a time, an exit in the middle of a question.
//
// Reading order: invocation.go, options.go, conf.go (a whole run), load.go, mode.go; walk.go, ask.go, askchoice.go (the
// dialogue); random.go and glibc.go (randconfig); ahead.go (a run that was begun early); busybox.go.
package conf
