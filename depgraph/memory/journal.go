package memory

// This file notes which files recipes are making, for the case that the process is killed.

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// Journal holds the files that recipes are making at this moment. A process that is killed cannot delete what it left
// half made, as one that is interrupted does; the next run finds it here. Each begin and end is one short line at the
// end of the file, which outlives the process, though not a crash of the system.
type Journal struct {
	name string

	mu sync.Mutex
	f  *os.File
}

// absentTime stands for the date of a file that is not there.
const absentTime = -1

// OpenJournal opens the journal of an output directory and deletes what an earlier run left half made: files that a
// recipe had begun to make and that have another date since. The lock must be held.
func OpenJournal(dir string) *Journal {
	j := &Journal{name: filepath.Join(dir, Dir, "running")}
	makeRoom(j.name)
	data, err := os.ReadFile(j.name)
	if err != nil {
		return j
	}
	for path, before := range unfinished(string(data)) {
		if fileTime(path) != before {
			_ = os.Remove(path)
		}
	}
	_ = os.Remove(j.name)
	return j
}

// unfinished reads a journal: the files that were begun and not ended, with their dates from before.
func unfinished(text string) map[string]int64 {
	running := make(map[string]int64)
	for line := range strings.Lines(text) {
		// A line that was cut short or damaged says nothing: what it names might be any file.
		line, ok := sealed(line)
		if !ok {
			continue
		}
		if path, ok := strings.CutPrefix(line, "- "); ok {
			delete(running, path)
			continue
		}
		date, path, ok := strings.Cut(strings.TrimPrefix(line, "+ "), " ")
		before, err := strconv.ParseInt(date, 10, 64)
		if ok && err == nil && strings.HasPrefix(line, "+ ") && filepath.IsAbs(path) {
			running[path] = before
		}
	}
	return running
}

// seal puts a checksum in front of a line, sealed takes it off a whole and undamaged one.
func seal(line string) string { return fmt.Sprintf("%016x %s\n", xxhash.Sum64String(line), line) }

func sealed(text string) (line string, ok bool) {
	sum, line, _ := strings.Cut(text, " ")
	line, _ = strings.CutSuffix(line, "\n")
	return line, text == seal(line) && sum != ""
}

// fileTime returns the date of a regular file. Anything else is not to be deleted, and has the date of one that is
// absent.
func fileTime(path string) int64 {
	st, err := os.Lstat(path)
	if err != nil || !st.Mode().IsRegular() {
		return absentTime
	}
	return st.ModTime().UnixNano()
}

// Begin notes that a recipe is about to make a file.
func (j *Journal) Begin(path string) {
	if j != nil && !strings.Contains(path, "\n") {
		j.write(fmt.Sprintf("+ %d %s", fileTime(path), path))
	}
}

// End notes that the recipe has ended.
func (j *Journal) End(path string) {
	if j != nil {
		j.write("- " + path)
	}
}

// write adds a line. A journal that cannot be written protects from nothing, but the build goes on.
func (j *Journal) write(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.f == nil {
		f, err := os.OpenFile(j.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return
		}
		j.f = f
	}
	_, _ = j.f.WriteString(seal(line))
}

// Close removes the journal: nothing is being made any more.
func (j *Journal) Close() {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.f != nil {
		j.f.Close()
		_ = os.Remove(j.name)
		j.f = nil
	}
}
