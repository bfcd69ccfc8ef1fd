package output

// This file holds output back under -O: that of each job, and what is printed while makefiles are read.

import (
	"gokbuild/depgraph/libc"
	"gokbuild/kbuild/lang/flags"
)

// Setup prepares -O, which a makefile may ask for too. above is the printer of the make above, or nil.
func (p *Printer) Setup(above *Printer) {
	f := p.mk.Flags
	if f.SyncMode == flags.SyncNone || p.pieces != nil {
		return
	}
	p.pieces = NewPieces(p.mk.Call.Stdout, p.mk.Call.Stderr, "")
	p.pieces.Failed = func(err error) {
		// make tells of it here (output.c, pump_from_tmp), and once more at its end.
		if p.failed.CompareAndSwap(nil, &err) {
			p.write(&p.real, Stderr, "fwrite(): "+libc.Error(err)+"\n")
		}
	}
	if above != nil && above.pieces != nil {
		p.pieces.Share(above.pieces)
	} else if f.SyncMutex != "" {
		// Without the parent's lock pieces of output may mix; that is all.
		_ = p.pieces.JoinMutex(f.SyncMutex)
	}
}

// HoldBack keeps together what the reading of makefiles prints. above is as for Setup.
func (p *Printer) HoldBack(above *Printer) {
	p.Setup(above)
	mode := p.mk.Flags.SyncMode
	held := p.main.piece != nil
	switch wanted := mode == flags.SyncTarget || mode == flags.SyncLine; {
	case wanted && !held:
		if s, ok := p.newPiece(); ok {
			p.main = s
		}
	case held && !wanted:
		p.LetGo()
	}
}

// LetGo prints what was held back.
func (p *Printer) LetGo() {
	if b := p.main.piece; b != nil {
		p.dump(b)
		b.Close()
	}
	p.main = p.real
}

// ServeMutex makes the lock under which all makes of the build print, and tells them of it in MAKEFLAGS (make 4.4).
func (p *Printer) ServeMutex(tempDir func() string) {
	f := p.mk.Flags
	if mode := p.mk.SyncMode(); mode != flags.SyncTarget && mode != flags.SyncLine || !p.mk.Profile.SyncMutex || f.SyncMutex != "" {
		return
	}
	if mutex, err := p.pieces.ServeMutex(tempDir()); err == nil {
		f.SyncMutex = mutex
	}
}

// newPiece returns a sink that holds back what is written to it.
func (p *Printer) newPiece() (Sink, bool) {
	b, err := p.pieces.Piece()
	if err != nil {
		return Sink{}, false
	}
	return Sink{p: p, Stdout: b.Stdout(), Stderr: b.Stderr(), piece: b}, true
}

// dump prints what a piece holds, between directory lines if they are wanted.
func (p *Printer) dump(b *Piece) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var before, after []byte
	if p.mk.Flags.PrintDirectory() && !p.announced && p.mk.Flags.SyncMode != flags.SyncRecurse {
		before, after = []byte(p.directory("Entering")), []byte(p.directory("Leaving"))
	}
	b.Dump(before, after)
}

// Close ends the output: with "Leaving directory" if the directory was announced, unless a signal ends the build.
func (p *Printer) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pieces != nil {
		p.pieces.Close()
	}
	if p.announced && p.mk.Stopping() == 0 {
		p.write(&p.real, Stdout, p.directory("Leaving"))
	}
}

// JobOutput is the output of one job. Under -O it is held back, but for lines that call make, whose own jobs hold theirs
// back.
type JobOutput struct {
	Sink
	// held is where output is held back under -O. Sink may be the real output all the same.
	held Sink
}

// OpenJob returns the output of a job.
func (p *Printer) OpenJob() *JobOutput {
	j := &JobOutput{Sink: p.real}
	if p.mk.SyncMode() == flags.SyncNone {
		return j
	}
	if s, ok := p.newPiece(); ok {
		j.Sink, j.held = s, s
	}
	return j
}

// Turn decides whether the output of the next line of the recipe is held back; recursive says that the line calls make.
func (j *JobOutput) Turn(recursive bool) {
	if j.held.piece == nil {
		return
	}
	if recursive && j.p.mk.SyncMode() != flags.SyncRecurse {
		j.dump()
		j.Sink = j.p.real
		return
	}
	j.Sink = j.held
}

// BeforeCommand announces the directory if the command that is about to start writes to the real output.
func (j *JobOutput) BeforeCommand() {
	if j.piece == nil || j.p.mk.SyncMode() == flags.SyncRecurse {
		j.p.Announce()
	}
}

// EndLine prints, under -Oline, what the line has written.
func (j *JobOutput) EndLine() {
	if j.held.piece != nil && j.p.mk.SyncMode() == flags.SyncLine {
		j.dump()
	}
}

// Close prints what the job has written. From now on it writes to the real output.
func (j *JobOutput) Close() {
	if b := j.held.piece; b != nil {
		j.dump()
		b.Close()
		j.held, j.Sink = Sink{}, j.p.real
	}
}

func (j *JobOutput) dump() { j.p.dump(j.held.piece) }
