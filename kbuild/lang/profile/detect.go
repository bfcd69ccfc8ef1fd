package profile

// This file finds out which make is to be imitated, by asking the one in PATH.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/onestep"
)

// versionVariable is the environment variable that chooses the imitated version.
const versionVariable = "GOKBUILD_MAKE_VERSION"

// Marker is what the second line of our own --version text begins with. A make that prints it is no reference: what it says
// about its version is what it was told to imitate.
const Marker = "gokbuild "

// askTimeout bounds the one question put to a make program; a wrapper that waits for input must not hang the build.
const askTimeout = 10 * time.Second

// ErrOwnProgram is returned by ofMake for a make that is this program under another name.
var ErrOwnProgram = errors.New("this make is gokbuild")

// Choose finds the profile: flag (the --make-version option), else env (the value of GOKBUILD_MAKE_VERSION), else the first real make
// in path (a PATH list), else the default. Answers of programs are remembered in cacheDir; an empty cacheDir asks every time.
func Choose(flag, env, path, cacheDir string) (*Profile, error) {
	if flag != "" {
		p, err := forAsked(flag)
		if err != nil {
			return nil, fmt.Errorf("--make-version: %w", err)
		}
		return p, nil
	}
	if env != "" {
		p, err := forAsked(env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", versionVariable, err)
		}
		return p, nil
	}
	for _, dir := range filepath.SplitList(path) {
		if dir == "" {
			dir = "."
		}
		// A make that cannot be asked, is no GNU make, or is ourselves says nothing; the next one may.
		if p, err := ofMake(filepath.Join(dir, "make"), cacheDir); err == nil {
			return p, nil
		}
	}
	return ForVersion(Default)
}

// forAsked is the profile of a version that somebody asked for by name: unlike a make that is found, it must be one that is imitated.
func forAsked(version string) (*Profile, error) {
	p, err := ForVersion(version)
	if err != nil {
		return nil, err
	}
	if nums, _ := parseVersion(version); !imitated(nums) {
		return nil, fmt.Errorf("make %s is not imitated (4.2, 4.3, 4.4, %s are)", version, Default)
	}
	return p, nil
}

// ofMake gives the profile of the make program at path.
func ofMake(path, cacheDir string) (*Profile, error) {
	version, err := versionOfMake(path, cacheDir)
	if err != nil {
		return nil, err
	}
	return ForVersion(version)
}

func versionOfMake(path, cacheDir string) (string, error) {
	if _, err := os.Stat(path); err != nil {
		return "", err // most folders of PATH have none
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	if real, err = filepath.Abs(real); err != nil {
		return "", err
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
		return "", &fs.PathError{Op: "run", Path: path, Err: fs.ErrPermission}
	}
	if isSelf(info) {
		return "", ErrOwnProgram
	}
	// The name asked for is part of the identity: one multi-call file may answer differently under each of its names.
	id := facts.Of(info.Sys().(*syscall.Stat_t))
	key := fmt.Sprintf("%s %v %q", filepath.Base(path), id, real)
	if version, ok := recall(cacheDir, key); ok {
		return version, nil
	}
	settled := id.Settled()
	version, err := askVersion(path)
	if err != nil {
		return "", err
	}
	if settled {
		remember(cacheDir, key, version)
	}
	return version, nil
}

func isSelf(info fs.FileInfo) bool {
	own, err := os.Executable()
	if err != nil {
		return false
	}
	ownInfo, err := os.Stat(own)
	return err == nil && os.SameFile(info, ownInfo)
}

// askVersion runs the program. The variable for the version is set so that a wrapper around ourselves answers at once instead
// of asking in turn.
func askVersion(path string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.WaitDelay = time.Second
	cmd.Env = append(cleanEnviron(os.Environ()), "LC_ALL=C", versionVariable+"="+Default)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("asking %s for its version: %w", path, err)
	}
	return parseVersionText(path, string(out))
}

// cleanEnviron drops what would change the answer: flags of an outer make, and languages.
func cleanEnviron(environ []string) []string {
	var kept []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		case "MAKEFLAGS", "GNUMAKEFLAGS", "MFLAGS", "MAKELEVEL", "LC_ALL", "LANGUAGE", versionVariable:
			continue
		}
		kept = append(kept, entry)
	}
	return kept
}

func parseVersionText(path, text string) (string, error) {
	first, rest, _ := strings.Cut(text, "\n")
	version, ok := strings.CutPrefix(strings.TrimSpace(first), "GNU Make ")
	if !ok {
		return "", fmt.Errorf("%s is not GNU make", path)
	}
	if strings.HasPrefix(rest, Marker) {
		return "", ErrOwnProgram
	}
	version, _, _ = strings.Cut(version, " ")
	if _, err := parseVersion(version); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return version, nil
}

// cacheName is a text file, one line per program: its identity, a tab, the version.
const cacheName = "make-versions"

// maxRemembered keeps the file from growing without end when programs are reinstalled; the oldest lines go first.
const maxRemembered = 32

func recall(cacheDir, key string) (string, bool) {
	for _, line := range readCache(cacheDir) {
		if k, version, ok := strings.Cut(line, "\t"); ok && k == key {
			if _, err := parseVersion(version); err == nil {
				return version, true
			}
		}
	}
	return "", false
}

func readCache(cacheDir string) []string {
	if cacheDir == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(cacheDir, cacheName))
	if err != nil {
		return nil
	}
	defer f.Close()
	var lines []string
	for scan := bufio.NewScanner(f); scan.Scan() && len(lines) < 4*maxRemembered; {
		lines = append(lines, scan.Text())
	}
	return lines
}

// remember is best effort: the file is a cache, and failing to write it only costs asking again.
func remember(cacheDir, key, version string) {
	if cacheDir == "" {
		return
	}
	if err := os.MkdirAll(cacheDir, 0o777); err != nil {
		return
	}
	lines := readCache(cacheDir)
	kept := lines[:0]
	for _, line := range lines {
		if k, _, ok := strings.Cut(line, "\t"); ok && k != key {
			kept = append(kept, line)
		}
	}
	kept = append(kept, key+"\t"+version)
	if len(kept) > maxRemembered {
		kept = kept[len(kept)-maxRemembered:]
	}
	_ = onestep.Write(filepath.Join(cacheDir, cacheName), []byte(strings.Join(kept, "\n")+"\n"))
}
