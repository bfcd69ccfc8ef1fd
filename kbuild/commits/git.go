package commits

// This file asks git.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// repository is the one that the commits are in.
type repository struct {
	children *children
	env      []string
	// common is the absolute name of the directory of git that all worktrees share; prefix leads from the top of a worktree to the
	// tree that is built.
	common, prefix string
}

// local lists variables by which git is told of one worktree. What is started here has to find its own.
var local = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX"}

// withoutLocal returns an environment without them.
func withoutLocal(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(local, name)
	})
}

// openRepository finds the repository of a directory.
func openRepository(c *children, env []string, dir string) (*repository, error) {
	out, err := c.output(dir, env, "git", "rev-parse", "--git-common-dir", "--show-prefix")
	if err != nil {
		return nil, err
	}
	common, prefix, _ := strings.Cut(out, "\n")
	if !filepath.IsAbs(common) {
		common = filepath.Join(dir, common)
	}
	return &repository{c, withoutLocal(env), filepath.Clean(common), strings.TrimSuffix(prefix, "\n")}, nil
}

// git runs git in the repository, or in a worktree of it.
func (g *repository) git(dir string, args ...string) (string, error) {
	argv := []string{"git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"}
	if dir == "" {
		argv, dir = append(argv, "--git-dir="+g.common), "/"
	}
	return g.children.output(dir, g.env, append(argv, args...)...)
}

// commit is one that is to be built.
type commit struct {
	id, subject string
	// parent is its first parent, if it has one.
	parent string
	// base is set for the commit before the first one: it is built to compare with.
	base bool
}

// short is how a commit is shown.
func (c *commit) short() string { return c.id[:min(12, len(c.id))] }

// commitFormat is what git is to print of a commit: name, parents, subject.
const commitFormat = "--format=%H%x00%P%x00%s"

// commits lists the commits of a range, the oldest first, with the one before the first in front of them; or one commit. head is what
// HEAD is in the worktree that the user is in.
func (g *repository) commits(dir, what string) ([]*commit, error) {
	// The range is read where the user is: HEAD and @ are those of his worktree.
	ask := func(args ...string) ([]*commit, error) {
		out, err := g.children.output(dir, g.env, append([]string{"git", "-c", "log.showSignature=false", "log", commitFormat, "--no-color"}, args...)...)
		if err != nil {
			return nil, err
		}
		var all []*commit
		for line := range strings.Lines(out) {
			parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\x00", 3)
			if len(parts) != 3 {
				return nil, fmt.Errorf("git log: %q", line)
			}
			c := &commit{id: parts[0], subject: parts[2]}
			c.parent, _, _ = strings.Cut(parts[1], " ")
			all = append(all, c)
		}
		return all, nil
	}
	if single(what) {
		return ask("-1", "--end-of-options", what, "--")
	}
	all, err := ask("--reverse", "--topo-order", "--end-of-options", what, "--")
	if err != nil || len(all) == 0 || all[0].parent == "" {
		return all, err
	}
	base, err := ask("-1", "--end-of-options", all[0].parent, "--")
	if err != nil {
		return nil, err
	}
	base[0].base = true
	return append(base, all...), nil
}

// single reports whether one commit is named, and no range.
func single(what string) bool { return !strings.Contains(what, "..") && !strings.HasPrefix(what, "^") }

// lockWait is how long a git that another run left behind may take to end.
const lockWait = 5 * time.Second

// worktree sees to it that there is a worktree of the repository in a folder. The folder is locked by us: what is wrong with it comes
// from a run that was killed.
func (g *repository) worktree(tree, first string) error {
	if common, err := g.git(tree, "rev-parse", "--path-format=absolute", "--git-common-dir"); err == nil && strings.TrimSpace(common) == g.common {
		return nil
	} else if errors.Is(err, errStopped) {
		return err
	}
	// A worktree of which git knows and that is not there, or that it never finished.
	if _, err := g.git("", "worktree", "remove", "--force", "--force", tree); errors.Is(err, errStopped) {
		return err
	}
	if err := os.RemoveAll(tree); err != nil {
		return err
	}
	_, err := g.git("", "worktree", "add", "--quiet", "--force", "--force", "--no-checkout", "--detach", tree, first)
	return err
}

// checkout brings the worktree to a commit. Nothing else stays in it.
func (g *repository) checkout(tree, id string) error {
	if out, err := g.git(tree, "rev-parse", "--path-format=absolute", "--git-path", "index.lock"); err == nil {
		dropLock(strings.TrimSpace(out))
	}
	if _, err := g.git(tree, "checkout", "--quiet", "--force", "--detach", id); err != nil {
		return err
	}
	_, err := g.git(tree, "clean", "--quiet", "-ffdx")
	return err
}

// dropLock removes a lock that a git which was killed has left. One that is at work gives it back soon.
func dropLock(name string) {
	for began := time.Now(); time.Since(began) < lockWait; time.Sleep(lockWait / 50) {
		if _, err := os.Lstat(name); err != nil {
			return
		}
	}
	_ = os.Remove(name)
}
