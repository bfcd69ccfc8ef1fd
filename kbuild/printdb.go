package kbuild

// This file prints make's data base (-p) and version (-v).

import (
	"bytes"
	"fmt"
	"time"

	"gokbuild/kbuild/lang/hashorder"
	"gokbuild/kbuild/output"
)

// printDatabase prints what -p prints. Unlike make's own it does not list the directories that were read.
func (inv *Invocation) printDatabase() {
	in, db := inv.reading.In, inv.reading.DB
	var b bytes.Buffer
	now := func() string { return time.Now().Format("Mon Jan _2 15:04:05 2006") }
	fmt.Fprintf(&b, "%s\n# Make data base, printed on %s\n", inv.Flags.VersionText("# "), now())
	fmt.Fprint(&b, "\n# Variables\n\n")
	in.Global.Print(&b, "", hashorder.Global, inv.Profile.ShiftHash, nil)
	db.PrintPatternVars(&b)
	fmt.Fprint(&b, "# Directories\n\n")
	db.PrintRules(&b)
	db.PrintFiles(&b, inv.Profile.NotIntermediate, inv.Flags.NoBuiltinRules)
	fmt.Fprintln(&b)
	db.PrintVpath(&b)
	fmt.Fprintf(&b, "\n# Finished Make data base on %s\n\n", now())
	inv.printer.Say(b.String())
}

// printVersion prints what -v prints.
func (inv *Invocation) printVersion() {
	inv.printer.Bare(output.Stdout, inv.Flags.VersionText("")+Version()+"\n")
}
