//go:build linux && (amd64 || arm64)

package trace

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// talk makes thousands of system calls, so that tracer and command are kept on one processor.
const talk = "seq 300 >list; while read -r l; do :; done <list; "

// TestTogetherUnseen: nobody sees that a command was kept on the processor of its tracer, neither who asks under trace nor who
// is let go.
func TestTogetherUnseen(t *testing.T) {
	var mine unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mine); err != nil {
		t.Fatal(err)
	}
	last := 0
	for cpu := range len(mine) * strconv.IntSize {
		if mine.IsSet(cpu) {
			last = cpu
		}
	}
	one := strconv.Itoa(last)
	for name, script := range map[string]string{
		"asked under trace":             talk + "nproc",
		"asked by a child":              talk + "(" + talk + "nproc)",
		"asked in a pipeline":           talk + talk + "cat list | { while read -r l; do :; done; nproc; }",
		"let go":                        talk + "exec grep Cpus_allowed: /proc/self/status",
		"let go while a child waits":    talk + "{ read x; grep Cpus_allowed: /proc/self/status; } <<-E\n$(" + talk + "cat /proc/self/stat >/dev/null)\nE\n",
		"chosen by the command":         talk + "taskset -c " + one + " sh -c '" + talk + "nproc; grep Cpus_allowed: /proc/self/status'",
		"chosen by it for its parent":   talk + "taskset -cp " + one + " $$ >/dev/null; " + talk + "nproc; grep Cpus_allowed: /proc/self/status",
		"of another process of its own": "sh -c '" + talk + talk + "exec sleep 1000 >/dev/null 2>&1' & " + talk + talk + "grep Cpus_allowed: /proc/$!/status; kill $!",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := outputOf(t, func(out *os.File) {
				cmd := exec.Command("/bin/sh", "-c", script)
				cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = sandbox(t, ""), testEnv, out, out
				if err := cmd.Run(); err != nil {
					t.Fatalf("%s: %v", script, err)
				}
			})
			_, got := runShell(t, "", sandbox(t, ""), script)
			if got != want || strings.TrimSpace(got) == "" {
				t.Errorf("under trace %q, without %q", got, want)
			}
		})
	}
}

// BenchmarkTalk is a command of 20,000 system calls and little else, as scripts/checksyscalls.sh of kernels is: a shell that
// reads a pipe byte by byte.
func BenchmarkTalk(b *testing.B) {
	dir := b.TempDir()
	if err := os.WriteFile(dir+"/list", []byte(strings.Repeat("0123456789\n", 1800)), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		runShell(b, "", dir, "cat list | while read -r l; do :; done")
	}
}
