package kbuild

import (
	"fmt"
	"slices"
	"strings"

	"gokbuild/kbuild/lang/rules"
)

// explain tells, once, why the target's recipe runs a command (--explain,
// --why). Makefiles of kernel trees run every recipe and decide in it; then what
// the recipe runs tells the rest.
func (j *job) explain() {
	inv, f := j.inv, j.file
	asked := slices.ContainsFunc(inv.flags.Why, func(name string) bool { return inv.isFile(f, name) })
	// That a phony target is made says nothing, unless somebody wants to know.
	if !asked && (!inv.flags.Explain || f.Phony) || j.explained {
		return
	}
	j.explained = true
	inv.errorf("remaking '%s': %s", f.Name, j.why())
}

// isFile reports whether name, as a user writes it, means the target.
func (inv *Invocation) isFile(f *rules.File, name string) bool {
	return f.Name == name || inv.view.Abs(f.Name) == name || strings.HasSuffix("/"+f.Name, "/"+strings.TrimPrefix(name, "./"))
}

func (j *job) why() string {
	f := j.file
	var missing, newer []string
	phony := false
	for i := range f.Deps {
		d := &f.Deps[i]
		switch {
		case d.File == nil || d.OrderOnly:
		case d.File.Phony:
			phony = true
		case !d.Changed:
		case slices.Contains(newer, described(d.File.Name)):
		case d.File.Mtime == rules.TimeNone:
			missing = append(missing, d.File.Name)
		default:
			newer = append(newer, described(d.File.Name))
		}
	}
	switch {
	case j.inv.target(f).otherwise:
		return "the makes that its recipe calls get other options or another environment"
	case f.Phony:
		return "it is phony"
	case f.Mtime == rules.TimeNone:
		return "it does not exist"
	case len(missing) > 0:
		return "missing: " + some(missing)
	case len(newer) > 0:
		return "changed: " + some(newer)
	case j.inv.flags.AlwaysMake:
		return "of -B"
	}
	if change := j.commandChange(); change != "" {
		return "its command changed: " + change
	}
	if phony {
		return "its recipe says so: nothing it needs has changed; the command always runs, or its saved form is missing"
	}
	return "it has a double-colon rule without prerequisites"
}

// described names a file by what it stands for, if it is one of the empty files
// by which Kbuild tells that a configuration symbol changed.
func described(name string) string {
	symbol, ok := strings.CutPrefix(name, "include/config/")
	if !ok || strings.HasPrefix(symbol, "auto.conf") || symbol == "" {
		return name
	}
	symbol = strings.ToUpper(strings.ReplaceAll(strings.TrimSuffix(symbol, ".h"), "/", "_"))
	return "CONFIG_" + symbol + " (" + name + ")"
}

// commandChange compares the command with the one that made the target, which
// Kbuild's .cmd files keep in a variable of the target's name. It returns what
// is new (+) and what is gone (-).
func (j *job) commandChange() string {
	inv := j.inv
	inv.mu.Lock()
	var saved string
	for _, prefix := range []string{"savedcmd_", "cmd_"} {
		if v := inv.in.Global.Get(prefix + j.file.Name); v != nil {
			saved = inv.in.Value(v)
		}
	}
	inv.mu.Unlock()
	if saved == "" {
		return ""
	}
	old := strings.Fields(saved)
	var best []string
	most := 0
	for _, l := range j.lines {
		for _, part := range strings.Split(l.text, ";") {
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
		return "" // another command altogether
	}
	var changes []string
	for _, w := range best {
		if !slices.Contains(old, w) {
			changes = append(changes, "+"+w)
		}
	}
	for _, w := range old {
		if !slices.Contains(best, w) {
			changes = append(changes, "-"+w)
		}
	}
	return some(changes)
}

// some joins the first few names of a list.
func some(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], " ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, " ")
}
