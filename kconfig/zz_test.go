package kconfig

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"gokbuild/kbuild/probe"
)

func TestZZ(t *testing.T) {
	memo := probe.Open("/tmp/kconfig/probes")
	n := 0
	var tot time.Duration
	sh := ShellFunc(func(command, dir string, env []string, stdin io.Reader, stderr io.Writer) ([]byte, error) {
		n++
		a := time.Now()
		s0 := memo.Stats()
		out, _, err := memo.Run(command, dir, env, stdin, stderr)
		s1 := memo.Stats()
		if s1.Unknown > s0.Unknown {
			fmt.Printf("UNKNOWN %v %q\n", time.Since(a), command)
		} else if s1.Hits == s0.Hits {
			fmt.Printf("MISS %v %q\n", time.Since(a), command)
		}
		tot += time.Since(a)
		return out, err
	})
	a := time.Now()
	ConfMain(Invocation{Args: []string{"-s", "--olddefconfig", "Kconfig"}, Dir: "/tmp/kconfig/w/g", Env: os.Environ(), Stdout: os.Stdout, Stderr: os.Stderr, Shell: sh})
	fmt.Println(n, tot, time.Since(a), memo.Stats())
}
