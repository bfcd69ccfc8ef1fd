// Command confcmd is the conf front end on its own, for development and the differential harness. The product's face
// is the multi-call name conf of gokbuild.
//
// GOKBUILD_PROBES names a directory in which the results of $(shell,...) probes are remembered; without it every probe
// is run.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"runtime/pprof"

	"gokbuild/kbuild/probe"
	"gokbuild/kconfig"
)

func main() {
	debug.SetGCPercent(400)
	if p := os.Getenv("GOKBUILD_CPUPROFILE"); p != "" {
		if f, err := os.Create(p); err == nil {
			_ = pprof.StartCPUProfile(f)
		}
	}
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	inv := kconfig.Invocation{
		Name: os.Args[0], Args: os.Args[1:], Dir: dir, Env: os.Environ(),
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	}
	if d := os.Getenv("GOKBUILD_PROBES"); d != "" {
		inv.Shell = probe.Open(d).Shell(probe.SystemShell)
	}
	status := kconfig.ConfMain(inv)
	pprof.StopCPUProfile()
	os.Exit(status)
}
