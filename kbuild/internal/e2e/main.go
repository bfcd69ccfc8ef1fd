package main

// This file is the command line of the program: its commands and their options.

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

type options struct {
	plan
	ref, new  string // the two programs
	refTree   string // a reference that is there already, built at out
	cache     string
	alternate bool
	excuse    []string
	interrupt []int // numbers of steps after which the build is interrupted
	signal    syscall.Signal
	bench     int // rounds of a benchmark instead of a comparison
}

func main() {
	// A shell starts background jobs with SIGINT ignored, and children inherit that; a handler undoes it.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	go func() {
		<-stop
		os.Exit(130)
	}()
	ok, err := dispatch(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// dispatch plays the command that the first word names; without one, options say what to compare.
func dispatch(args []string) (bool, error) {
	if len(args) > 0 {
		switch args[0] {
		case "edits":
			return editsCommand(args[1:])
		case "crashes":
			return crashesCommand(args[1:])
		case "watch":
			return watchCommand(args[1:])
		case "saves":
			return savesCommand(args[1:])
		case "typing":
			return typingCommand(args[1:])
		case "nullbench":
			return nullBenchCommand(args[1:])
		case "enter":
			return false, enter(args[1:])
		}
	}
	opt, err := parse(args)
	if err != nil {
		return false, err
	}
	if opt.bench > 0 {
		return bench(opt)
	}
	return compare(opt)
}

func parse(args []string) (*options, error) {
	var opt options
	fs := flag.NewFlagSet("e2e", flag.ExitOnError)
	fs.StringVar(&opt.src, "src", "", "the kernel tree")
	fs.StringVar(&opt.out, "out", "", "the output folder both builds use (default: below -cache)")
	fs.BoolVar(&opt.inTree, "in-tree", false, "build inside a copy of the tree at -out instead of with O=")
	fs.StringVar(&opt.config, "config", "tinyconfig", "the goal that makes .config")
	fs.StringVar(&opt.allconfig, "allconfig", "", "file for KCONFIG_ALLCONFIG")
	fs.StringVar(&opt.jobs, "j", "2", "jobs")
	fs.StringVar(&opt.ref, "ref", "make", "the reference program; empty: only build, compare nothing")
	fs.StringVar(&opt.new, "new", "gokbuild", "the program to compare; empty: only build the reference")
	fs.StringVar(&opt.refTree, "ref-tree", "", "take this tree as the reference's output; it must have been built at -out")
	fs.StringVar(&opt.cache, "cache", defaultCache(), "where outputs and references are kept")
	fs.BoolVar(&opt.alternate, "alternate", false, "then run each program on the other's output: nothing may be built")
	fs.IntVar(&opt.bench, "bench", 0, "measure this many rounds of -ref and -new in turn instead of comparing")
	interrupt := fs.String("interrupt", "", "interrupt -new after so many steps and start it again, e.g. 50,400")
	sig := fs.String("signal", "INT", "how to interrupt: INT, TERM, HUP or KILL")
	goals := fs.String("goals", "", "goals of the build, separated by blanks")
	newArgs := fs.String("new-args", "", "further arguments for -new, separated by blanks")
	excuse := fs.String("may-lack", "scripts/kconfig", "folders below which -new need not build everything, separated by commas")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if opt.src == "" || fs.NArg() > 0 {
		return nil, fmt.Errorf("usage: e2e -src TREE [options]; see e2e -h")
	}
	opt.goals, opt.args = strings.Fields(*goals), strings.Fields(*newArgs)
	if *excuse != "" {
		opt.excuse = strings.Split(*excuse, ",")
	}
	for _, n := range strings.FieldsFunc(*interrupt, func(r rune) bool { return r == ',' }) {
		steps, err := strconv.Atoi(n)
		if err != nil {
			return nil, fmt.Errorf("-interrupt %s: %w", *interrupt, err)
		}
		opt.interrupt = append(opt.interrupt, steps)
	}
	if opt.signal = unix.SignalNum("SIG" + *sig); opt.signal == 0 {
		return nil, fmt.Errorf("-signal %s: no such signal", *sig)
	}
	if opt.out == "" {
		name := filepath.Base(opt.src) + "-" + opt.config
		if opt.allconfig != "" {
			name += "-" + strings.TrimSuffix(filepath.Base(opt.allconfig), ".config")
		}
		if opt.inTree {
			name += "-in-tree"
		}
		opt.out = filepath.Join(opt.cache, "out", name)
	}
	for _, p := range []*string{&opt.src, &opt.out, &opt.allconfig} {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return nil, err
		}
		*p = abs
	}
	for _, p := range []*string{&opt.ref, &opt.new} {
		// A program given by path is started from other folders.
		if strings.Contains(*p, "/") {
			abs, err := filepath.Abs(*p)
			if err != nil {
				return nil, err
			}
			*p = abs
		}
	}
	if _, err := os.Stat(filepath.Join(opt.src, "Makefile")); err != nil {
		return nil, fmt.Errorf("no tree to build: %w", err)
	}
	return &opt, nil
}

