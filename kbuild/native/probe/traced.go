package probe

// A command of Kconfig that has no narrow form, and of which an observed run proves nothing, is run under trace when it
// is met again: the tracer sees which files decided it (package trace). A script with a pipeline, for example, is decided by
// itself and by what it starts. `python3 -c "import lxml"` is not proved: Python draws a seed, so it runs each time.
// Answers of makefiles are remembered in the same way in the output folder, by package remember.

import (
	"bytes"
	"context"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/inherited"
	"gokbuild/depgraph/trace"
)

// Keys of commands as the store knows them. Other users of the store look for the text of the command alone.
const (
	tracedKey = "\x00traced\x00"
	// readerKey is that of those which have looked at their standard input; behind the command stands what it was.
	readerKey = "\x00reader\x00"
	// metKey notes that a command ran whose answer could not be kept. The status is how often a trace of it proved nothing.
	metKey = "\x00met\x00"
	// maxTraces is how often it is tried.
	maxTraces = 2
)

// Tracing returns a Shell that runs commands under trace which it meets again, and of which nothing else is known.
func (s Shell) Tracing(ctx context.Context) Shell {
	s.ctx = ctx
	return s
}

// find returns the entry that answers for a command.
func (s Shell) find(cmd string, v *view) *entry {
	if e := s.memo.find(cmd, v); e != nil || s.ctx == nil {
		return e
	}
	return s.memo.find(tracedKey+cmd, v)
}

// again answers for a command of which nothing was known: with what a trace has proved before, or by running it under trace if it
// was met before. It reports false if it has not been run.
func (s Shell) again(cmd, dir string, env []string, stdin io.Reader, stderr io.Writer) (a answer, ok bool) {
	m := s.memo
	in, given := stdin.(*os.File)
	if s.ctx == nil || stdin != nil && !given {
		return a, false
	}
	e := m.find(tracedKey+cmd, m.newView(dir, env))
	if e == nil {
		e = m.find(readerKey+cmd+"\x00"+inherited.Input(in), m.newView(dir, env))
	}
	if e != nil {
		m.count(func(st *Stats) { st.Hits++ })
		return answer{stdout: bytes.Clone(e.Stdout), status: e.Status}, true
	}
	met := m.entriesOf(metKey + cmd)
	if len(met) == 0 || met[len(met)-1].Status >= maxTraces {
		return a, false
	}
	counted := &countingWriter{w: stderr}
	report, out, err := s.watch(cmd, dir, env, in, counted)
	if err != nil {
		return a, false
	}
	e = &entry{Cmd: tracedKey + cmd, Dir: dir, Stdout: bytes.Clone(out), Status: report.Status.Code}
	if report.Stdin || report.Terminal {
		// Its other standard descriptors are always pipes.
		e.Cmd = readerKey + cmd + "\x00" + inherited.Input(in)
	}
	v := m.newView(dir, env)
	known := counted.n == 0 && report.Status.Signal == 0
	if known {
		e.Facts, known = v.traced(report)
	}
	if known {
		m.count(func(st *Stats) { st.Recorded++ })
		m.insert(e)
	} else {
		m.meets(cmd, met[len(met)-1].Status+1)
	}
	return answer{stdout: out, status: report.Status.ExitCode()}, true
}

// meets notes that a command ran whose answer could not be kept.
func (m *Memo) meets(cmd string, traces int) { m.insert(&entry{Cmd: metKey + cmd, Status: traces}) }

// watch runs a command under trace. An error means that it was not run.
func (s Shell) watch(cmd, dir string, env []string, stdin *os.File, stderr io.Writer) (*trace.Report, []byte, error) {
	var out bytes.Buffer
	var copying sync.WaitGroup
	pipe := func(w io.Writer) (*os.File, error) {
		r, f, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		copying.Go(func() {
			io.Copy(w, r)
			r.Close()
		})
		return f, nil
	}
	outFile, err := pipe(&out)
	if err != nil {
		return nil, nil, err
	}
	errFile, err := pipe(stderr)
	if err != nil {
		outFile.Close()
		return nil, nil, err
	}
	report, err := trace.Run(s.ctx, nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: []string{"/bin/sh", "-c", cmd}, Dir: dir, Env: env,
		Stdin: stdin, Stdout: outFile, Stderr: errFile})
	outFile.Close()
	errFile.Close()
	copying.Wait()
	return report, out.Bytes(), err
}

// traced are the facts that a trace has found; ok is false if they do not prove the answer.
func (v *view) traced(report *trace.Report) (list []fact, ok bool) {
	if report.Impure != "" {
		return nil, false
	}
	var names []string
	for _, f := range report.Facts {
		if f.Written || strings.Contains(f.Path, "\n") {
			return nil, false // it leaves something, so it is no question
		}
		names = append(names, strconv.Itoa(int(f.Kind))+" "+f.Path)
	}
	add := func(k factKind, name string) { list = append(list, fact{k, name, v.state(k, name)}) }
	add(factInherited, "")
	if report.AnyName {
		list = append(list, v.environment([]string{anyName})...)
	} else {
		list = append(list, v.environment(append([]string{"PWD"}, report.Names...))...)
	}
	add(factTraced, strings.Join(names, "\n"))
	for _, f := range report.Facts {
		// What has changed since the trace saw it was not what decided.
		if !f.Is(facts.Look(f.Kind, "", f.Path)) {
			return nil, false
		}
	}
	return list, !v.young
}

// sights describes all that a trace has found, by the names of a fact.
func (v *view) sights(names string) string {
	var states []string
	for name := range strings.SplitSeq(names, "\n") {
		number, path, _ := strings.Cut(name, " ")
		n, err := strconv.Atoi(number)
		kind := facts.Kind(n)
		if err != nil || !kind.Known() {
			return "?"
		}
		if kind == facts.System {
			value, err := facts.SystemValue(path)
			if err != nil {
				return "?"
			}
			states = append(states, strconv.FormatUint(value, 16))
			continue
		}
		st := facts.Look(kind, "", path).As(kind)
		if kind != facts.Exists && st.Errno == 0 && !st.Settled() {
			v.young = true
		}
		states = append(states, identityOf(st))
	}
	return digest(states...)
}
