package workers

// This file puts icecc or distcc in front of a compiler. Both run the compiler here when they cannot send it, and say so in their
// logs alone.

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"gokbuild/depgraph"
)

// launcher is icecc or distcc.
type launcher struct {
	kind, path string
	// logEnv has it write a log to a file whose name follows; sent and kept are what the log holds if the work was done
	// elsewhere, or here.
	logEnv     []string
	sent, kept string
}

var launchers = map[string]launcher{
	// icecc(1), "Environment variables"; client/remote.cpp, local.cpp.
	"icecc": {kind: "icecc", logEnv: []string{"ICECC_DEBUG=debug", "ICECC_LOGFILE="}, sent: "Have to use host ", kept: "building myself"},
	// distcc(1), "Environment variables"; src/compile.c, dcc_note_execution.
	"distcc": {kind: "distcc", logEnv: []string{"DISTCC_VERBOSE=1", "DISTCC_LOG="}, sent: "completed ok", kept: "running locally"},
}

// Launch returns a pool that has icecc or distcc started in front of compilers.
func Launch(ctx context.Context, kind, pathEnv, dir string, say func(string)) (*Pool, error) {
	l, ok := launchers[kind]
	if !ok {
		return nil, fmt.Errorf("--dist=%s: it must be icecc or distcc", kind)
	}
	file, err := depgraph.LookPath(kind, pathEnv, dir)
	if err != nil {
		return nil, fmt.Errorf("--dist=%s: it is not installed", kind)
	}
	l.path = file
	return newPool(ctx, l, say), nil
}

func (l launcher) name() string { return l.kind }

// compile implements way.
func (l launcher) compile(_ context.Context, j *job) error {
	messages, err := os.CreateTemp("", "gokbuild-dist")
	if err != nil {
		return err
	}
	defer messages.Close()
	defer os.Remove(messages.Name())
	log := messages.Name() + ".log"
	defer os.Remove(log)

	p := *j.Process
	p.Path, p.Argv, p.Stderr = l.path, append([]string{l.path, j.Path}, j.Argv[1:]...), messages
	p.Env = append([]string(nil), p.Env...)
	for _, entry := range l.logEnv {
		if strings.HasSuffix(entry, "=") {
			entry += log
		}
		p.Env = append(p.Env, entry)
	}
	w, err := j.start(&p)
	if err != nil {
		return err
	}
	st, err := w.Wait()
	switch said, readErr := os.ReadFile(messages.Name()); {
	case err != nil:
		return err
	case !st.Success():
		return keepHere("an error, which is reported from here")
	case readErr != nil || len(said) > 0:
		return keepHere("a message, which is reported from here")
	}
	if err := j.renameTarget(); err != nil {
		return err
	}
	// What was left is right, wherever it was made.
	if text, err := os.ReadFile(log); err != nil || !bytes.Contains(text, []byte(l.sent)) || bytes.Contains(text, []byte(l.kept)) {
		return ranHere("it was not sent")
	}
	return nil
}
