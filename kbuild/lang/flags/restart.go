package flags

// This file writes the command line of a make that starts again because a makefile was remade.

import "strings"

// RestartArgs is the command line that make would run itself again with. The makefiles in it have the names that they turned
// out to have. stdin is the name of the copy of the one that came from standard input, "" if none did.
//
// For args "make -f a.mk -f - all" and a copy in /tmp/GmXYZ make 4.3 runs "make -f a.mk -f /tmp/GmXYZ all -o/tmp/GmXYZ", make 4.4
// "make -f a.mk --temp-stdin=/tmp/GmXYZ all".
func (f *Flags) RestartArgs(args []string, stdin string) []string {
	r := restart{out: args[:1:1], args: args[1:], makefiles: f.Makefiles, stdin: stdin}
	if f.profile.TempDirChecked {
		r.longAndShort()
		return r.out
	}
	r.shortOnly()
	if stdin != "" {
		r.out = append(r.out, "-o"+stdin)
	}
	return r.out
}

// restart is a command line that is being written anew.
type restart struct {
	out  []string // what is written
	args []string // what is still to be read
	// makefiles are the names for the options that are still to be read, one for each.
	makefiles []string
	stdin     string
}

// next takes the next argument off; ok is false if there is none.
func (r *restart) next() (arg string, ok bool) {
	if len(r.args) == 0 {
		return "", false
	}
	arg, r.args = r.args[0], r.args[1:]
	return arg, true
}

// makefile takes the next name of a makefile off, and tells whether it is the copy of standard input.
func (r *restart) makefile() (name string, fromStdin bool) {
	if len(r.makefiles) > 0 {
		name, r.makefiles = r.makefiles[0], r.makefiles[1:]
	}
	return name, name != "" && name == r.stdin
}

func (r *restart) add(args ...string) { r.out = append(r.out, args...) }

// shortOnly is what makes before 4.4 do: they look for -f alone.
func (r *restart) shortOnly() {
	for a, ok := r.next(); ok; a, ok = r.next() {
		switch {
		case a == "-f":
			name, _ := r.makefile()
			r.add(a, name)
			r.next()
		case strings.HasPrefix(a, "-f"):
			name, _ := r.makefile()
			r.add("-f" + name)
		default:
			r.add(a)
		}
	}
}

// longAndShort is what make 4.4 does: it knows --file and --makefile, and f among other letters.
func (r *restart) longAndShort() {
	for a, ok := r.next(); ok; a, ok = r.next() {
		switch {
		case a == "--file" || a == "--makefile":
			r.next()
			r.long()
		case strings.HasPrefix(a, "--file=") || strings.HasPrefix(a, "--makefile="):
			r.long()
		case strings.HasPrefix(a, "--") || !strings.HasPrefix(a, "-") || strings.IndexByte(a, 'f') < 0:
			r.add(a)
		default:
			r.letters(a, strings.IndexByte(a, 'f'))
		}
	}
}

// long writes the option for a makefile that was given by a long one.
func (r *restart) long() {
	if name, fromStdin := r.makefile(); fromStdin {
		r.add("--temp-stdin=" + name)
	} else {
		r.add("-f" + name)
	}
}

// letters writes an argument of short options with an f at a place; its name may be the rest, or the next argument.
func (r *restart) letters(a string, at int) {
	last := at == len(a)-1
	if last {
		r.next()
	}
	name, fromStdin := r.makefile()
	switch {
	case fromStdin && at > 1:
		r.add(a[:at], "--temp-stdin="+name)
	case fromStdin:
		r.add("--temp-stdin=" + name)
	case last:
		r.add(a, name)
	default:
		r.add(a[:at+1] + name)
	}
}
