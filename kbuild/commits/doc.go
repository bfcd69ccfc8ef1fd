// Package commits builds the commits of a range one after the other. It answers one question: what does each commit change in what is
// built?
//
// [Run] is the program of --each-commit. Each commit is checked out in a worktree that is kept for this, and built by a gokbuild of
// its own, in an output directory for each configuration, which is kept as well: what a commit does not touch is not built again.
// What came of it is stored; a second run goes on with the first commit of which nothing is stored.
//
//	A..B ──▶ commits, the one before the first, too        git.go
//	  each ──▶ worktree ──▶ configure ──▶ build            room.go, build.go
//	             └──▶ complaints, sizes ──▶ Result         sizes.go
//	                     └──▶ compared with its parent's   compare.go
//	                             └──▶ text, JSON, status   text.go, json.go
//
// options.go reads the options, run.go is the walk over all of it, child.go starts git and gokbuild such that signals reach them.
package commits
