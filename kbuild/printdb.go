package kbuild

import (
	"bytes"
	"fmt"
	"time"

	"gokbuild/kbuild/lang/hashorder"
)

// printDatabase prints what -p prints. Unlike make's own it does not list the
// directories that were read.
func (inv *Invocation) printDatabase() {
	var b bytes.Buffer
	now := func() string { return time.Now().Format("Mon Jan _2 15:04:05 2006") }
	fmt.Fprintf(&b, "%s\n# Make data base, printed on %s\n", inv.flags.VersionText("# "), now())
	fmt.Fprint(&b, "\n# Variables\n\n")
	inv.in.Global.Print(&b, "", hashorder.Global, inv.profile.ShiftHash, nil)
	inv.db.PrintPatternVars(&b)
	fmt.Fprint(&b, "# Directories\n\n")
	inv.db.PrintRules(&b)
	inv.db.PrintFiles(&b, inv.profile.NotIntermediate, inv.flags.NoBuiltinRules)
	fmt.Fprintln(&b)
	inv.db.PrintVpath(&b)
	fmt.Fprintf(&b, "\n# Finished Make data base on %s\n\n", now())
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	inv.announce()
	inv.write(inv.out.stdout, b.String())
}
