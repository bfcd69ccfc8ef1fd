package setting

// This file finds the directory for temporary files.

import (
	"os"

	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/native/shell"
)

// TempDir is the directory for temporary files, as the environment wants it: MAKE_TMPDIR and TMPDIR since make 4.4, TMPDIR
// before. It warns of variables that name no directory (manual, "Temporary Files"), the first time only.
func (m *Make) TempDir(warn func(format string, args ...any)) string {
	const standard = "/tmp"
	if !m.Profile.TempDirChecked {
		if dir := m.Env["TMPDIR"]; dir != "" {
			return dir
		}
		return standard
	}
	if m.tempDir != "" {
		return m.tempDir
	}
	tried := false
	for _, name := range []string{"MAKE_TMPDIR", "TMPDIR"} {
		dir := m.Env[name]
		if dir == "" {
			continue
		}
		tried = true
		switch st, err := os.Stat(shell.Resolve(m.Dir, dir)); {
		case err != nil:
			warn("%s value %s: %s", name, dir, libc.Error(err))
		case !st.IsDir():
			warn("%s value %s: not a directory", name, dir)
		default:
			m.tempDir = dir
			return dir
		}
	}
	if tried {
		warn("using default temporary directory '%s'", standard)
	}
	m.tempDir = standard
	return standard
}
