package lsp

// This file complains in the words of the last build: what compilers and other tools said of targets that are as they left them.

import (
	"os"
	"path/filepath"
	"time"

	"gokbuild/kbuild/diagnostic"
)

// Said is what the tools that made a target, an absolute name, wrote to standard error.
type Said struct{ Target, Text string }

// Build tells what was said in builds in an output directory, and when the last one left something there. If that is then, it
// need not tell what was said.
type Build func(out string, then time.Time) (said []Said, at time.Time)

// lastBuild is what was said, by file.
type lastBuild struct {
	ask Build
	at  time.Time
	// complaints are those of a file, by its real name.
	complaints map[string][]complaint
}

// complaint is one of them. made is when its target was made: a file that is younger has changed since.
type complaint struct {
	diagnostic.Diagnostic
	made time.Time
}

// mostFiles bounds the files that are complained of without being open.
const mostFiles = 500

// fresh is how long after a build what it left is looked at again.
const fresh = 2 * time.Second

// Follow has the complaints of builds told, too.
func (t *Tree) Follow(b Build) { t.build.ask = b }

// Built looks whether there was a build, and reports that there is something new to say.
func (t *Tree) Built() bool {
	b := &t.build
	if b.ask == nil {
		return false
	}
	said, at := b.ask(t.Out, b.at)
	if at.Equal(b.at) {
		return false
	}
	b.at, b.complaints = at, make(map[string][]complaint)
	if age := time.Since(at); age > 0 && age < fresh {
		b.at = time.Time{} // files so young are not believed yet: look again
	}
	for _, s := range said {
		made := at
		if st, err := os.Stat(s.Target); err == nil {
			made = st.ModTime()
		}
		for _, d := range diagnostic.Parse(s.Text) {
			if file := t.complained(d.File); file != "" {
				b.complaints[file] = append(b.complaints[file], complaint{d, made})
			}
		}
	}
	// A build may have brought another configuration in force.
	if st, err := os.Stat(filepath.Join(t.Out, ".config")); err == nil && !st.ModTime().Equal(t.configured) {
		t.configured, t.stale = st.ModTime(), true
		t.changes++
	}
	return true
}

// complained is the real name of a file that a tool named, "" if it is not there.
func (t *Tree) complained(name string) string {
	if name == "" {
		return ""
	}
	for _, dir := range []string{t.Out, t.Source} {
		file := name
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, name)
		}
		if st, err := os.Stat(file); err == nil && st.Mode().IsRegular() {
			return real(file)
		}
	}
	return ""
}

// checkBuild adds what the last build said of files that have not changed since.
func (t *Tree) checkBuild(out map[string][]Diagnostic) {
	files := 0
	for file, list := range t.build.complaints {
		st, err := os.Stat(file)
		if err != nil {
			continue
		}
		d := t.docs[file]
		text := t.text(file)
		if d == nil {
			if files++; files > mostFiles {
				continue
			}
		} else if saved, err := os.ReadFile(file); err != nil || string(saved) != d.text.s {
			continue
		}
		if text == nil {
			continue
		}
		uri := t.uri(file)
		for i := range list {
			if c := &list[i]; !st.ModTime().After(c.made) {
				out[uri] = appendOnce(out[uri], told(text, &c.Diagnostic))
			}
		}
	}
}

// appendOnce adds a complaint that is not there yet: a header is compiled many times.
func appendOnce(list []Diagnostic, d Diagnostic) []Diagnostic {
	for _, other := range list {
		if other == d {
			return list
		}
	}
	return append(list, d)
}

// told is a complaint of a tool as an editor shows it: of a word, if the tool names a column, else of a line.
func told(text *Text, c *diagnostic.Diagnostic) Diagnostic {
	line := max(c.Line-1, 0)
	at := text.WholeLine(line)
	if c.Column > 0 {
		from := c.Column - 1
		l := text.Line(line)
		to := from
		for to < len(l) && nameRest.FindString(l[to:]) != "" {
			to += len(nameRest.FindString(l[to:]))
		}
		at = text.Range(line, from, max(to, from+1))
	}
	message := c.Message
	for _, n := range c.Notes {
		message += "\n" + n.Message
	}
	severity := map[diagnostic.Severity]int{diagnostic.Error: severityError, diagnostic.Warning: severityWarning}[c.Severity]
	if severity == 0 {
		severity = severityInformation
	}
	return Diagnostic{at, severity, c.Option, c.Tool, message}
}
