// Package flags answers: what does this command line ask for, and how is that passed on to sub-makes?
//
// It reads make's options from argv, from the environment (MAKEFLAGS, GNUMAKEFLAGS) and from makefiles that assign to
// MAKEFLAGS, and writes them back as the text of MAKEFLAGS and MFLAGS. It defines no variables and reads no files: variable
// assignments among the operands are returned as text, and the caller, who has the variables, evaluates them.
//
// In reading order: [Flags] is the result (flags.go); options.go is the table of options, one line each; getopt.go splits
// argument lists the way the C library does; parse.go applies options, own.go those that make does not have; assign.go takes
// assignments apart; encode.go writes MAKEFLAGS; restart.go writes a command line for a make that is run again; help.go holds
// the texts of --help and --version.
//
// The life of a Flags value in one invocation of make:
//
//	f := flags.New(p)
//	err := f.Load(argv, env)                  // environment, then argv
//	f.Settle(level)                           // what -C, -R, MAKELEVEL imply; after this MAKEFLAGS can be shown
//	… f.Makeflags(flags.Reading, …)           // the text of MAKEFLAGS while makefiles are read
//	… f.Assigned(value, origin)               // profiles with MakeflagsAtOnce: each time a makefile assigns to MAKEFLAGS
//	… f.AfterReading(gnumakeflags, makeflags) // once, when all makefiles are read
//	… f.Makeflags(flags.Building, …)          // the text in recipes and for sub-makes
package flags
