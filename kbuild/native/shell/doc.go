// Package shell answers one question: what would `/bin/sh -c line` have done,
// and can we do exactly that without starting a shell?
//
// A recipe line (or the text of a $(shell …) call) is parsed with
// mvdan.cc/sh/v3/syntax in its POSIX variant. Parse then compiles the tree into
// a small immutable program and refuses everything whose meaning it cannot
// guarantee; a refused line belongs to the real /bin/sh. The program is run by
// an evaluator that follows dash, the /bin/sh of Debian: same output bytes, same
// messages, same exit status, same order of file operations.
//
// What runs where:
//   - dash's own builtins (echo, printf, test, cd, set, trap, …) run here;
//   - a few coreutils programs (mkdir -p, rm -f, cat, …) run here on their
//     successful path only: the moment anything is unusual the real program is
//     started instead and speaks for itself, in its own words and language;
//   - everything else is started through Env.Start, so that the caller accounts
//     for job slots and signals.
//
// Reading order. Text to program: program.go (Parse, Program), node.go,
// compile.go, compile_builtin.go, word.go, script.go; faithful.go and
// harmless.go say what is refused. Running it: start.go, state.go, vars.go,
// eval.go (control flow and errexit), command.go (simple commands), expand.go,
// glob.go, redirect.go, descriptors.go, pipe.go, stdin.go, output.go, status.go,
// trap.go. dash's builtins: builtins.go, printf.go, test.go. Programs that run
// here: native.go, awk.go, xargs.go. direct.go is make's own decision to run a
// line without any shell.
//
// The package knows nothing of make's recipes, targets or job server. It never
// changes the directory or the environment of this process: a program has a
// virtual directory and an environment of its own.
package shell
