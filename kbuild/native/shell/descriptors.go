package shell

// All programs that run in this process share one table of descriptors, where
// each real shell has one of its own. So a program says beforehand how many it
// may need, and waits until there are so many; one that needs more than there are
// is given to the real shell. If there is none left all the same, for no fault of
// the program, it fails as a whole: a real shell would have gone on well.

import (
	"context"
	"os"
	"syscall"

	"gokbuild/depgraph/descriptors"
	"gokbuild/depgraph/libc"
)

// atStart is what a simple command needs: a folder that a pattern is looked for
// in, files that a program of this process reads and writes, or a pipe from a
// process whose output is captured.
const atStart = 4

// mostOpen is the most descriptors that n has open at once.
func mostOpen(n node) int {
	switch n := n.(type) {
	case *seqNode:
		most := 0
		for _, x := range n.list {
			most = max(most, mostOpen(x))
		}
		return most
	case *andNode:
		return max(mostOpen(n.x), mostOpen(n.y))
	case *orNode:
		return max(mostOpen(n.x), mostOpen(n.y))
	case *notNode:
		return mostOpen(n.x)
	case *pipeNode:
		all := 2 * (len(n.elems) - 1)
		for _, x := range n.elems {
			all += mostOpen(x)
		}
		return all
	case *groupNode:
		return redirsOpen(n.redirs) + mostOpen(n.body)
	case *subshellNode:
		return redirsOpen(n.redirs) + mostOpen(n.body)
	case *ifNode:
		return max(mostOpen(n.cond), mostOpen(n.then), mostOpen(n.other))
	case *forNode:
		return max(wordsOpen(n.words), mostOpen(n.body))
	case *caseNode:
		most := wordOpen(n.word)
		for _, item := range n.items {
			most = max(most, wordsOpen(item.patterns), mostOpen(item.body))
		}
		return most
	case *simpleNode:
		most := max(atStart, wordsOpen(n.args))
		for _, a := range n.assigns {
			most = max(most, wordOpen(a.value))
		}
		if n.trap != nil && n.trap.action != nil {
			most = max(most, mostOpen(n.trap.action.body))
		}
		return redirsOpen(n.redirs) + most
	}
	return 0
}

// kept is how many descriptors are open until the end: those of exec without a
// command.
func kept(n node) int {
	switch n := n.(type) {
	case *seqNode:
		all := 0
		for _, x := range n.list {
			all += kept(x)
		}
		return all
	case *andNode:
		return kept(n.x) + kept(n.y)
	case *orNode:
		return kept(n.x) + kept(n.y)
	case *notNode:
		return kept(n.x)
	case *groupNode:
		return kept(n.body)
	case *ifNode:
		return kept(n.cond) + kept(n.then) + kept(n.other)
	case *forNode:
		return kept(n.body)
	case *caseNode:
		all := 0
		for _, item := range n.items {
			all += kept(item.body)
		}
		return all
	case *simpleNode:
		if len(n.args) == 1 && n.args[0].static && n.args[0].text == "exec" {
			return len(n.redirs)
		}
	}
	return 0
}

func redirsOpen(redirs []redir) int {
	open, names := 0, 0
	for _, r := range redirs {
		if r.op != redirDup {
			open++
			names = max(names, wordOpen(r.file))
		}
	}
	return open + names
}

func wordsOpen(words []word) int {
	most := 0
	for _, w := range words {
		most = max(most, wordOpen(w))
	}
	return most
}

func wordOpen(w word) int {
	most := 0
	for _, p := range w.parts {
		if p.kind == partSubst && p.body != nil {
			most = max(most, mostOpen(p.body)+kept(p.body))
		}
	}
	return most
}

// take asks for what the program may need, and tells whether it is to be left to
// the real shell. give gives it back.
func (s *state) take(n int) (give func(), leave bool) {
	pool := descriptors.Process()
	switch {
	case s.env.Nested:
		// Whoever waits for this one may hold some: it does not wait for others.
		if pool.TryTake(n) {
			return func() { pool.Give(n) }, false
		}
		return func() {}, n > pool.Size()
	case n > pool.Size() && !s.env.Stay:
		return func() {}, true
	case pool.Take(s.ctx, n) != nil:
		return func() {}, false // it ends at once
	}
	return func() { pool.Give(n) }, false
}

// realShell runs the text of the program with /bin/sh.
func (s *state) realShell(text string) (Status, error) {
	p := &Process{
		Path: "/bin/sh", Argv: []string{"/bin/sh", "-c", text}, Env: s.vars.from.environ(), Dir: s.dir,
		Stdin: s.fds[0].file, Stdout: s.fds[1].file, Stderr: s.fds[2].file,
	}
	finish, err := s.collect(p)
	if err != nil {
		return Status{Code: 127}, err
	}
	defer finish()
	st, err := s.startProcess(p)
	if err == nil && s.ctx.Err() != nil {
		return st, context.Cause(s.ctx)
	}
	if err != nil {
		return Status{Code: 127}, err
	}
	return st, nil
}

// exhausted ends the program if err says that there is no descriptor left.
func (s *state) exhausted(what string, err error) bool {
	if !descriptors.Exhausted(err) {
		return false
	}
	if s.err == nil && s.ctx.Err() == nil {
		s.warn(what + ": " + libc.Error(err))
		s.err = err
	}
	s.exiting, s.noExitTrap = true, true
	s.status, s.final = 2, &Status{Code: 2}
	return true
}

// patiently opens something, waiting for a descriptor if there is none.
func patiently(ctx context.Context, open func() (int, error)) (fd int, err error) {
	err = descriptors.Patiently(ctx, func() (err error) {
		fd, err = libc.RetryN(open)
		return err
	})
	return fd, err
}

// readNames lists a directory with the dot entries, which readdir gives too.
func readNames(ctx context.Context, dir string) ([]string, error) {
	fd, err := patiently(ctx, func() (int, error) {
		return syscall.Open(dir, syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), dir)
	defer f.Close()
	names, err := f.Readdirnames(-1)
	return append(names, ".", ".."), err
}
