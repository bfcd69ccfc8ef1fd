package kbuild

// This file has the action cache restore makes as a whole, or note what they do.

import (
	"strings"

	"gokbuild/kbuild/backends"
	"gokbuild/kbuild/kernel"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/remember"
	"gokbuild/kbuild/setting"
)

// restoreWhole restores what this make and all below it left, if the cache knows it; else it has the cache note what the make does.
func (inv *Invocation) restoreWhole() bool {
	if inv.Effects != setting.Real || inv.recording == nil || inv.programs != nil || inv.SyncMode() != flags.SyncNone {
		return false
	}
	if in := inv.Call.Stdin; in != nil {
		if st, err := in.Stat(); err != nil || st.Mode().IsRegular() {
			return false // what it holds may decide
		}
	}
	call := &backends.Call{Words: remember.Words(&inv.Make), What: inv.Dir + ": " + strings.Join(inv.Call.Argv[1:], " "),
		Source: kernel.SourceRoot(func(name string) string { return inv.Env[name] })}
	if inv.above != nil {
		call.Above = inv.above.whole
	}
	call.Say = func(errs bool, text string) {
		f := inv.Call.Stdout
		if errs {
			f = inv.Call.Stderr
		}
		if f != nil {
			_, _ = f.WriteString(text)
		}
	}
	if inv.whole, inv.restored = inv.build.backends.Begin(&inv.Make, call); inv.restored {
		inv.recording.Restored()
		inv.FS.Changed()
	}
	return inv.restored
}

// tellsOfTargets reports whether somebody wants to know of each target how it is made.
func (inv *Invocation) tellsOfTargets() bool {
	f := inv.Flags
	return inv.build.session.hear || f.Ask.JSON != "" || f.SARIF != "" || f.TraceFile != "" || f.Report != "" || f.Summary ||
		f.Explain || f.Why != nil || f.ReplayWarnings
}

// endWhole tells the cache that the make has ended, or that memory knew it.
func (inv *Invocation) endWhole(status int) {
	switch {
	case inv.whole != nil:
		inv.whole.End(status == 0 && inv.Stopping() == 0, inv.restored, inv.recording.Looked)
	case inv.above == nil:
	case inv.recording == nil:
		inv.above.whole.Unknown("a make of which nothing is noted")
	case inv.known:
		inv.above.whole.Below(inv.recording.Looked)
	default:
		inv.above.whole.Unknown("a make of which not all is noted")
	}
}
