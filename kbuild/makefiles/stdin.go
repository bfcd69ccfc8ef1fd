package makefiles

// This file keeps a makefile that came from standard input, which may have to be read again.

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/native/shell"
)

// readStdin copies the makefile that -f - names to a file, and puts its name in
// the place of the dash.
func (r *Reading) readStdin() {
	found := false
	for i, name := range r.Make.Flags.Makefiles {
		if name != "-" {
			continue
		}
		if found {
			msg := "Makefile from standard input specified twice"
			if !r.Make.Profile.TempDirChecked {
				msg += "."
			}
			eval.Stop(msg)
		}
		found = true
		if r.stdinFile == "" {
			r.stdinFile = r.copyStdin()
		}
		r.Make.Flags.Makefiles[i] = r.stdinFile
	}
}

func (r *Reading) copyStdin() string {
	dir := r.Make.TempDir(r.Printer.Errorf)
	f, err := createStdin(shell.Resolve(r.Make.Dir, dir))
	if err != nil {
		if r.Make.Profile.TempDirChecked {
			r.Printer.Errorf("cannot create temporary file %s/GmXXXXXX: %s", dir, libc.Error(err))
			eval.Stop("cannot store makefile from stdin to a temporary file")
		}
		eval.Stop("fopen (temporary file): " + libc.Error(err))
	}
	defer f.Close()
	if r.Make.Call.Stdin != nil {
		if _, err := io.Copy(f, r.Make.Call.Stdin); err != nil {
			eval.Stop("read: " + libc.Error(err))
		}
	}
	return dir + "/" + filepath.Base(f.Name())
}

// createStdin creates a file as mkstemp does for GmXXXXXX: the name is seen in messages and in MAKEFILE_LIST.
func createStdin(dir string) (*os.File, error) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for {
		name := []byte("Gm......")
		for i := 2; i < len(name); i++ {
			name[i] = letters[rand.IntN(len(letters))]
		}
		f, err := os.OpenFile(filepath.Join(dir, string(name)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if !os.IsExist(err) {
			return f, err
		}
	}
}

// RemoveStdin removes the copy once nothing reads it any more.
func (r *Reader) RemoveStdin() {
	name := r.stdinFile
	if name == "" {
		return
	}
	os.Remove(shell.Resolve(r.Make.Dir, name))
	r.stdinFile = ""
}
