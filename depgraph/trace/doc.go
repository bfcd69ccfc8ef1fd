// Package trace answers: which files decided what this command did?
//
// A build runs some commands every time, because no rule says what they depend on. [Run] runs such a command once under
// ptrace and reports every path that its outcome depended on, as [Fact] values; as long as each of them holds (package facts),
// running it again would change nothing. What exactly is claimed stands at [Report]. Whenever something is seen
// that could make a repetition differ, or that is not understood, Report.Impure says so and there are no facts.
//
// The package knows nothing of builds. It belongs to depgraph for its processes ([depgraph.Procs] starts the tracer).
//
// # Tracing
//
// The tracer is a process of its own (helper.go): this executable under the name [Name]. It starts the command, follows all
// its processes and threads from system call to system call (tracer.go), and writes a report to a pipe (encode.go). The command
// runs as it would otherwise: same directory, environment, descriptors, signals, process group, job control. It is not
// filtered with seccomp, which would be quicker and would cost programs their set-user-id bits. If the tracer dies, so
// does the command. As soon as nothing can be proved any more the command is let go: it goes on untraced, at its own speed.
// A rehearsal (rehearse.go) is ended then.
//
// What is watched:
//
//   - Every call that takes a path or changes what one leads to (files.go), through symbolic links (walk.go), before and
//     after it is made: what was there, and whether it succeeded. Reading order decides what it means (record.go): what
//     was asked before the command changed it has to have the same answer at the end; what the command made itself
//     needs none.
//   - What exec reads without a system call: the program, interpreters of scripts, the loader (exec.go).
//   - Reading and writing of descriptors that the command was given (descriptors.go). Standard input with something in it,
//     or any other given descriptor, proves nothing.
//   - The time of day: new programs are started without the vDSO, the page that lets them read the clock unseen. Some
//     programs read it when they start and are allowed to, as often as they are known to (programs.go).
//   - Clocks that count, random numbers, numbers of processes: programs that are known to make no more of them than names of
//     temporary files may ask; the names must be in nothing that is printed or left. The eight random bytes that a C library
//     takes for itself are free.
//   - All that stat tells: of programs that are not known to use less, it is a System fact. statx says what it is about.
//   - Texts of interpreters (texts.go): a shell that mentions $RANDOM or $PPID, an awk that calls rand(), proves nothing. Nor
//     does one that gets its text through a pipe (given.go). Their words also tell which variables may have been looked at
//     (Report.Names).
//   - Whether a descriptor is a terminal is a matter of Report.Terminal. Of what size it is, and in what state, proves nothing
//     (terminal.go).
//   - Connections, shared memory, signals to strangers, devices, /proc and /sys but for some steady files (special.go),
//     namespaces, extended attributes, and every system call that is not listed (calls.go): nothing is proved.
//   - Processes that still run when the command has ended: nothing is proved. They are let go, not waited for.
//   - Programs that get privileges when they are executed: nothing is proved. The process is let go before it happens, for
//     the kernel withholds them under trace. If it is the command itself, Run refuses.
//
// # Taken on trust
//
//   - User, groups, limits, umask, scheduling (package inherited tells) and mounts are the same next time, and standard
//     descriptors are of the same kind if Report.Terminal: the caller's business.
//   - A number of a process that a shell makes a temporary name of ($$) is not turned into another number first.
//   - The first reading of the clock of make, git, find, mawk, bash and C compilers does not get into results, as far as their
//     arguments and texts tell. Compilers that are given -frandom-seed have none.
//   - The order in which processes of a pipeline run, and in which a directory lists its names, does not matter.
//   - Size and date that compilers, shells and text tools learn of a file when they have opened it are not used for more than
//     buffers; what compilers' tools, rm, mv and the like ask by name is only whether and what it is. Size and date of
//     directories are used for nothing, but by make, and by shells and test(1) if their words compare dates. All other
//     questions by stat make a Dated fact, which holds the date.
//   - Dates of last access, numbers of links and the like are not used by the programs that programs.go lists for it.
//   - Programs that are known by name ask a file system only of what kind it is, and use no more of the memory than its
//     size, a System fact.
//   - Extended attributes that are not there stay away. The dates of files that the command writes are not a part of
//     the claim. No other process undoes a change within the resolution of file times.
//   - Memory of a process is not changed by another of its threads between a call's entry and the kernel's reading of a path.
//
// A process that is traced cannot trace. A command that tries is let go before, and proves nothing.
//
// Reading order: trace.go and run.go (the build's side), helper.go and tracer.go (the tracer's), together.go (on one
// processor); calls.go with calls_other.go, calls_amd64.go and calls_arm64.go (the table of system calls), files.go, walk.go,
// stat.go, value.go, memory.go (what one of them means); exec.go, programs.go, texts.go, given.go (programs); descriptors.go,
// terminal.go, special.go; record.go (what is proved), rehearse.go, encode.go. helper_other.go is for machines on which there
// is no tracer.
package trace
