// Writing files.

package host

import "os"

// Create writes a file anew, as fopen and fwrite do. The text is asked for once the file is open, since finding it out
// may print warnings, which are not to be seen where nothing can be written. opened says whether it came to that.
func (w *World) Create(name string, text func() []byte) (opened bool, err error) {
	f, err := os.OpenFile(w.Path(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return false, err
	}
	_, err = f.Write(text())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return true, err
}

// WriteFile writes a file anew.
func (w *World) WriteFile(name string, text []byte) error {
	_, err := w.Create(name, func() []byte { return text })
	return err
}

// Rename gives a file another name, in place of what had it.
func (w *World) Rename(from, to string) error { return os.Rename(w.Path(from), w.Path(to)) }

// Remove deletes a file if it can.
func (w *World) Remove(name string) { _ = os.Remove(w.Path(name)) }

// Exists reports whether there is anything of the name.
func (w *World) Exists(name string) bool {
	_, err := os.Stat(w.Path(name))
	return err == nil
}

// IsDir reports whether there is a directory of the name.
func (w *World) IsDir(name string) bool {
	fi, err := os.Stat(w.Path(name))
	return err == nil && fi.IsDir()
}
