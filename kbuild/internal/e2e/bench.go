package main

// This file measures builds by make and by gokbuild side by side.

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sample is what one run cost.
type sample struct {
	wall, cpu time.Duration
	peak      int64 // highest resident size of the program itself, in bytes; its children do not count
}

// bench measures clean and idle builds of both programs in turn, so that whatever else the machine does
// falls on both alike. What they built is compared: a faster build of something else would be no gain.
func bench(opt *options) (bool, error) {
	programs := [...]string{opt.ref, opt.new}
	args := [...][]string{nil, opt.args}
	var clean, idle [2][]sample
	want := opt.out + ".reference"
	defer os.RemoveAll(want)
	equal := true
	for round := range opt.bench {
		for i, program := range programs {
			if err := opt.prepare(); err != nil {
				return false, err
			}
			if _, err := opt.run(program, append(slices.Clip(args[i]), opt.config)...); err != nil {
				return false, err
			}
			words := append(append(slices.Clip(args[i]), "-j"+opt.jobs), opt.goals...)
			s, err := opt.measure(program, words...)
			if err != nil {
				return false, err
			}
			clean[i] = append(clean[i], s)
			// Three idle builds a round: they are short and vary more.
			for range 3 {
				n, err := opt.measure(program, words...)
				if err != nil {
					return false, err
				}
				idle[i] = append(idle[i], n)
			}
			fmt.Printf("round %d: %s: clean %v, idle %v\n", round+1, program, s, idle[i][len(idle[i])-3:])
			if i == 0 {
				if err := replaceTree(want, opt.out); err != nil {
					return false, err
				}
			}
		}
		c, err := compareTrees(want, opt.out, opt.excuse)
		if err != nil {
			return false, err
		}
		c.report(os.Stdout)
		equal = equal && c.equal()
	}
	fmt.Printf("\n%s, %s, -j%s, %d rounds (median, lowest to highest)\n", opt.src, opt.config, opt.jobs, opt.bench)
	for _, kind := range []struct {
		name    string
		samples [2][]sample
	}{{"clean", clean}, {"idle", idle}} {
		for i, program := range programs {
			fmt.Printf("%-6s %-28s %s\n", kind.name, program, summary(kind.samples[i]))
		}
		ref, now := median(kind.samples[0], wallOf), median(kind.samples[1], wallOf)
		fmt.Printf("%-6s ratio of wall times %.3f, of CPU times %.3f\n", kind.name, now/ref,
			median(kind.samples[1], cpuOf)/median(kind.samples[0], cpuOf))
	}
	return equal, nil
}

// replaceTree moves the tree from to the place of another.
func replaceTree(to, from string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

func (s sample) String() string {
	return fmt.Sprintf("%.2f s wall, %.2f s CPU, %.0f MB", wallOf(s), cpuOf(s), peakOf(s))
}

func wallOf(s sample) float64 { return s.wall.Seconds() }
func cpuOf(s sample) float64  { return s.cpu.Seconds() }
func peakOf(s sample) float64 { return float64(s.peak) / 1e6 }

func summary(l []sample) string {
	return fmt.Sprintf("wall %s s, CPU %s s, peak memory %s MB", span(l, wallOf), span(l, cpuOf), span(l, peakOf))
}

func span(l []sample, of func(sample) float64) string {
	v := values(l, of)
	return fmt.Sprintf("%.2f (%.2f to %.2f)", median(l, of), v[0], v[len(v)-1])
}

func median(l []sample, of func(sample) float64) float64 {
	v := values(l, of)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func values(l []sample, of func(sample) float64) []float64 {
	var v []float64
	for _, s := range l {
		v = append(v, of(s))
	}
	slices.Sort(v)
	return v
}

func (p *plan) measure(program string, words ...string) (sample, error) {
	cmd := p.command(program, words...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	stop, peak := make(chan struct{}), make(chan int64)
	go func() { peak <- watchPeak(cmd.Process.Pid, stop) }()
	err := cmd.Wait()
	s := sample{wall: time.Since(start)}
	close(stop)
	s.peak = <-peak
	if err != nil {
		return s, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, lastLines(log.String(), 30))
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return s, nil
}

// watchPeak follows the high-water mark the kernel keeps for a process; the resource usage of wait
// would give that of its largest child, a compiler.
func watchPeak(pid int, stop <-chan struct{}) (peak int64) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		data, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		for line := range strings.Lines(string(data)) {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				peak = max(peak, kb*1024)
			}
		}
		select {
		case <-stop:
			return peak
		case <-tick.C:
		}
	}
}
