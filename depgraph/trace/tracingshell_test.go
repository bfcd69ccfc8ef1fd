package trace

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"gokbuild/depgraph"
)

// tracingShell is the name under which the test binary is a /bin/sh that traces each command it is given, and then, if the
// command is proved to change nothing, runs it again to see whether that is so.
const tracingShell = "tracing-shell"

// shellResult is what the shell appends to the file that TRACE_LOG names.
type shellResult struct {
	Command       string
	Facts         int
	Impure        string
	Changed       []string // facts that are not what they were, after the repetition
	Traced, Plain time.Duration
}

func shellMain(args []string) int {
	argv := append([]string{"sh"}, args...)
	plain := func() *exec.Cmd {
		return &exec.Cmd{Path: "/bin/sh", Args: argv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	}
	text := strings.Join(args, " ")
	if strings.Contains(text, "make ") {
		// A make below is to use this shell too, and what is traced cannot trace.
		cmd := plain()
		cmd.Run()
		return cmd.ProcessState.ExitCode()
	}
	dir, err := os.Getwd()
	if err != nil {
		return 1
	}
	start := time.Now()
	r, err := Run(context.Background(), nil, depgraph.ProcSpec{Path: "/bin/sh", Argv: argv, Dir: dir, Env: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	result := shellResult{Command: text, Traced: time.Since(start)}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	result.Facts, result.Impure = len(r.Facts), r.Impure
	if r.Impure == "" {
		before := make([]uint64, len(r.Facts))
		for i, f := range r.Facts {
			before[i], _ = testValue(f)
		}
		cmd := plain()
		cmd.Stdout, cmd.Stderr = nil, nil
		start = time.Now()
		cmd.Run()
		result.Plain = time.Since(start)
		for i, f := range r.Facts {
			if v, err := testValue(f); err != nil || v != before[i] {
				result.Changed = append(result.Changed, f.Kind.String()+" "+f.Path)
			}
		}
	}
	line, _ := json.Marshal(result)
	log, err := os.OpenFile(os.Getenv("TRACE_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return 1
	}
	defer log.Close()
	log.Write(append(line, '\n'))
	return r.Status.Code
}
