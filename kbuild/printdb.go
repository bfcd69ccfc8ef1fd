package kbuild

// printDatabase prints what -p prints.
func (inv *Invocation) printDatabase() {}
