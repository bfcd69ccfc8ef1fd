package memory

// This file notes which files recipes are making, for the case that the process is killed.

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/owner"
)

// Journal holds the files that recipes are making at this moment, and those that recipes of this run have made: until
// its memory is saved, what an earlier run knows of them is in doubt. A process that is killed cannot delete what it
// left half made, as one that is interrupted does; the next run finds it here. Each begin and end is one short line at
// the end of the file, which outlives the process, though not a crash of the system.
//
// A line counts only in the folder that it was written for, told by its number on the disk, and only if this user
// signed it: a copy of the folder says nothing of the original, and nobody else can have a file deleted.
type Journal struct {
	dir    string
	secret Secret
	// place is the output directory as the system numbers it.
	place string
	state *owner.Dir
	old   []string

	mu    sync.Mutex
	f     *os.File
	noted map[string]bool
	// open counts the recipes that run; stop ends the signs of life.
	open int
	stop chan struct{}
}

const journalName = "running"

// A running build gives a sign of life every so often while recipes run, by the date of the journal. What was changed
// later than afterlife behind the last of them, nobody knows by whom.
const (
	signOfLife = 200 * time.Millisecond
	afterlife  = time.Second
)

// maxJournal is the size of a journal above which it is not read.
const maxJournal = 64 << 20

// OpenJournal opens the journal of an output directory and deletes what an earlier run left half made
// ([leftover.delete]). The lock must be held.
func OpenJournal(dir string, secret Secret) *Journal {
	j := &Journal{dir: dir, secret: secret, noted: make(map[string]bool)}
	out, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return j
	}
	defer unix.Close(out)
	var st unix.Stat_t
	if err := unix.Fstat(out, &st); err != nil {
		return j
	}
	j.place = fmt.Sprintf("%d:%d", st.Dev, st.Ino)
	if j.state, err = owner.OpenDir(filepath.Join(dir, Dir), false); err != nil {
		return j
	}
	j.state.MakeRoom(journalName)
	text, alive, err := readJournal(j.state)
	if err != nil {
		return j
	}
	begun, unfinished := j.read(text)
	if len(begun) == 0 {
		_ = j.state.Remove(journalName)
		return j
	}
	for _, l := range unfinished {
		l.delete(dir, alive.Add(afterlife))
	}
	j.old = begun
	j.rewrite()
	return j
}

func readJournal(d *owner.Dir) (text string, alive time.Time, err error) {
	f, err := d.Read(journalName)
	if err != nil {
		return "", alive, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() > maxJournal {
		return "", alive, fs.ErrInvalid
	}
	data, err := io.ReadAll(f)
	return string(data), st.ModTime(), err
}

// leftover is a file that a recipe had begun to make and that was not finished, as it was before.
type leftover struct {
	// name is below the output directory, plain.
	name string
	// parent is the folder it was in, as the system numbers it; "" if there was none yet.
	parent string
	before string
}

// delete deletes a file if it is what the recipe left half made: the file is below the folder without a link on the
// way, in the same folder as then, it is a plain file of this user, it changed since the recipe began, and before or
// very shortly after the last sign of life of that build. What was changed later may be anybody's: it stays, as it
// would with make.
func (l leftover) delete(dir string, alive time.Time) {
	d, err := owner.OpenDir(dir+"/.", false)
	if err != nil {
		return
	}
	defer d.Close()
	in, last, err := d.Below(l.name)
	if err != nil {
		return
	}
	defer in.Close()
	if l.parent != "" && l.parent != placeOf(in) {
		return
	}
	st, err := in.Stat(last)
	dev, _ := in.Identity()
	if err != nil || st.Mode&unix.S_IFMT != unix.S_IFREG || int(st.Uid) != os.Geteuid() || st.Dev != dev {
		return
	}
	if stateOf(&st) == l.before || time.Unix(st.Ctim.Unix()).After(alive) {
		return
	}
	_ = in.Remove(last)
}

func placeOf(d *owner.Dir) string {
	dev, ino := d.Identity()
	return fmt.Sprintf("%d:%d", dev, ino)
}

// Of what is under a name before a recipe runs: nothing, a file in a certain state, or something that is not to be
// deleted.
const (
	nothing  = "-"
	noFile   = "*"
	noParent = "-"
)

func stateOf(st *unix.Stat_t) string {
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return noFile
	}
	return fmt.Sprintf("%d.%d.%d.%d", st.Dev, st.Ino, st.Size, st.Mtim.Nano())
}

// Lines of a journal: "+ parent before name" begins, "- name" ends, "? path" is in doubt. Names are quoted.

