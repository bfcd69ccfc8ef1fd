package main

// This file opens the store of the action cache, and has the commands that look after it.

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gokbuild/depgraph/store"
)

// storeVersion is the form of the store; another one has another folder.
const storeVersion = "v1"

// openStore opens the store below the folder of all caches.
func openStore(dir string, readOnly bool) (store.Store, string, error) {
	s, err := openDisk(dir, readOnly)
	if err != nil {
		return nil, "", err
	}
	return s, s.Dir(), nil
}

func openDisk(dir string, readOnly bool) (*store.Disk, error) {
	return store.OpenDisk(filepath.Join(dir, "actions", storeVersion), storeSize(dir), readOnly)
}

// storeSize is how many bytes the store may hold: what GOKBUILD_CACHE_SIZE says, or 10 GB, or a tenth of the disk if that is
// less.
func storeSize(dir string) int64 {
	if n, ok := parseSize(os.Getenv("GOKBUILD_CACHE_SIZE")); ok {
		return n
	}
	size := int64(10e9)
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) == nil {
		size = min(size, int64(st.Blocks)*st.Bsize/10)
	}
	return size
}

// parseSize reads a number of bytes, such as 500M or 10G.
func parseSize(text string) (int64, bool) {
	text = strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(text)), "B")
	unit := int64(1)
	for i, letter := range []string{"K", "M", "G", "T"} {
		if rest, ok := strings.CutSuffix(text, letter); ok {
			text = rest
			for range i + 1 {
				unit *= 1000
			}
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n*float64(unit) > 1e18 {
		return 0, false
	}
	return int64(n * float64(unit)), true
}

// runStore runs one of the commands that look after the store, if it is the only argument: --cache-gc, --cache-list,
// --cache-export=FILE, --cache-import=FILE. ok is false if it is none of them.
func runStore(args []string, dir string) (status int, ok bool) {
	if len(args) == 0 || len(args) > 2 {
		return 0, false
	}
	name, value, has := strings.Cut(args[0], "=")
	if !has && len(args) == 2 {
		value = args[1]
	}
	file := name == "--cache-export" || name == "--cache-import"
	switch {
	case file && value != "" && has == (len(args) == 1):
	case (name == "--cache-gc" || name == "--cache-list") && len(args) == 1 && !has:
	case file:
		return failed(fmt.Errorf("%s needs the name of a file", name)), true
	default:
		return 0, false
	}
	if dir == "" {
		return failed(fmt.Errorf("there is no folder for caches")), true
	}
	s, err := openDisk(dir, name == "--cache-list" || name == "--cache-export")
	if errors.Is(err, os.ErrNotExist) { // nothing was kept yet
		if name == "--cache-list" {
			return 0, true
		}
		s, err = openDisk(dir, false)
	}
	if err == nil {
		err = lookAfter(s, name, value)
	}
	if err != nil {
		return failed(err), true
	}
	return 0, true
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "gokbuild: "+err.Error())
	return 2
}

func lookAfter(s *store.Disk, command, file string) error {
	switch command {
	case "--cache-gc":
		s.Trim()
	case "--cache-list":
		return listStore(s, os.Stdout)
	case "--cache-export":
		return exportStore(s, file)
	case "--cache-import":
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		files, skipped, err := s.Import(bufio.NewReader(f))
		s.Close()
		fmt.Printf("%d files taken in, %d left out\n", files, skipped)
		return err
	}
	u := s.Usage()
	fmt.Printf("%d results of %d commands, %d larger files; %.1f MB in %s\n", u.Entries, u.Manifests, u.Blobs, float64(u.Bytes)/1e6, s.Dir())
	return nil
}

// listStore prints a line for each entry: when it was made, how long that took, its size, its target.
func listStore(s *store.Disk, w io.Writer) error {
	out := bufio.NewWriter(w)
	s.Each(func(_ store.Digest, e *store.Entry) {
		at := time.Unix(e.Origin.At, 0).Format("2006-01-02 15:04:05")
		fmt.Fprintf(out, "%s %8.2f s %10d %s\n", at, e.Origin.Took.Seconds(), e.Size(), e.Origin.What)
	})
	return out.Flush()
}

// exportStore writes the store to a file, which is there when it is complete.
func exportStore(s *store.Disk, file string) error {
	tmp := file + ".tmp"
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	n, err := s.Export(out)
	if e := out.Flush(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp, file)
	}
	if err != nil {
		_ = os.Remove(tmp)
		return err
	}
	fmt.Printf("%d files\n", n)
	return nil
}
