package main

// This file runs one build, and finds what it leaves.

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// searchPath is the PATH of every build: a developer's own folders must not choose other tools.
const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// pinned holds the environment that keeps two builds alike.
var pinned = []string{
	"PATH=" + searchPath,
	"LC_ALL=C",
	"KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 2026",
	"KBUILD_BUILD_USER=user",
	"KBUILD_BUILD_HOST=host",
	"KBUILD_BUILD_VERSION=1",
}

// plan is one build: which tree, configured how, where to.
type plan struct {
	src, out  string
	inTree    bool   // out is a copy of src, and the build runs in it
	config    string // the goal that makes .config
	allconfig string // file for KCONFIG_ALLCONFIG, or empty
	goals     []string
	jobs      string
	args      []string // given to gokbuild only

	environment []string // instead of the usual one
}

func (p *plan) env() []string {
	env := append([]string{"HOME=" + os.Getenv("HOME")}, pinned...)
	if p.allconfig != "" {
		env = append(env, "KCONFIG_ALLCONFIG="+p.allconfig)
	}
	// Settings of the engine under test pass through: GNU make takes no notice of them.
	for _, kv := range os.Environ() {
		if strings.HasPrefix(kv, "GOKBUILD_") {
			env = append(env, kv)
		}
	}
	return env
}

// prepare makes an empty output folder, or a fresh copy of the tree.
func (p *plan) prepare() error {
	if err := os.RemoveAll(p.out); err != nil {
		return err
	}
	if !p.inTree {
		return os.MkdirAll(p.out, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(p.out), 0o755); err != nil {
		return err
	}
	return copyTree(p.src, p.out)
}

// command prepares one start of program on the plan's tree.
func (p *plan) command(program string, words ...string) *exec.Cmd {
	args := []string{"-C", p.src, "O=" + p.out}
	if p.inTree {
		args = []string{"-C", p.out}
	}
	cmd := exec.Command(program, append(args, words...)...)
	if cmd.Env = p.environment; cmd.Env == nil {
		cmd.Env = p.env()
	}
	return cmd
}

// run starts program once and returns what it printed.
func (p *plan) run(program string, words ...string) (string, error) {
	cmd := p.command(program, words...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); err != nil {
		return log.String(), fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, lastLines(log.String(), 30))
	}
	return log.String(), nil
}

// runUntil starts program and sends it a signal once it has shown so many steps. It returns how the
// program ended; ending before that is an error, because then nothing was interrupted.
func (p *plan) runUntil(program string, steps int, sig syscall.Signal, words ...string) (string, error) {
	cmd := p.command(program, words...)
	// A group of its own, so that the signal reaches what a terminal's would.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	sent := false
	sc := bufio.NewScanner(out)
	sc.Buffer(nil, 64<<20) // with V=1 a line may name thousands of files
	for sc.Scan() {
		if workLine.MatchString(sc.Text()) {
			if steps--; steps == 0 {
				sent = true
				if err := syscall.Kill(-cmd.Process.Pid, sig); err != nil {
					return "", err
				}
			}
		}
	}
	err = cmd.Wait()
	if !sent {
		return "", fmt.Errorf("%s ended before it could be interrupted: %v", program, cmp.Or(err, errors.New("success")))
	}
	return cmd.ProcessState.String(), nil
}

// build configures and builds from nothing.
func (p *plan) build(program string, extra ...string) (log string, took time.Duration, err error) {
	if err := p.prepare(); err != nil {
		return "", 0, err
	}
	start := time.Now()
	first, err := p.run(program, append(slices.Clip(extra), p.config)...)
	if err != nil {
		return first, 0, err
	}
	second, err := p.run(program, append(append(slices.Clip(extra), "-j"+p.jobs), p.goals...)...)
	return first + second, time.Since(start), err
}

// again runs the same build on what is there and returns the lines that show work.
func (p *plan) again(program string, extra ...string) ([]string, error) {
	log, err := p.run(program, append(append(slices.Clip(extra), "-j"+p.jobs), p.goals...)...)
	return workLines(log), err
}

