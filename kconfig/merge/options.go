// The command line and environment of the script.

package merge

import (
	"os"
	"path/filepath"
	"strings"

	"gokbuild/depgraph/pattern"
	"gokbuild/kconfig/internal/ctext"
)

// plainWord are names that the script may leave unquoted.
var plainWord = pattern.New(`^[A-Za-z0-9_./,+=:@%][-A-Za-z0-9_./,+=:@%]*$`)

// options reads the command line. It returns false if it is for the script itself to see to it.
func (m *run) options(args, env []string) bool {
	onlyMerge := false
	output := "."
options:
	for ; len(args) > 0; args = args[1:] {
		switch a := args[0]; {
		case a == "-n":
		case a == "-m":
			onlyMerge = true
		case a == "-r":
			m.redundant = true
		case a == "-y":
			m.builtin = true
		case a == "-s" && m.strict:
			m.fail = true
		case a == "-Q" && m.quiet:
			m.silent = true
		case a == "-O" && len(args) > 1:
			args = args[1:]
			output = strings.TrimRight(args[0], "/")
			if st, err := os.Stat(m.path(args[0])); err != nil || !st.IsDir() || !plainWord.MatchString(args[0]) || output == "" {
				return false
			}
		default:
			break options
		}
	}
	if !onlyMerge || len(args) == 0 || !m.names(args, env, output) {
		return false
	}
	m.args = args
	return true
}

// names settles the prefix and the file that the result goes to, and reports whether all names are usual ones.
func (m *run) names(args, env []string, output string) bool {
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "CONFIG_="); ok {
			m.prefix = v
		} else if v, ok := strings.CutPrefix(kv, "KCONFIG_CONFIG="); ok {
			m.target = v
		}
	}
	if m.target == "" {
		m.target = ".config"
		if output != "." {
			real, err := filepath.EvalSymlinks(m.path(output))
			if err != nil {
				return false
			}
			m.target = filepath.Join(real, ".config")
		}
	}
	for _, name := range append(args[:len(args):len(args)], m.target) {
		if !plainWord.MatchString(name) {
			return false
		}
	}
	for i := range len(m.prefix) {
		if !ctext.WordByte[m.prefix[i]] || m.prefix[i] == '-' {
			return false
		}
	}
	return true
}
