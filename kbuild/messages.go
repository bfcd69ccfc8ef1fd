package kbuild

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph"
	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
)

// sink is where an invocation or one of its jobs writes: the real output, or
// the buffer of a job under -O.
type sink struct {
	stdout, stderr *os.File
	buffer         *depgraph.Buffer
}

// appendOnly makes all who write to a file by the same descriptor write at its end, as make does: a command may have opened the file
// once more (/dev/stdout, or a log that everything goes to), and neither may overwrite the other.
func appendOnly(f *os.File) {
	var st unix.Stat_t
	if f == nil || unix.Fstat(int(f.Fd()), &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return
	}
	if flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0); err == nil {
		_, _ = unix.FcntlInt(f.Fd(), unix.F_SETFL, flags|unix.O_APPEND)
	}
}

func (inv *Invocation) write(f *os.File, text string) {
	if f == nil {
		return
	}
	inv.rec.printed(inv.stream(f), text)
	if _, err := f.WriteString(text); err != nil && f == inv.out.stdout {
		inv.writeErr.CompareAndSwap(nil, &err)
	}
}

// stream tells which of the invocation's outputs a file is.
func (inv *Invocation) stream(f *os.File) memory.Stream {
	if f == inv.out.stderr && f != inv.out.stdout {
		return memory.Stderr
	}
	return memory.Stdout
}

// announce prints the "Entering directory" line before the first output.
func (inv *Invocation) announce() {
	if !inv.announced && inv.settled && inv.flags.PrintDirectory() && !inv.piecemeal() {
		inv.announced = true
		inv.write(inv.out.stdout, inv.entering())
	}
}

func (inv *Invocation) entering() string {
	return inv.prefix + ": Entering directory '" + inv.dir + "'\n"
}

func (inv *Invocation) leaving() string {
	return inv.prefix + ": Leaving directory '" + inv.dir + "'\n"
}

// piecemeal tells whether every piece of output has directory lines of its own:
// under -O it could otherwise not be told whose it is.
func (inv *Invocation) piecemeal() bool {
	mode := inv.syncMode()
	return mode == flags.SyncTarget || mode == flags.SyncLine
}

// print writes text of make's own.
func (inv *Invocation) print(f *os.File, text string) {
	inv.announce()
	inv.write(f, text)
}

// message prints a line of make's own to standard output.
func (inv *Invocation) message(text string) { inv.messageTo(inv.sink(), text) }

// messageTo prints a line to a job's output.
func (inv *Invocation) messageTo(out *sink, text string) {
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	if out.buffer != nil {
		inv.rec.printed(memory.Stdout, text+"\n")
		out.buffer.Print([]byte(text + "\n"))
		return
	}
	inv.print(out.stdout, text+"\n")
}

// writeError writes text to the error output of a sink.
func (inv *Invocation) writeError(out *sink, text string) {
	if out.buffer != nil {
		inv.rec.printed(memory.Stderr, text)
		out.buffer.PrintError([]byte(text))
		return
	}
	inv.write(out.stderr, text)
}

// errorAt prints an error or warning with its place.
func (inv *Invocation) errorAt(pos eval.Pos, text string) {
	inv.errorTo(inv.sink(), pos, text)
}

func (inv *Invocation) errorTo(out *sink, pos eval.Pos, text string) {
	where := inv.prefix
	if pos.File != "" {
		where = pos.String()
	}
	line := where + ": " + text + "\n"
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	if out.buffer != nil {
		inv.rec.printed(memory.Stderr, line)
		out.buffer.PrintError([]byte(line))
		return
	}
	inv.print(out.stderr, line)
}

// errorf prints a message without a place.
func (inv *Invocation) errorf(format string, args ...any) {
	inv.errorAt(eval.Pos{}, fmt.Sprintf(format, args...))
}

// fatal ends the invocation with a message without a place.
func (inv *Invocation) fatal(msg string) { panic(&eval.Fatal{Msg: msg}) }

// printFatal prints the message of a fatal error.
func (inv *Invocation) printFatal(f *eval.Fatal) {
	inv.errorAt(f.Pos, "*** "+f.Msg+".  Stop.")
}

// hintMixed tells people at a terminal, once, of the option that makes trees before 2.6.36 work.
func (inv *Invocation) hintMixed() {
	if terminalText(inv.out.stderr) != "" && inv.session.mixedSaid.CompareAndSwap(false, true) {
		inv.write(inv.out.stderr, inv.prefix+": trees before 2.6.36 have such rules; with --accept-mixed-rules both halves work\n")
	}
}

// silent reports whether make keeps quiet about what it does: -s or .SILENT.
func (inv *Invocation) silent() bool { return inv.flags.Silent || inv.db.SilentAll }

const (
	debugBasic    = flags.DebugBasic
	debugVerbose  = flags.DebugVerbose
	debugImplicit = flags.DebugImplicit
	debugJobs     = flags.DebugJobs
	debugMakefile = flags.DebugMakefiles
)

func (inv *Invocation) debugging(topic flags.Debug) bool {
	if inv.remaking && inv.flags.DebugLevel&debugMakefile == 0 {
		return false
	}
	return inv.flags.DebugLevel&topic != 0
}

// debugf prints debugging text, indented by the depth of the target. As in make it is not output that
// the "Entering directory" line has to come before.
func (inv *Invocation) debugf(topic flags.Debug, depth int, format string, args ...any) {
	if !inv.debugging(topic) {
		return
	}
	inv.outMu.Lock()
	defer inv.outMu.Unlock()
	inv.write(inv.out.stdout, strings.Repeat(" ", max(depth, 0))+fmt.Sprintf(format, args...))
}

// showIncludeError tells why an included makefile could not be read, once it is
// known that nothing can make it.
func (inv *Invocation) showIncludeError() {
	m := inv.remakingFile
	if m == nil || !m.included || m.dontCare {
		return
	}
	// Of several mentions of one file the first counts.
	for _, first := range inv.remakingList {
		if first.file.Resolve() != m.file.Resolve() {
			continue
		}
		if first.err != nil {
			inv.errorAt(first.pos, first.file.Name+": "+errorText(first.err))
			first.err = nil
		}
		return
	}
}

// makeName is the name that starts messages: make, or make[2] below.
func makeName(program string, level int) string {
	if level == 0 {
		return program
	}
	return program + "[" + strconv.Itoa(level) + "]"
}
