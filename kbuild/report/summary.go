package report

// This file writes the end of a build for people (--summary, and on terminals): the errors, first to last, what brought the file in
// and the command that repeats it; which warnings are new; what it took.

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gokbuild/kbuild/diagnostic"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/output"
)

// mostErrors and mostWarnings bound what is shown of each.
const (
	mostErrors   = 10
	mostWarnings = 10
)

// summary is the text; each line ends with a newline.
func (a *account) summary(colours output.Colours) string {
	var b strings.Builder
	errors, fresh, old := a.sorted()
	b.WriteString(a.headline(errors, fresh, old))
	a.showErrors(&b, errors, colours)
	a.showWarnings(&b, fresh, colours)
	if len(errors) > 0 {
		if again := a.again(errors[0].Step); again != "" {
			b.WriteString("again: " + again + "\n")
		}
	}
	return b.String()
}

// sorted are the errors, the warnings that are new since their file was made the last time, and the others; each in order of time.
// What make says of a recipe that failed is left out where its commands have told more.
func (a *account) sorted() (errors, fresh, old []*found) {
	told := make(map[*step]bool)
	for _, f := range a.Found {
		switch {
		case f.Chained():
		case f.Severity == diagnostic.Error:
			errors = append(errors, f)
			told[f.Step] = true
		case f.Severity == diagnostic.Warning && f.New:
			fresh = append(fresh, f)
		case f.Severity == diagnostic.Warning:
			old = append(old, f)
		}
	}
	for _, s := range a.Steps {
		if !s.OK && !told[s] && !s.Recursive {
			d := diagnostic.Diagnostic{Tool: "make", Severity: diagnostic.Error, Message: "the recipe of " + s.Target + " failed"}
			errors = append(errors, &found{Diagnostic: d, Step: s, At: s.Ended})
		}
	}
	return errors, fresh, old
}

// headline counts.
func (a *account) headline(errors, fresh, old []*found) string {
	var parts []string
	if len(errors) > 0 {
		files := make(map[string]bool)
		for _, f := range errors {
			files[f.File] = true
		}
		parts = append(parts, count(len(errors), "error")+" in "+count(len(files), "file"))
	}
	if n := len(fresh) + len(old); n > 0 {
		parts = append(parts, fmt.Sprintf("%s (%d new)", count(n, "warning"), len(fresh)))
	}
	made := 0
	for _, s := range a.Steps {
		if s.Ran && s.OK && !s.Recursive {
			made++
		}
	}
	parts = append(parts, count(made, "target")+" made")
	if a.Recalled > 0 {
		parts = append(parts, fmt.Sprintf("%d from memory", a.Recalled))
	}
	return strings.Join(append(parts, clock(a.Wall)), ", ") + "\n"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// clock writes a duration as people do: 0.4 s, 12 s, 4:31, 1:02:03.
func clock(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d:%02d", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
}

// showErrors writes the errors, those of one target together.
func (a *account) showErrors(b *strings.Builder, errors []*found, colours output.Colours) {
	var last *step
	for i, f := range errors {
		if i == mostErrors {
			fmt.Fprintf(b, "  and %d more\n", len(errors)-i)
			return
		}
		if f.Step != nil && f.Step != last {
			b.WriteString(a.origin(f, colours))
		}
		last = f.Step
		b.WriteString("  " + painted(f, colours) + "\n")
	}
}

// showWarnings writes the warnings that are new.
func (a *account) showWarnings(b *strings.Builder, fresh []*found, colours output.Colours) {
	if len(fresh) == 0 {
		return
	}
	b.WriteString("new warnings:\n")
	for i, f := range fresh {
		if i == mostWarnings {
			fmt.Fprintf(b, "  and %d more\n", len(fresh)-i)
			return
		}
		b.WriteString("  " + painted(f, colours) + "\n")
	}
}

// painted is a complaint on one line, in which the word for how bad it is stands out.
func painted(f *found, colours output.Colours) string {
	line, word := f.OneLine(), string(f.Severity)+":"
	paint := colours.Warning
	if f.Severity == diagnostic.Error {
		paint = colours.Error
	}
	return strings.Replace(line, word, paint(word), 1)
}

// origin is the line that tells what could not be made, of what, and which option of the configuration wanted it.
func (a *account) origin(f *found, colours output.Colours) string {
	s := f.Step
	var of []string
	if src := a.source(s); src != "" {
		of = append(of, src)
		if config := kernel.ConfigOf(a.sourceDir(s), s.Target); config != "" {
			of = append(of, config)
		}
	}
	line := colours.Strong(s.Target)
	if len(of) > 0 {
		line += "  (" + strings.Join(of, ", ") + ")"
	}
	return fmt.Sprintf("%s  after %s\n", line, clock(f.At))
}

// source is the file that a step compiles, if it is one beside the target in the source tree.
func (a *account) source(s *step) string {
	base, ok := strings.CutSuffix(s.Target, ".o")
	if !ok {
		return ""
	}
	for _, end := range []string{".c", ".S", ".rs", ".cpp", ".cc"} {
		if kernel.IsFile(path.Join(a.sourceDir(s), base+end)) {
			return base + end
		}
	}
	return ""
}

// sourceDir is the directory of the sources of a step: that of its make, the source tree that an output directory has a link to, or
// the directory that make was called in.
func (a *account) sourceDir(s *step) string {
	for _, dir := range []string{s.Make.Dir, path.Join(s.Make.Dir, kernel.SourceLink)} {
		below := path.Join(dir, path.Dir(s.Target))
		if kernel.IsFile(path.Join(below, "Makefile")) || kernel.IsFile(path.Join(below, "Kbuild")) {
			return dir
		}
	}
	return a.Build.Dir
}

// again is the command line that makes the target of a step alone: the same options, and it for a goal.
func (a *account) again(s *step) string {
	if s == nil || s.Make.Dir != a.Build.Dir && s.Make.Dir != a.Build.Output && a.Build.Output != "" || strings.HasPrefix(s.Target, "/") {
		return ""
	}
	words := []string{"gokbuild"}
	for _, word := range append(slices.Clone(a.Bare), s.Target) {
		words = append(words, quote(word))
	}
	return strings.Join(words, " ")
}

// unlike are the options that a command which is repeated for one target lacks: how many jobs, to go on after errors, and reports,
// whose files it must not write over.
var unlike = strings.Fields("jobs keep-going json sarif trace report progress summary color watch")

// bare is the command line of a build without such options and goals, each option in one word.
func bare(f *flags.Flags, argv []string) (words []string) {
	for _, dir := range f.Directories {
		words = append(words, "-C"+dir)
	}
	return append(words, f.Words(argv, func(name string) bool { return slices.Contains(unlike, name) })...)
}

// quote writes a word as a shell reads it.
func quote(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$`&|;<>()*?[]#~!{}") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
