package output

// This file holds what make says in its own words.

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/eval"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/setting"
)

// Stream is one of the two outputs.
type Stream uint8

const (
	Stdout Stream = iota
	Stderr
)

// Printer prints for one make. Its methods but those of the sinks of jobs are for the make's own goroutine, or for one that
// holds its turn.
type Printer struct {
	mk *setting.Make
	// Heard, if set, is told of all that make itself says.
	Heard func(s Stream, text string)
	// Remaking is set while makefiles are remade: debugging text is quiet then unless it is asked for.
	Remaking bool
	// Announcing is set once the directory is final, so that it may be named.
	Announcing bool

	// real is the real output, main where messages go: a piece that is held back while makefiles are read, or real.
	real, main Sink
	pieces     *Pieces // under -O

	// mu keeps what is written to the real output apart, and guards announced.
	mu        sync.Mutex
	announced bool
	failed    atomic.Pointer[error]
}

// Sink is where a make or one of its jobs writes.
type Sink struct {
	p              *Printer
	Stdout, Stderr *os.File
	piece          *Piece
}

// NewPrinter returns the printer of a make. above is the printer of the make that called it in this process, or nil.
func NewPrinter(mk *setting.Make, above *Printer) *Printer {
	p := &Printer{mk: mk}
	p.real = Sink{p: p, Stdout: mk.Call.Stdout, Stderr: mk.Call.Stderr}
	p.main = p.real
	if above == nil || above.real.Stdout != p.real.Stdout || above.real.Stderr != p.real.Stderr {
		appendOnly(p.real.Stdout)
		appendOnly(p.real.Stderr)
	}
	return p
}

// Redirect has the printer print to where its make's call says now. Nothing was printed before.
func (p *Printer) Redirect() {
	p.real.Stdout, p.real.Stderr = p.mk.Call.Stdout, p.mk.Call.Stderr
	p.main = p.real
}

// appendOnly makes all who write to a file by the same descriptor write at its end, as make does. A command may have opened
// the file once more (/dev/stdout, or a log that everything goes to), and neither may overwrite the other.
func appendOnly(f *os.File) {
	var st unix.Stat_t
	if f == nil || unix.Fstat(int(f.Fd()), &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return
	}
	if flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0); err == nil {
		_, _ = unix.FcntlInt(f.Fd(), unix.F_SETFL, flags|unix.O_APPEND)
	}
}

// Main is where messages of the make go. It stays the same sink while its output is held back or let go.
func (p *Printer) Main() *Sink { return &p.main }

// Real is the real output.
func (p *Printer) Real() *Sink { return &p.real }

// Err returns the first error of writing to standard output.
func (p *Printer) Err() error {
	if err := p.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// Errorf prints a message without a place to where messages go.
func (p *Printer) Errorf(format string, args ...any) { p.main.Errorf(format, args...) }

// Announce prints the "Entering directory" line before the first output.
func (p *Printer) Announce() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.announce()
}

func (p *Printer) announce() {
	mode := p.mk.SyncMode()
	// Under -O every piece has directory lines of its own: it could otherwise not be told whose it is.
	piecemeal := mode == flags.SyncTarget || mode == flags.SyncLine
	if !p.announced && p.Announcing && p.mk.Flags.PrintDirectory() && !piecemeal {
		p.announced = true
		p.write(&p.real, Stdout, p.directory("Entering"))
	}
}

func (p *Printer) directory(verb string) string {
	return p.mk.Prefix + ": " + verb + " directory '" + p.mk.Dir + "'\n"
}

// Say prints text of make's own to the real standard output.
func (p *Printer) Say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.announce()
	p.write(&p.real, Stdout, text)
}

// Bare prints text to the real output that the "Entering directory" line need not come before: usage, messages about the
// command line.
func (p *Printer) Bare(s Stream, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write(&p.real, s, text)
}

// Debugging reports whether debugging text about a topic is printed.
func (p *Printer) Debugging(topic flags.Debug) bool { return p.DebuggingIn(topic, p.Remaking) }

// DebuggingIn is Debugging for a job that was started while makefiles were remade, or not.
func (p *Printer) DebuggingIn(topic flags.Debug, remaking bool) bool {
	level := p.mk.Flags.DebugLevel
	return level&topic != 0 && (!remaking || level&flags.DebugMakefiles != 0)
}

// Debugf prints debugging text, indented by the depth of the target. For make it is no output that the "Entering directory"
// line has to come before.
func (p *Printer) Debugf(topic flags.Debug, depth int, format string, args ...any) {
	if p.Debugging(topic) {
		p.Bare(Stdout, strings.Repeat(" ", max(depth, 0))+fmt.Sprintf(format, args...))
	}
}

// write writes to the output of a sink. mu is held, but for a piece, which is its job's alone.
func (p *Printer) write(to *Sink, s Stream, text string) {
	f := to.Stdout
	if s == Stderr {
		f = to.Stderr
	}
	if f == nil {
		return
	}
	if p.Heard != nil {
		p.Heard(s, text)
	}
	if p.mk.HearMakes && p.mk.Effects == setting.Real {
		p.mk.Events.Send(event.MakeSaid{Stderr: s == Stderr, Text: text})
	}
	if _, err := f.WriteString(text); err != nil && f == p.real.Stdout {
		p.failed.CompareAndSwap(nil, &err)
	}
}

// print writes to a sink; the real output is announced first.
func (s *Sink) print(stream Stream, text string) {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if s.piece == nil {
		s.p.announce()
	}
	s.p.write(s, stream, text)
}

// Line prints a line of make's own to standard output.
func (s *Sink) Line(text string) { s.print(Stdout, text+"\n") }

// Error prints an error or a warning with its place: "file:line: text", or "make: text" if it has none.
func (s *Sink) Error(pos eval.Pos, text string) {
	where := s.p.mk.Prefix
	if pos.File != "" {
		where = pos.String()
	}
	s.print(Stderr, where+": "+text+"\n")
}

// Errorf is Error without a place.
func (s *Sink) Errorf(format string, args ...any) {
	s.Error(eval.Pos{}, fmt.Sprintf(format, args...))
}

// Info is Line (eval.Voice).
func (s *Sink) Info(text string) { s.Line(text) }

// Warn is Error (eval.Voice).
func (s *Sink) Warn(pos eval.Pos, text string) { s.Error(pos, text) }

// Pass passes on what a command of $(shell) has written to standard error.
func (s *Sink) Pass(text string) {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.write(s, Stderr, text)
}

// Announce prints the "Entering directory" line before a command of $(shell) may print something.
func (s *Sink) Announce() {
	if s.piece == nil {
		s.p.Announce()
	}
}

// Some joins the first few names of a list: "a.h b.h and 3 more".
func Some(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], " ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, " ")
}

// Fatal prints the message of a fatal error: "make: *** text.  Stop."
func (s *Sink) Fatal(f *eval.Fatal) { s.Error(f.Pos, "*** "+f.Msg+".  Stop.") }
