package trace

import (
	"os/exec"
	"testing"

	"gokbuild/depgraph/need"
)

// TestGitRefs asks git what is checked out. Another revision and back makes HEAD anew, which changes nothing; another commit does, and
// so does a touched file for those who compare it with the index.
func TestGitRefs(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		need.Missing(t, "no git")
	}
	const git = "git -c user.name=a -c user.email=b -c init.defaultBranch=one "
	const setup = git + "init -q . && echo x >file && git add file && " + git + "commit -q -m first && git branch two"
	for _, c := range []struct {
		name, ask, change string
		same              bool
	}{
		{"there and back", "git rev-parse --verify HEAD", "git checkout -q two && git checkout -q one && touch -d 2001-01-01 .git/HEAD", true},
		{"another branch", "git rev-parse --abbrev-ref HEAD", "git checkout -q two", false},
		{"another commit", "git rev-parse --verify HEAD", "echo y >file && " + git + "commit -q -a -m second", false},
		{"a ref made anew", "git describe --all", "touch -d 2001-01-01 .git/refs/heads/one", true},
		{"touched", "git --no-optional-locks status -s", "touch -d 2001-01-01 file", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := sandbox(t, setup)
			r, _ := runShell(t, "", dir, c.ask)
			if r.Impure != "" {
				t.Fatal(r.Impure)
			}
			before := valuesOf(t, r)
			untraced(t, "", dir, c.change)
			same := true
			for i, f := range r.Facts {
				if v, err := testValue(f); err != nil || v != before[i] {
					same = false
					t.Logf("changed: %v %s", f.Kind, f.Path)
				}
			}
			if same != c.same {
				t.Errorf("the same: %t, want %t", same, c.same)
			}
		})
	}
}
