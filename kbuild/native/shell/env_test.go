package shell

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEnvironment: a child gets what dash would give it, in the same order.
func TestEnvironment(t *testing.T) {
	requireDash(t)
	dir := t.TempDir()
	names := []string{"PATH", "HOME", "TERM", "PS1", "PS2", "PS4", "MAIL", "MAILPATH", "OPTIND", "IFS", "HISTSIZE", "LINENO", "OLDPWD",
		"x-y", "1x", "A", "B", "_", "MAKEFLAGS", "CC", "Q", "BASH_FUNC_x%%", "CDPATH", "ENV"}
	for i := range 60 {
		names = append(names, fmt.Sprintf("KBUILD_%c%d", 'A'+i%26, i))
	}
	r := rand.New(rand.NewSource(1))
	for _, line := range []string{"env", "NEW=1 env", "A=2; env", "KBUILD_A0=x Z_Z=y env", "cd /usr/bin; env", "(env)", "PATH=/usr/bin:/bin; env", "env | cat"} {
		for _, pwd := range []string{"", dir, "/nonexistent", "relative", dir + "/."} {
			var env []string
			for _, i := range r.Perm(len(names)) {
				v := fmt.Sprint(r.Intn(100))
				if names[i] == "PATH" {
					v = "/usr/bin:/bin"
				}
				env = append(env, names[i]+"="+v)
			}
			if pwd != "" {
				env = append(env, "PWD="+pwd)
			}
			env = append(env, "novalue")
			p, ok := Parse(line)
			if !ok {
				t.Fatal(line, why(line))
			}
			var got bytes.Buffer
			st, err := p.Run(context.Background(), &Env{Dir: dir, Environ: func() []string { return env }, Capture: &got})
			if err != nil || !st.Success() {
				t.Fatal(st, err)
			}
			cmd := exec.Command("/bin/sh", "-c", line)
			cmd.Dir, cmd.Env = dir, env
			want, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); d != "" {
				t.Errorf("%s, PWD=%s (-dash +ours):\n%s", line, pwd, d)
			}
		}
	}
}
