package diff

// The C tool of a tree, built by the tree's own Makefile in a scratch folder,
// and the environment in which that Makefile starts it. The environment is
// not guessed: once conf is built, a script that records its environment is
// put in its place and the Makefile is asked for a configuration of each
// architecture. Compilers are the host's; both tools see the same ones.

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

//go:embed preload.c.txt
var preloadSource []byte

// Reference is the C tool of one tree.
type Reference struct {
	Tree *Tree
	Conf string // the program
	ID   string // changes with the program, the tree's files and the compiler

	dir      string // scratch folder of this tree
	obj      string // output folder of the tree's Makefile; "" if it cannot be used
	preload  string // shared object that remembers the $(shell) results, or ""
	archEnvs map[string][]string
}

// hermetic is the environment from which make is started.
func hermetic() []string {
	return []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/nonexistent", "LANG=C", "LC_ALL=C", "TERM=dumb", "SHELL=/bin/sh",
		"KBUILD_BUILD_TIMESTAMP=1", "KCONFIG_NOTIMESTAMP=1",
	}
}

// BuildReference builds the C tool of t under scratch, or takes the one that
// an earlier call left there. A program DIR.conf beside the tree is used
// instead if there is one, for trees whose Makefile the host's make cannot run.
func BuildReference(ctx context.Context, t *Tree, scratch string) (*Reference, error) {
	scratch, err := filepath.Abs(scratch)
	if err != nil {
		return nil, err
	}
	print, err := t.Fingerprint()
	if err != nil {
		return nil, err
	}
	r := &Reference{
		Tree: t, dir: filepath.Join(scratch, "ref", t.Name+"-"+print[:8]),
		archEnvs: map[string][]string{},
	}
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return nil, err
	}
	if given := t.Dir + ".conf"; fileExists(given) {
		r.Conf = given
	} else {
		r.obj = filepath.Join(r.dir, "obj")
		r.Conf = filepath.Join(r.dir, "conf")
		if !fileExists(r.Conf) {
			if err := r.build(ctx); err != nil {
				return nil, err
			}
		}
	}
	prog, err := os.ReadFile(r.Conf)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(prog)
	r.ID = print + "-" + hex.EncodeToString(sum[:8])
	r.preload, err = buildPreload(ctx, scratch)
	return r, err
}

func (r *Reference) build(ctx context.Context) error {
	if err := r.make(ctx, "", "allnoconfig"); err != nil {
		return err
	}
	built := filepath.Join(r.obj, "scripts/kconfig/conf")
	prog, err := os.ReadFile(built)
	if err != nil {
		return fmt.Errorf("the tree's Makefile left no conf: %w", err)
	}
	if err := os.WriteFile(r.Conf+".tmp", prog, 0o777); err != nil {
		return err
	}
	// The recorder is newer than its objects, so make keeps it.
	recorder := fmt.Sprintf("#!/bin/sh\nexec env -0 > '%s'\n", filepath.Join(r.dir, "env.new"))
	if err := os.Remove(built); err != nil {
		return err
	}
	if err := os.WriteFile(built, []byte(recorder), 0o777); err != nil {
		return err
	}
	return os.Rename(r.Conf+".tmp", r.Conf)
}

func (r *Reference) make(ctx context.Context, arch, goal string) error {
	args := []string{"-s", "-C", r.Tree.Dir, "O=" + r.obj}
	if arch != "" {
		args = append(args, "ARCH="+arch)
	}
	if err := os.MkdirAll(r.obj, 0o777); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "make", append(args, goal)...)
	cmd.Env = hermetic()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: make %s: %w\n%s", r.Tree.Name, goal, err, tail(out, 2000))
	}
	return nil
}

// Env returns the environment in which the tree's Makefile starts conf for
// the architecture.
func (r *Reference) Env(ctx context.Context, arch string) ([]string, error) {
	if env, ok := r.archEnvs[arch]; ok {
		return env, nil
	}
	env, err := r.recordEnv(ctx, arch)
	if err != nil {
		return nil, err
	}
	r.archEnvs[arch] = env
	return env, nil
}

