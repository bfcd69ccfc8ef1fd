// Package diff proves that the kconfig package behaves as the C program
// `conf` of a kernel tree: it runs both with the same arguments, environment,
// standard input and start files, each in a fresh directory, and compares the
// files they leave (names, modes, bytes, whether touched), standard output,
// standard error and exit status.
//
// Reading order: [Tree] (what is there to configure), [Reference] (the C tool
// and the environment kbuild gives it), [Scenario] and [Step] (what to run),
// [Runner] (runs both tools and compares), [Case] (small cases with recorded
// answers of the C tool, which need no tree).
//
// The package knows the command line of conf and the shape of a kernel tree's
// folders. It knows nothing of the evaluator: the tool under test is a program
// started by name, so that a crash or an endless loop is one failed step.
//
// How to run it is described in docs of the kdiff command and in
// testdata/kconfig/README.md.
package diff
