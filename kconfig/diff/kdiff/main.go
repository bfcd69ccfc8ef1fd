// Command kdiff runs the differential matrix of Kconfig: our conf against the
// C conf of each tree. The full matrix of every tree below the default folder:
//
//	go run ./kconfig/diff/kdiff
//
// One combination again, with its whole difference:
//
//	go run ./kconfig/diff/kdiff -run '^linux-6.12/x86/allnoconfig/syncconfig$' -lines 1000
//
// Results of the C tool are kept in the scratch folder, so a repeated run
// costs our side only. The exit status is 1 if anything differs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"gokbuild/kconfig/diff"
)

func main() {
	if diff.IsFace() {
		os.Exit(diff.Face())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code, err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kdiff:", err)
		os.Exit(2)
	}
	os.Exit(code)
}

type options struct {
	trees, scratch, work, ours, pattern, report, archs, only string
	workers, lines, seeds                                    int
	short, list, cOnly, probe                                bool
}

func parseFlags() options {
	var o options
	flag.StringVar(&o.trees, "trees", envOr("GOKBUILD_TREES", "/work/.cache"), "folder that holds the trees")
	flag.StringVar(&o.only, "tree", "", "regular expression: trees to run")
	flag.StringVar(&o.archs, "arch", "", "regular expression: architectures to run")
	flag.StringVar(&o.pattern, "run", "", "regular expression: steps to run")
	flag.StringVar(&o.scratch, "scratch", envOr("GOKBUILD_SCRATCH", filepath.Join(os.TempDir(), "gokbuild-kdiff")), "scratch folder, kept between runs")
	flag.StringVar(&o.work, "work", workDefault(), "folder in which the tools run")
	flag.StringVar(&o.ours, "ours", "", "program under test (default: this one)")
	flag.StringVar(&o.report, "report", "", "also write the report to this file")
	flag.IntVar(&o.workers, "j", runtime.NumCPU(), "workers")
	flag.IntVar(&o.lines, "lines", 40, "lines shown of each difference")
	flag.IntVar(&o.seeds, "seeds", 20, "random configurations on the host's architecture")
	flag.BoolVar(&o.short, "short", false, "the sample that continuous integration runs")
	flag.BoolVar(&o.list, "list", false, "list the steps and stop")
	flag.BoolVar(&o.cOnly, "c-only", false, "only run the C tool, to fill the cache")
	flag.BoolVar(&o.probe, "probe", false, "let our side run every compiler probe itself")
	flag.Parse()
	return o
}

func envOr(name, def string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return def
}

func workDefault() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

func run(ctx context.Context) (int, error) {
	o := parseFlags()
	scenarios, err := scenarios(o)
	if err != nil {
		return 2, err
	}
	selectRe, err := regexp.Compile(o.pattern)
	if err != nil {
		return 2, err
	}
	if o.list {
		for _, s := range scenarios {
			for i := range s.Steps {
				if name := s.StepName(i); selectRe.MatchString(name) {
					fmt.Println(name)
				}
			}
		}
		return 0, nil
	}
	if o.ours == "" {
		if o.ours, err = os.Executable(); err != nil {
			return 2, err
		}
	}
	sum := diff.NewSummary(o.lines)
	begin := time.Now()
	r := &diff.Runner{
		Scratch: o.scratch, Work: o.work, Ours: o.ours, Workers: o.workers, COnly: o.cOnly, Probe: o.probe,
		Select: selectRe.MatchString,
		Report: func(rep diff.StepReport) {
			if text := sum.Add(rep); text != "" {
				fmt.Print(text)
			}
			if n := sum.Total(); n%100 == 0 {
				fmt.Fprintf(os.Stderr, "%6.0fs %s\n", time.Since(begin).Seconds(), sum.Line())
			}
		},
	}
	err = r.Run(ctx, scenarios)
	fmt.Printf("%s%s in %.0f s\n", sum.Table(), sum.Line(), time.Since(begin).Seconds())
	if o.report != "" {
		if err := os.WriteFile(o.report, []byte(sum.Report()), 0o666); err != nil {
			return 2, err
		}
	}
	if err != nil {
		return 2, err
	}
	if sum.Failed() {
		return 1, nil
	}
	return 0, nil
}

func scenarios(o options) ([]*diff.Scenario, error) {
	trees, err := diff.ListTrees(o.trees)
	if err != nil {
		return nil, err
	}
	if len(trees) == 0 {
		return nil, fmt.Errorf("no tree below %s", o.trees)
	}
	onlyTree, err := regexp.Compile(o.only)
	if err != nil {
		return nil, err
	}
	onlyArch, err := regexp.Compile(o.archs)
	if err != nil {
		return nil, err
	}
	var all []*diff.Scenario
	for i, t := range trees {
		if !onlyTree.MatchString(t.Name) {
			continue
		}
		var older *diff.Tree
		if i > 0 {
			older = trees[i-1]
		}
		list, err := diff.Matrix(t, older, diff.HostArch(t), o.seeds)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	all = slices.DeleteFunc(all, func(s *diff.Scenario) bool { return !onlyArch.MatchString(s.Arch) })
	if o.short {
		all = diff.Short(all, diff.ShortCounts())
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("nothing selected below %s", strings.TrimSpace(o.trees))
	}
	return all, nil
}