func (r *Reference) recordEnv(ctx context.Context, arch string) ([]string, error) {
	if r.obj == "" {
		return fallbackEnv(ctx, r.Tree, arch)
	}
	file := filepath.Join(r.dir, "env."+arch)
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		fresh := filepath.Join(r.dir, "env.new")
		if err := os.Remove(fresh); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		if err := r.make(ctx, arch, "allnoconfig"); err != nil {
			return nil, err
		}
		if err := os.Rename(fresh, file); err != nil {
			return nil, fmt.Errorf("%s: the Makefile did not start conf: %w", r.Tree.Name, err)
		}
		data, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	var env []string
	for _, kv := range strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00") {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "GNUMAKEFLAGS", "PWD", "OLDPWD", "SHLVL", "_",
			"KCONFIG_ALLCONFIG", "KCONFIG_SEED":
			// Make's own, or of the run that recorded it.
		default:
			env = append(env, kv)
		}
	}
	sort.Strings(env)
	return env, nil
}

var versionLine = regexp.MustCompile(`(?m)^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)\s*=[ \t]*(\S*)`)

// fallbackEnv is for trees whose Makefile the host's make cannot run.
func fallbackEnv(ctx context.Context, t *Tree, arch string) ([]string, error) {
	makefile, err := os.ReadFile(filepath.Join(t.Dir, "Makefile"))
	if err != nil {
		return nil, err
	}
	v := map[string]string{}
	for _, m := range versionLine.FindAllStringSubmatch(string(makefile), -1) {
		v[m[1]] = m[2]
	}
	version := v["VERSION"] + "." + v["PATCHLEVEL"] + "." + v["SUBLEVEL"] + v["EXTRAVERSION"]
	cmd := exec.CommandContext(ctx, "gcc", "--version")
	cmd.Env = hermetic()
	text, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	env := append(hermetic(), "srctree="+t.Dir, "objtree=.", "KERNELVERSION="+version, "CC=gcc", "LD=ld", "AR=ar", "NM=nm",
		"OBJCOPY=objcopy", "OBJDUMP=objdump", "HOSTCC=gcc", "HOSTCXX=g++", "CONFIG_SHELL=sh", "CC_VERSION_TEXT="+first,
		"PERL=perl", "PYTHON3=python3", "KCONFIG_CONFIG=.config")
	if arch != "" {
		env = append(env, "ARCH="+arch, "SRCARCH="+arch, "SUBARCH=x86")
	}
	return env, nil
}

// buildPreload compiles the shared object that keeps the results of
// $(shell,…), so that the C tool starts each compiler probe once per
// environment and not once per run.
func buildPreload(ctx context.Context, scratch string) (string, error) {
	sum := sha256.Sum256(preloadSource)
	lib := filepath.Join(scratch, "ref", "remember-"+hex.EncodeToString(sum[:6])+".so")
	if fileExists(lib) {
		return lib, nil
	}
	tmp := fmt.Sprintf("%s.%d", lib, os.Getpid())
	cmd := exec.CommandContext(ctx, "gcc", "-O1", "-fPIC", "-shared", "-o", tmp, "-x", "c", "-", "-ldl")
	cmd.Env = hermetic()
	cmd.Stdin = bytes.NewReader(preloadSource)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("compile the probe memory: %w\n%s", err, out)
	}
	return lib, os.Rename(tmp, lib)
}

// probeEnv adds the folder of the probe memory, kept apart by environment.
func (r *Reference) probeEnv(env []string) ([]string, error) {
	h := sha256.New()
	for _, kv := range env {
		if !strings.HasPrefix(kv, "KCONFIG_") {
			io.WriteString(h, kv+"\x00")
		}
	}
	dir := filepath.Join(r.dir, "probes", hex.EncodeToString(h.Sum(nil)[:8]))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return append(env[:len(env):len(env)], "KDIFF_PROBES="+dir), nil
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func tail(b []byte, n int) []byte {
	if len(b) > n {
		return b[len(b)-n:]
	}
	return b
}

// startTime is the mtime of every file before a step; any other afterwards
// means that the step touched the file.
var startTime = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