func defaultCache() string {
	if dir := os.Getenv("GOKBUILD_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "gokbuild")
}

// compare plays all steps and says whether every one came out equal.
func compare(opt *options) (bool, error) {
	fmt.Printf("== %s, %s: %s against %s\n", filepath.Base(opt.src), opt.config, cmp.Or(opt.new, "nothing"), cmp.Or(opt.ref, "nothing"))
	want := opt.refTree
	if want == "" && opt.ref != "" {
		var err error
		if want, err = opt.reference(opt.ref, filepath.Join(opt.cache, "references")); err != nil {
			return false, err
		}
	}
	if opt.new == "" {
		return true, nil
	}
	took, err := opt.buildNew()
	if err != nil {
		return false, err
	}
	fmt.Printf("%s: %.1f s\n", opt.new, took.Seconds())
	if want == "" {
		return true, nil
	}
	c, err := compareTrees(want, opt.out, opt.excuse)
	if err != nil {
		return false, err
	}
	c.report(os.Stdout)
	if c.files == 0 {
		return false, fmt.Errorf("nothing was compared: %s is empty", want)
	}
	ok := c.equal()
	if !opt.alternate {
		return ok, nil
	}
	// First the reference on the new program's output, then the other way round.
	idle, err := opt.idle(opt.ref, nil)
	if err != nil {
		return false, err
	}
	ok = ok && idle
	if err := copyTree(want, opt.out); err != nil {
		return false, err
	}
	if idle, err = opt.idle(opt.new, opt.args); err != nil {
		return false, err
	}
	return ok && idle, nil
}

// buildNew builds with the new program, interrupted as often as asked for.
func (opt *options) buildNew() (time.Duration, error) {
	if len(opt.interrupt) == 0 {
		_, took, err := opt.build(opt.new, opt.args...)
		return took, err
	}
	if err := opt.prepare(); err != nil {
		return 0, err
	}
	start := time.Now()
	if _, err := opt.run(opt.new, append(slices.Clip(opt.args), opt.config)...); err != nil {
		return 0, err
	}
	words := append(append(slices.Clip(opt.args), "-j"+opt.jobs), opt.goals...)
	for _, steps := range opt.interrupt {
		status, err := opt.runUntil(opt.new, steps, opt.signal, words...)
		if err != nil {
			return 0, err
		}
		fmt.Printf("  interrupted by %v after %d steps: %s\n", opt.signal, steps, status)
	}
	_, err := opt.run(opt.new, words...)
	return time.Since(start), err
}

// idle runs program on the output that is there, which must give it nothing to build.
func (opt *options) idle(program string, args []string) (bool, error) {
	lines, err := opt.again(program, args...)
	if err != nil {
		return false, err
	}
	for _, line := range lines {
		fmt.Printf("  built again by %s: %s\n", program, strings.TrimSpace(line))
	}
	fmt.Printf("  %s on the other's output: %d steps built again\n", program, len(lines))
	return len(lines) == 0, nil
}
