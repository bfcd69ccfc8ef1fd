package commits

// This file has the folder in which everything is kept.
//
//	tree/                     the worktree
//	out/CONFIG/               output directories
//	results/COMMIT/CONFIG.json, .log, .symbols.gz
//	lock                      held by the gokbuild that is at work
//	running                   the process that it started last

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/onestep"
)

// room is the folder.
type room struct {
	dir  string
	lock *os.File
}

func (r *room) tree() string              { return filepath.Join(r.dir, "tree") }
func (r *room) out(c *config) string      { return filepath.Join(r.dir, "out", c.name) }
func (r *room) results(id string) string  { return filepath.Join(r.dir, "results", id) }
func (r *room) log(id, cfg string) string { return filepath.Join(r.results(id), cfg+".log") }
func (r *room) symbols(id, cfg string) string {
	return filepath.Join(r.results(id), cfg+".symbols.gz")
}

// roomOf is where everything of a repository is kept: each-commit in the output directory that was given, or else in the cache.
func (r *Run) roomOf(g *repository) (string, error) {
	switch {
	case r.output != "":
		return filepath.Join(r.output, "each-commit"), nil
	case r.call.Cache == "":
		return "", errors.New("there is no cache folder: O=FOLDER says where to build")
	}
	sum := sha256.Sum256([]byte(g.common + "\x00" + g.prefix))
	name := filepath.Base(filepath.Join(filepath.Dir(g.common), g.prefix))
	return filepath.Join(r.call.Cache, "each-commit", unusual.ReplaceAllString(name, "_")+"-"+hex.EncodeToString(sum[:4])), nil
}

// openRoom makes the folder and takes its lock. Another gokbuild that has it is waited for, unless noWait is set; say is called once
// then.
func openRoom(dir string, noWait bool, stopping func() bool, say func()) (*room, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	// Git and the makefiles name it without links.
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for said := false; ; time.Sleep(100 * time.Millisecond) {
		err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case err == nil:
			r := &room{dir, lock}
			r.waitForLeft()
			return r, nil
		case stopping():
			err = errStopped
		case err == unix.EWOULDBLOCK && !noWait:
			if !said {
				say()
			}
			said = true
			continue
		case err == unix.EWOULDBLOCK:
			err = fmt.Errorf("another gokbuild is at work in %s", dir)
		}
		lock.Close()
		return nil, err
	}
}

// note keeps which process runs.
func (r *room) note(pid int) {
	_ = os.WriteFile(filepath.Join(r.dir, "running"), fmt.Appendf(nil, "%d %s\n", pid, began(pid)), 0o644)
}

// leftWait is how long a process that a killed gokbuild has left may take to end: it was told to.
const leftWait = 20 * time.Second

// waitForLeft waits until the process has ended that another gokbuild, which is gone, has left. It may change the worktree.
func (r *room) waitForLeft() {
	text, _ := os.ReadFile(filepath.Join(r.dir, "running"))
	var pid int
	var at string
	if n, _ := fmt.Sscan(string(text), &pid, &at); n != 2 {
		return
	}
	for start := time.Now(); began(pid) == at && time.Since(start) < leftWait; time.Sleep(20 * time.Millisecond) {
	}
}

// began is when a process began, in the words of the kernel (proc(5), stat, field 22); "" if there is none.
func began(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	if fields := strings.Fields(rest); len(fields) > 19 {
		return fields[19]
	}
	return ""
}

// load is the stored result of a commit in a configuration; nil if there is none for this key.
func (r *room) load(id string, c *config, key string) *Result {
	text, err := os.ReadFile(filepath.Join(r.results(id), c.name+".json"))
	if err != nil {
		return nil
	}
	res := &Result{}
	if json.Unmarshal(text, res) != nil || res.V != version || res.Key != key || res.Commit != id || !res.Status.known() {
		return nil
	}
	return res
}

// keep stores a result.
func (r *room) keep(res *Result, c *config) error {
	text, err := json.MarshalIndent(res, "", " ")
	if err != nil {
		return err
	}
	return onestep.Write(filepath.Join(r.results(res.Commit), c.name+".json"), append(text, '\n'))
}
