package diff

// This file compares what two tools left.

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	godiff "github.com/rogpeppe/go-internal/diff"
)

// Difference is one aspect in which two results differ.
type Difference struct {
	What string // "exit", "stdout", "stderr", "file NAME", …
	Text string // unified diff, - is the C tool
}

// unstable are texts of the C tool that change from run to run with the same
// input, and what stands for them. Each entry says why.
var unstable = []struct {
	re   *regexp.Regexp
	with string
}{
	// An address printed as a number (linux 6.11 and later, bool A!=y).
	{regexp.MustCompile(`(?m)^Oops! How to check -?\d+\?$`), "Oops! How to check N?"},
}

func normalize(b []byte) []byte {
	for _, u := range unstable {
		b = u.re.ReplaceAll(b, []byte(u.with))
	}
	return b
}

// Compare lists what differs between the C tool's result and ours.
func Compare(want, got *Result) []Difference {
	var ds []Difference
	if want.Exit != got.Exit {
		ds = append(ds, Difference{"exit", fmt.Sprintf("-exit status %d\n+exit status %d\n", want.Exit, got.Exit)})
	}
	ds = appendTextDiff(ds, "stdout", normalize(want.Stdout), normalize(got.Stdout))
	ds = appendTextDiff(ds, "stderr", normalize(want.Stderr), normalize(got.Stderr))
	return append(ds, compareFiles(want.Files, got.Files)...)
}

// withPID are names of temporary files, which hold a process id.
var withPID = regexp.MustCompile(`(\.tmpconfig|\.config)\.\d+(\.tmp)?$`)

func stableNames(s State) State {
	out := make(State, len(s))
	for n, f := range s {
		out[withPID.ReplaceAllString(n, "$1.PID$2")] = f
	}
	return out
}

func compareFiles(want, got State) []Difference {
	want, got = stableNames(want), stableNames(got)
	var ds []Difference
	var names, touches []string // collected: a systematic difference has thousands
	all := want.With(got)
	for _, n := range all.Names() {
		w, inWant := want[n]
		g, inGot := got[n]
		switch {
		case !inGot:
			names = append(names, "-"+n)
		case !inWant:
			names = append(names, "+"+n)
		case w.Mode != g.Mode:
			ds = append(ds, Difference{"mode " + n, fmt.Sprintf("-%v\n+%v\n", w.Mode, g.Mode)})
		default:
			ds = appendTextDiff(ds, "file "+n, w.Data, g.Data)
			if w.Touched && !g.Touched {
				touches = append(touches, "-"+n)
			} else if !w.Touched && g.Touched {
				touches = append(touches, "+"+n)
			}
		}
	}
	if len(names) > 0 {
		ds = append(ds, Difference{"names", strings.Join(names, "\n") + "\n"})
	}
	if len(touches) > 0 {
		ds = append(ds, Difference{"touched", strings.Join(touches, "\n") + "\n"})
	}
	return ds
}

func appendTextDiff(ds []Difference, what string, want, got []byte) []Difference {
	if bytes.Equal(want, got) {
		return ds
	}
	text := string(godiff.Diff("C "+what, want, "ours "+what, got))
	if _, after, ok := strings.Cut(text, "\n"); ok { // drop the "diff" line
		text = after
	}
	return append(ds, Difference{what, text})
}

// Kinds sums up differences for grouping: their names without the paths that
// vary between steps.
func Kinds(ds []Difference) string {
	var ks []string
	for _, d := range ds {
		if !slices.Contains(ks, d.What) {
			ks = append(ks, d.What)
		}
	}
	return strings.Join(ks, ", ")
}

// Clip keeps the first n lines of a text.
func Clip(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) <= n+1 {
		return text
	}
	return strings.Join(lines[:n], "") + fmt.Sprintf("… %d more lines\n", len(lines)-n-1)
}
