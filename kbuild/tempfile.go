package kbuild

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"gokbuild/kbuild/native/shell"
)

// This file is about temporary files: the copy of a makefile that came from
// standard input, which may have to be read again.

// readStdin copies the makefile that -f - names to a file, and puts its name in
// the place of the dash.
func (inv *Invocation) readStdin() {
	found := false
	for i, name := range inv.flags.Makefiles {
		if name != "-" {
			continue
		}
		if found {
			msg := "Makefile from standard input specified twice"
			if !inv.profile.TempDirChecked {
				msg += "."
			}
			inv.fatal(msg)
		}
		found = true
		if inv.shellCache.stdinFile == "" {
			inv.shellCache.stdinFile = inv.copyStdin()
		}
		inv.flags.Makefiles[i] = inv.shellCache.stdinFile
	}
}

func (inv *Invocation) copyStdin() string {
	dir := inv.tempDir()
	f, err := os.CreateTemp(shell.Resolve(inv.dir, dir), "GmXXXXXX")
	if err != nil {
		if inv.profile.TempDirChecked {
			inv.errorf("cannot create temporary file %s/GmXXXXXX: %s", dir, errorText(err))
			inv.fatal("cannot store makefile from stdin to a temporary file")
		}
		inv.fatal("fopen (temporary file): " + errorText(err))
	}
	defer f.Close()
	if inv.call.Stdin != nil {
		if _, err := io.Copy(f, inv.call.Stdin); err != nil {
			inv.fatal("read: " + errorText(err))
		}
	}
	return dir + "/" + filepath.Base(f.Name())
}

// removeStdin removes the copy once nothing reads it any more.
func (inv *Invocation) removeStdin() {
	name := inv.shellCache.stdinFile
	if name == "" {
		return
	}
	os.Remove(shell.Resolve(inv.dir, name))
	inv.shellCache.stdinFile = ""
}

// tempDir is the directory for temporary files, as the environment wants it.
func (inv *Invocation) tempDir() string {
	const standard = "/tmp"
	if !inv.profile.TempDirChecked {
		if dir := inv.env["TMPDIR"]; dir != "" {
			return dir
		}
		return standard
	}
	if inv.tmpDir != "" {
		return inv.tmpDir
	}
	tried := false
	for _, name := range []string{"MAKE_TMPDIR", "TMPDIR"} {
		dir := inv.env[name]
		if dir == "" {
			continue
		}
		tried = true
		switch st, err := os.Stat(shell.Resolve(inv.dir, dir)); {
		case err != nil:
			inv.errorf("%s value %s: %s", name, dir, errorText(err))
		case !st.IsDir():
			inv.errorf("%s value %s: not a directory", name, dir)
		default:
			inv.tmpDir = dir
			return dir
		}
	}
	if tried {
		inv.errorf("using default temporary directory '%s'", standard)
	}
	inv.tmpDir = standard
	return standard
}

// restartArgs is the command line as make would run itself again with: names of
// makefiles as they turned out.
func (inv *Invocation) restartArgs() []string {
	files := inv.flags.Makefiles
	next := func() (name string, stdin bool) {
		if len(files) > 0 {
			name, files = files[0], files[1:]
		}
		return name, name != "" && name == inv.shellCache.stdinFile
	}
	args := inv.call.Argv
	out := []string{args[0]}
	for i := 1; i < len(args); i++ {
		a := args[i]
		if !inv.profile.TempDirChecked {
			// Only -f is looked for.
			switch {
			case a == "-f":
				name, _ := next()
				out = append(out, a, name)
				i++
			case strings.HasPrefix(a, "-f"):
				name, _ := next()
				out = append(out, "-f"+name)
			default:
				out = append(out, a)
			}
			continue
		}
		switch {
		case !strings.HasPrefix(a, "-"):
			out = append(out, a)
		case strings.HasPrefix(a, "--"):
			if a == "--file" || a == "--makefile" {
				i++
			} else if !strings.HasPrefix(a, "--file=") && !strings.HasPrefix(a, "--makefile=") {
				out = append(out, a)
				continue
			}
			if name, stdin := next(); stdin {
				out = append(out, "--temp-stdin="+name)
			} else {
				out = append(out, "-f"+name)
			}
		default:
			f := strings.IndexByte(a, 'f')
			if f < 0 {
				out = append(out, a)
				continue
			}
			last := f == len(a)-1
			if last {
				i++
			}
			name, stdin := next()
			switch {
			case stdin && f > 1:
				out = append(out, a[:f], "--temp-stdin="+name)
			case stdin:
				out = append(out, "--temp-stdin="+name)
			case last:
				out = append(out, a, name)
			default:
				out = append(out, a[:f+1]+name)
			}
		}
	}
	if !inv.profile.TempDirChecked && inv.shellCache.stdinFile != "" {
		out = append(out, "-o"+inv.shellCache.stdinFile)
	}
	return out
}
