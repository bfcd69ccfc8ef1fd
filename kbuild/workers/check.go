package workers

// This file checks what has come back, and writes it.

import (
	"bytes"
	"errors"
	"os"
	"path"

	"gokbuild/kbuild/forms"
)

// errRead says that a compiler has read another file there than it would here.
type errRead string

func (e errRead) Error() string { return "the compiler has read another file there: " + string(e) }

// accept writes the outputs of a job, if they are those that the compiler would leave here.
func (s *server) accept(j *job, n *names, files map[string]*text, outputs map[string][]byte) error {
	object, ok := outputs[j.Output]
	list, ok2 := outputs[j.Deps]
	if !ok || !ok2 {
		return errors.New("an output is missing")
	}
	if bytes.Contains(object, []byte(outputName)) || bytes.Contains(object, []byte(sourceName)) {
		return keepHere("a name of a folder in the object")
	}
	d, ok := forms.ParseDeps(string(list))
	if !ok {
		return errDeps
	}
	for i, name := range d.Names {
		back, ok := n.back(name)
		if !ok {
			return errRead(name)
		}
		d.Names[i] = back
		if err := j.sent(back, files); err != nil {
			return err
		}
	}
	if s.changed(files) {
		return keepHere("a header that has just changed")
	}
	if err := write(j.abs(j.Output), object); err != nil {
		return err
	}
	return write(j.abs(j.Deps), []byte(d.String()))
}

// sent sees that a file which was read there was sent: then a search finds it here, too, since all of its name that are here were
// sent (closure).
func (j *job) sent(name string, files map[string]*text) error {
	f := files[path.Clean(j.abs(name))]
	switch {
	case f == nil:
		return errRead(name)
	case f.reads:
		return keepHere("it may read files that no list names")
	}
	return nil
}

// changed says whether a file that was sent is another one now.
func (s *server) changed(files map[string]*text) bool {
	for name, f := range files {
		if now := s.texts.get(name); now == nil || now.digest != f.digest {
			return true
		}
	}
	return false
}

// write writes a file as a compiler does.
func write(name string, data []byte) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}