// workLine matches kbuild's notes of steps that make objects, archives and programs.
var workLine = regexp.MustCompile(`^\s+(CC|CPP|AS|LD|AR|HOSTCC|HOSTLD|HOSTCXX|LDS|MKPIGGY|VDSO|VDSO2C|OBJCOPY|KSYMS|NM|SYSTBL|SYSHDR|GENKEY)\s`)

func workLines(log string) []string {
	var lines []string
	for line := range strings.Lines(log) {
		if workLine.MatchString(line) {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	return lines
}

// reference returns a tree that program left when it built p, from the cache if it holds one. The key
// covers everything that can change the bytes: tree, configuration, paths, environment, tools.
func (p *plan) reference(program, cache string) (tree string, err error) {
	key, err := p.key(program)
	if err != nil {
		return "", err
	}
	tree = filepath.Join(cache, key, "tree")
	if _, err := os.Stat(tree); err == nil {
		fmt.Printf("reference by %s: kept from an earlier run (%s)\n", program, tree)
		return tree, nil
	}
	fmt.Printf("reference by %s: building …\n", program)
	log, took, err := p.build(program)
	if err != nil {
		return "", err
	}
	fmt.Printf("reference by %s: %.1f s\n", program, took.Seconds())
	if err := os.MkdirAll(filepath.Dir(tree), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(cache, key, "log"), []byte(log), 0o644); err != nil {
		return "", err
	}
	// Copied under another name first: a copy cut short must not be taken for a reference.
	if err := copyTree(p.out, tree+".part"); err != nil {
		return "", err
	}
	return tree, os.Rename(tree+".part", tree)
}

func (p *plan) key(program string) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, "reference 1", p.src, p.out, p.inTree, p.config, p.goals, pinned)
	for _, f := range []string{filepath.Join(p.src, "Makefile"), filepath.Join(p.src, "debian", "changelog"), p.allconfig} {
		data, err := os.ReadFile(f)
		if err != nil && !errors.Is(err, os.ErrNotExist) && f != "" {
			return "", err
		}
		fmt.Fprintf(h, "%d\n", len(data))
		h.Write(data)
	}
	for _, tool := range []string{program, "gcc", "ld", "as", "ar", "bison", "flex", "bc", "perl", "python3", "pahole", "rustc"} {
		if err := identify(h, tool); err != nil {
			return "", err
		}
	}
	// Libraries and plugins decide, too, what a configuration offers; where there is no dpkg, nobody tells.
	if packages, err := exec.Command("dpkg-query", "-W").Output(); err == nil {
		h.Write(packages)
	}
	return fmt.Sprintf("%s-%s-%x", filepath.Base(p.src), p.config, h.Sum(nil)[:8]), nil
}

// identify writes what stands for one program: where it is, how long and how old.
func identify(w io.Writer, tool string) error {
	path := tool
	if !strings.Contains(tool, "/") {
		path = ""
		for _, dir := range filepath.SplitList(searchPath) {
			if _, err := os.Stat(filepath.Join(dir, tool)); err == nil {
				path = filepath.Join(dir, tool)
				break
			}
		}
	}
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		fmt.Fprintln(w, tool, "absent")
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(w, path, info.Size(), info.ModTime().UnixNano())
	return nil
}

// copyTree copies a folder, or the one that a link names, with times, modes and the links in it; cp knows how to share blocks where the
// file system can.
func copyTree(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if out, err := exec.Command("cp", "-a", "-H", "--reflink=auto", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("cp -a %s %s: %w\n%s", from, to, err, out)
	}
	return nil
}

func lastLines(s string, n int) string {
	var lines []string
	sc := bufio.NewScanner(strings.NewReader(s))
	sc.Buffer(nil, len(s)+1)
	for sc.Scan() {
		if lines = append(lines, sc.Text()); len(lines) > n {
			lines = lines[1:]
		}
	}
	return strings.Join(lines, "\n")
}
