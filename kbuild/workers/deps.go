package workers

// This file puts right the file of dependencies that a launcher has the preprocessor write.

import (
	"errors"
	"os"
	"path"

	"gokbuild/kbuild/forms"
)

var errDeps = errors.New("a file of dependencies of an unusual form")

// abs is a file of a job by its absolute name.
func (j *job) abs(name string) string {
	if path.IsAbs(name) {
		return name
	}
	return j.Dir + "/" + name
}

// renameTarget gives the file of dependencies the target that the compiler itself would write: launchers run the preprocessor for
// another output.
func (j *job) renameTarget() error {
	file := j.abs(j.Deps)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d, ok := forms.ParseDeps(string(text))
	if !ok {
		return errDeps
	}
	if d.Target == j.Output {
		return nil
	}
	d.Target = j.Output
	return os.WriteFile(file, []byte(d.String()), 0o666)
}