// read reads a journal: the paths that it names, and the files that were begun and not ended.
func (j *Journal) read(text string) (begun []string, unfinished []leftover) {
	running := make(map[string]leftover)
	seen := make(map[string]bool)
	note := func(path string) {
		if !seen[path] {
			seen[path] = true
			begun = append(begun, path)
		}
	}
	for line := range strings.Lines(text) {
		// A line that was cut short or damaged, or is not ours, says nothing: what it names might be any file.
		line, ok := j.sealed(line)
		if !ok {
			continue
		}
		fields := strings.SplitN(line, " ", 4)
		name, err := strconv.Unquote(fields[len(fields)-1])
		if err != nil {
			continue
		}
		switch {
		case fields[0] == "?" && len(fields) == 2:
			note(name)
		case fields[0] == "-" && len(fields) == 2:
			delete(running, name)
		case fields[0] == "+" && len(fields) == 4 && fs.ValidPath(name):
			note(j.dir + "/" + name)
			l := leftover{name: name, parent: fields[1], before: fields[2]}
			if l.parent == noParent {
				l.parent = ""
			}
			if _, again := running[name]; !again && l.before != noFile {
				running[name] = l
			}
		}
	}
	for _, l := range running {
		unfinished = append(unfinished, l)
	}
	return begun, unfinished
}

// seal signs a line for this place, sealed takes the signature off a whole and undamaged one.
func (j *Journal) seal(line string) string { return j.secret.line(j.place, line) + " " + line + "\n" }

func (j *Journal) sealed(text string) (line string, ok bool) {
	_, line, _ = strings.Cut(text, " ")
	line, _ = strings.CutSuffix(line, "\n")
	return line, line != "" && text == j.seal(line)
}

// Doubted returns the files whose recipes began in runs that were not saved, since the last one that was. Memory may be
// wrong about what is in them, and about what else those recipes wrote.
func (j *Journal) Doubted() []string { return j.old }

// Begin notes that a recipe is about to make a file.
func (j *Journal) Begin(path string) {
	if j == nil {
		return
	}
	name, ok := j.below(path)
	if !ok {
		j.Doubt(path)
		return
	}
	parent, before := noParent, noFile
	var st unix.Stat_t
	if unix.Stat(filepath.Dir(path), &st) == nil {
		parent = fmt.Sprintf("%d:%d", st.Dev, st.Ino)
	}
	switch err := unix.Lstat(path, &st); err {
	case nil:
		before = stateOf(&st)
	case unix.ENOENT:
		before = nothing
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.write("+ " + parent + " " + before + " " + strconv.Quote(name))
	j.open++
}

// below returns a path as a plain name below the output directory, as far as the path tells: links are for later.
func (j *Journal) below(path string) (name string, ok bool) {
	name, ok = strings.CutPrefix(filepath.Clean(path), j.dir+"/")
	return name, ok && fs.ValidPath(name)
}

// End notes that the recipe has ended.
func (j *Journal) End(path string) {
	if j == nil {
		return
	}
	if name, ok := j.below(path); ok {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.write("- " + strconv.Quote(name))
		j.open--
	}
}

// Doubt notes that a recipe may change a file that is not to be deleted when it is killed.
func (j *Journal) Doubt(path string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.noted[path] {
		j.noted[path] = true
		j.write("? " + strconv.Quote(path))
	}
}

// write adds a line. A journal that cannot be written protects from nothing, but the build goes on.
func (j *Journal) write(line string) {
	if j.state == nil || j.state.Foreign() != "" {
		return
	}
	if j.f == nil {
		f, err := j.state.Open(journalName, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			return
		}
		j.f, j.stop = f, make(chan struct{})
		go j.live(f, j.stop)
	}
	_, _ = j.f.WriteString(j.seal(line))
}

// live gives signs of life as long as recipes run.
func (j *Journal) live(f *os.File, stop chan struct{}) {
	t := time.NewTicker(signOfLife)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-t.C:
		}
		j.mu.Lock()
		if j.f == f && j.open > 0 {
			_, _, _ = unix.Syscall6(unix.SYS_UTIMENSAT, f.Fd(), 0, 0, 0, 0, 0) // futimens, to the present
		}
		j.mu.Unlock()
	}
}

// rewrite leaves of the journal of earlier runs what is in doubt.
func (j *Journal) rewrite() {
	slices.Sort(j.old)
	var b strings.Builder
	for _, path := range j.old {
		j.noted[path] = true
		b.WriteString(j.seal("? " + strconv.Quote(path)))
	}
	const tmp = fileName + ".running"
	f, err := j.state.Open(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return
	}
	_, err = f.WriteString(b.String())
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = j.state.Rename(tmp, journalName)
	}
	if err != nil {
		_ = j.state.Remove(tmp)
	}
}

// Keep ends the run and leaves its journal to the next: the memory is not saved.
func (j *Journal) Keep() {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.f != nil {
		close(j.stop)
		j.f.Close()
		j.f = nil
	}
	if j.state != nil {
		j.state.Close()
		j.state = nil
	}
}

// Close removes the journal: nothing is being made any more, and the memory is saved.
func (j *Journal) Close() {
	if j == nil {
		return
	}
	j.mu.Lock()
	if j.state != nil {
		_ = j.state.Remove(journalName)
	}
	j.mu.Unlock()
	j.Keep()
}
