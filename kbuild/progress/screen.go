package progress

// This file draws the line on a terminal, and lets everything else pass.

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"gokbuild/kbuild/output"
)

const (
	// first is how long a build runs before anything is shown, tick how often the line may change, at least how often it does.
	first   = 500 * time.Millisecond
	tick    = 100 * time.Millisecond
	atLeast = time.Second
	// silence is how long nothing is printed before a plain line is.
	silence = 30 * time.Second

	// pause is how long nothing is drawn after somebody was asked by way of the terminal itself: what ends the question may still come.
	pause = 5

	// erase goes to the beginning of the line and takes it away (ECMA-48, CR and EL); eraseAll also what is below (ED): a terminal that
	// has become narrower may have broken the line into several. tmux keeps what ED takes from the topmost row in its history, so ED
	// is for that case alone. eraseRest takes away what is right of the cursor.
	erase     = "\r\x1b[K"
	eraseAll  = "\r\x1b[J"
	eraseRest = "\x1b[K"
)

// Screen is the terminal of a build, or where plain lines go.
type Screen struct {
	line *Line
	term *os.File
	// heard is the terminal that the build has in place of its own; nil for plain lines.
	heard *output.Listener
	stop  chan struct{}
	done  sync.WaitGroup

	mu sync.Mutex
	// drawn is set while the line is to be seen, broken while the last line of the output has no end.
	drawn, broken, closed bool
	last                  string
	lastAt                time.Time
	size                  unix.Winsize
	// seen is set once the line was drawn.
	seen bool
	// modes are those of the terminal at the start; asked is how many ticks are still to pass after they were others.
	modes uint32
	asked int
}

// Open begins to show a line. With OnScreen the build is to write to the file of [Screen.Terminal].
func Open(mode Mode, term *os.File, line *Line) (*Screen, error) {
	s := &Screen{line: line, term: term, stop: make(chan struct{})}
	if mode == Plain {
		s.done.Go(s.plain)
		return s, nil
	}
	s.heard = output.HearTo(term, s)
	if s.heard == nil {
		return nil, os.ErrInvalid
	}
	s.modes = s.asking()
	s.done.Go(s.draw)
	return s, nil
}

// Terminal is where the build is to write: what is written there appears on the terminal unchanged. It is nil for plain lines.
func (s *Screen) Terminal() *os.File {
	if s.heard == nil {
		return nil
	}
	return s.heard.File()
}

// Seen reports whether the line was ever drawn.
func (s *Screen) Seen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// Write passes on what the build writes.
func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	if len(b) > 0 {
		s.broken = b[len(b)-1] != '\n'
	}
	return s.term.Write(b)
}

// Broken reports whether the last line on the terminal has no end.
func (s *Screen) Broken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// erase takes the line away. mu is held.
func (s *Screen) erase() {
	if s.drawn {
		s.drawn = false
		_, _ = s.term.WriteString(s.eraser())
	}
}

// eraser is what takes the line away.
func (s *Screen) eraser() string {
	if size, err := unix.IoctlGetWinsize(int(s.term.Fd()), unix.TIOCGWINSZ); err == nil && size.Col < s.size.Col {
		return eraseAll
	}
	return erase
}

// Close takes the line away for good; what the build has written is on the terminal then.
func (s *Screen) Close() {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return
	}
	close(s.stop)
	s.done.Wait()
	if s.heard != nil {
		s.heard.Stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
}

// Leave takes the line away because the process is about to end, if that can be done without waiting: the terminal may be stopped.
func (s *Screen) Leave() {
	if s.mu.TryLock() {
		s.closed = true
		s.erase()
		s.mu.Unlock()
	}
}

// draw draws the line until the screen is closed.
func (s *Screen) draw() {
	timer := time.NewTimer(first)
	defer timer.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-timer.C:
		}
		s.redraw()
		timer.Reset(tick)
	}
}

// redraw draws the line if it has changed, if it is not there, or if a second is over.
func (s *Screen) redraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := s.fit()
	if s.broken || s.closed || size.Col < 20 || !s.foreground() || s.used() {
		return
	}
	text, changed := s.line.Text(int(size.Col))
	now := time.Now()
	if s.drawn && (!changed && now.Sub(s.lastAt) < atLeast || text == s.last) && size == s.size {
		return
	}
	before := erase
	if size.Col < s.size.Col && s.drawn {
		before = eraseAll
	}
	s.drawn, s.seen, s.last, s.lastAt, s.size = true, true, text, now, size
	// The cursor waits at the beginning, so that the line can be taken away however the terminal has broken it.
	_, _ = s.term.WriteString(before + text + "\r")
}

// used reports whether a command uses the terminal behind our back, as one that asks for a password by way of /dev/tty does: its
// modes are others than at the start, or were not long ago. mu is held.
func (s *Screen) used() bool {
	if s.asking() == s.modes {
		s.asked = max(s.asked-1, 0)
		return s.asked > 0
	}
	s.asked = pause
	if s.drawn {
		// What it asks may stand over the beginning of the line already, with the cursor behind it.
		s.drawn = false
		_, _ = s.term.WriteString(eraseRest)
	}
	return true
}

// asking are the modes of the terminal that a program changes to ask for a password or to take the screen for itself.
func (s *Screen) asking() uint32 {
	t, err := unix.IoctlGetTermios(int(s.term.Fd()), unix.TCGETS)
	if err != nil {
		return 0
	}
	return t.Lflag & (unix.ECHO | unix.ICANON)
}

// fit gives the terminal of the build the size of the real one, and returns it.
func (s *Screen) fit() unix.Winsize {
	size, err := unix.IoctlGetWinsize(int(s.term.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return unix.Winsize{}
	}
	if *size != s.size {
		_ = unix.IoctlSetWinsize(int(s.heard.File().Fd()), unix.TIOCSWINSZ, size)
	}
	return *size
}

// foreground reports whether the terminal is ours to draw on: a build in the background is silent.
func (s *Screen) foreground() bool {
	group, err := unix.IoctlGetInt(int(s.term.Fd()), unix.TIOCGPGRP)
	return err != nil || group == unix.Getpgrp()
}

// plain writes whole lines while nothing else is written.
func (s *Screen) plain() {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
		}
		if text := s.line.Plainly(silence); text != "" {
			_, _ = s.term.WriteString(text)
		}
	}
}
