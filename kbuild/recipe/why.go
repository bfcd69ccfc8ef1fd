package recipe

// This file tells why a recipe runs a command (--explain, --why). Makefiles of kernel trees run every recipe and decide in
// it: then what the recipe runs tells more than why make ran it.

import (
	"slices"
	"strings"

	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/output"
)

// Reason is why a target is made, as far as its prerequisites tell.
type Reason struct {
	// Wanted is set if somebody asked.
	Wanted bool
	// Text is the reason in words; "" if none of the prerequisites has changed.
	Text string
	// Otherwise is the reason in words if the command is the same as the one that made the target, too.
	Otherwise string
}

// Explained reports whether the reason was printed: something was run.
func (j *Job) Explained() bool { return j.explained }

// explain prints the reason, once, before the first command that may make something.
func (j *Job) explain() {
	if !j.Reason.Wanted || j.explained {
		return
	}
	j.explained = true
	why := j.Reason.Text
	if why == "" {
		why = j.Reason.Otherwise
		if change := j.commandChange(); change != "" {
			why = "its command changed: " + change
		}
	}
	j.out.Errorf("remaking '%s': %s", j.File.Name, why)
}

// commandChange compares the command with the one that made the target, which Kbuild saves in a variable. It returns what
// is new (+) and what is gone (-): "+-O3 --O2".
func (j *Job) commandChange() string {
	var saved string
	j.evaluate(func() {
		for _, name := range kernel.SavedCommand(j.File.Name) {
			if v := j.ctx.In.Global.Get(name); v != nil && saved == "" {
				saved = j.ctx.In.Value(v)
			}
		}
	})
	old := strings.Fields(saved)
	now := j.likest(old)
	if len(old) == 0 || now == nil {
		return ""
	}
	var changes []string
	for _, w := range now {
		if !slices.Contains(old, w) {
			changes = append(changes, "+"+w)
		}
	}
	for _, w := range old {
		if !slices.Contains(now, w) {
			changes = append(changes, "-"+w)
		}
	}
	return output.Some(changes)
}

// likest is the part of the recipe that shares most words with the old command; nil if it is another command altogether.
func (j *Job) likest(old []string) (best []string) {
	most := 0
	for _, l := range j.lines {
		for _, part := range strings.Split(l.Text, ";") {
			now := strings.Fields(part)
			same := 0
			for _, w := range now {
				if slices.Contains(old, w) {
					same++
				}
			}
			if same > most {
				most, best = same, now
			}
		}
	}
	if 2*most < len(old) {
		return nil
	}
	return best
}
