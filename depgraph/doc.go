// Package depgraph decides what may run when. It knows nothing of makefiles: package kbuild tells it what depends on
// what, and asks it for permission to start work.
//
// It has two halves.
//
// Graph: nodes, waits, reconsideration order. What has to be made before what, in which order make -j1 would come to it,
// and who is woken when something is finished.
//
// Job slots and processes: how much runs at once, and how it is started, stopped and heard.
//
//   - [Slots] hands out job slots by [Priority]. Many make invocations live in this one process; a slot is held by a
//     real process, or by an invocation while it evaluates. An invocation that only waits holds none, so recursion
//     of any depth never starves the build.
//   - [Seat] is the place of one make, or of one job, among those that share slots: it holds a slot or none, and hands
//     it over.
//   - [Slots.Serve] and [Join] speak GNU make's job server protocol, so that makes (and compilers) started as children
//     share our slots, and we share those of a parent make. The rule of the protocol: a process starts with one slot,
//     the implicit one, which its parent holds for it; every further one is a byte read from a pipe, and
//     that very byte is written back. See jobserver.go.
//   - loadMeter (load.go) is the -l limit.
//   - [Procs] starts and reaps real processes, and passes fatal signals on to them; [LookPath] finds programs as a
//     make with another directory and PATH than ours would.
//   - [Output] keeps the output of a job together (-O) or passes it through, one lock shared with other makes.
//
// Reading order: graph.go; slots.go, seat.go, load.go, jobserver.go, jobserver_pool.go; process.go, status.go, lookpath.go.
//
// Nothing here reads or changes the process's own directory or environment (TMPDIR excepted, by [os.TempDir], where a
// caller names no folder for temporary files), and nothing prints.
package depgraph
