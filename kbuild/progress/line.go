package progress

// This file makes the line.

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"gokbuild/kbuild/event"
	"gokbuild/kbuild/kernel"
)

// Line is what there is to show of a build. It is safe for concurrent use.
type Line struct {
	mu    sync.Mutex
	now   func() time.Time
	start time.Time
	// changed is set by each event that changes the line, said is when something was last printed.
	changed bool
	said    time.Time
	// finished counts recipes that made something, failed those that did not.
	finished, failed int
	running          map[uint64]running
	estimate         estimate
}

// running is a command that runs.
type running struct {
	target, text string
	began        time.Time
}

// NewLine returns the line of a build that begins now.
func NewLine() *Line { return newLine(time.Now) }

func newLine(now func() time.Time) *Line {
	at := now()
	return &Line{now: now, start: at, said: at, running: make(map[uint64]running), estimate: newEstimate(at)}
}

// Listen takes an event in.
func (l *Line) Listen(e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := e.(type) {
	case event.CommandStarted:
		if e.Use == event.Recipe && !e.Recursive {
			l.running[e.ID] = running{e.Target, e.Text, l.now()}
			l.changed = true
		}
	case event.CommandEnded:
		if _, ok := l.running[e.ID]; ok {
			delete(l.running, e.ID)
			l.changed = true
		}
	case event.RecipeEnded:
		if !e.OK {
			l.failed++
		} else if e.Ran && e.Took > 0 {
			l.finished++
		}
		if e.Stderr != "" {
			l.said = l.now()
		}
		l.changed = true
	case event.MakeSaid:
		l.said = l.now()
	}
	l.estimate.listen(e, l.now(), len(l.running))
}

// Text is the line, at most so many columns wide; changed says whether it is another one than the last time, but for times.
func (l *Line) Text(columns int) (text string, changed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	changed, l.changed = l.changed, false
	now := l.now()
	var b strings.Builder
	fmt.Fprintf(&b, "[ %s", l.counted())
	if l.failed > 0 {
		fmt.Fprintf(&b, "  %d failed", l.failed)
	}
	if n := len(l.running); n == 1 {
		b.WriteString("  1 job")
	} else {
		fmt.Fprintf(&b, "  %d jobs", n)
	}
	b.WriteString("  " + clock(now.Sub(l.start)))
	if left, ok := l.estimate.left(now); ok {
		b.WriteString("  left ~" + clock(left))
	}
	b.WriteString(" ]")
	if what, since := l.oldest(); what != "" {
		b.WriteString("  " + what)
		if took := now.Sub(since); took >= 2*time.Second {
			fmt.Fprintf(&b, " %ds", int(took.Seconds()))
		}
	}
	return cut(b.String(), columns-1), changed
}

// counted is "812 of ~1650  48%", or "812" where nothing is known of the rest.
func (l *Line) counted() string {
	total := l.estimate.total()
	if total <= 0 {
		return fmt.Sprintf("%d", l.finished)
	}
	total = max(total, l.finished+len(l.running))
	return fmt.Sprintf("%d of ~%d  %d%%", l.finished, total, 100*l.finished/max(total, 1))
}

// oldest is what has been running longest.
func (l *Line) oldest() (what string, since time.Time) {
	var oldest *running
	for _, r := range l.running {
		if oldest == nil || r.began.Before(oldest.began) {
			oldest = &r
		}
	}
	if oldest == nil {
		return "", time.Time{}
	}
	if kind, of := kernel.Quiet(oldest.text); kind != "" && of != "" {
		return kind + " " + of, oldest.began
	}
	return oldest.target, oldest.began
}

// Plainly is the whole line for logs, if nothing was printed for so long; "" otherwise.
func (l *Line) Plainly(silence time.Duration) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if now.Sub(l.said) < silence {
		return ""
	}
	l.said = now
	text := "gokbuild: " + l.counted()
	if l.failed > 0 {
		text += fmt.Sprintf(", %d failed", l.failed)
	}
	text += ", " + clock(now.Sub(l.start))
	if what, since := l.oldest(); what != "" {
		text += fmt.Sprintf(", running: %s %ds", what, int(now.Sub(since).Seconds()))
	}
	return text + "\n"
}

// clock is a time as people write it: 0:07, 1:02:03.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// cut shortens a text to so many columns. What is no printable ASCII becomes a question mark: its width is not known.
func cut(text string, columns int) string {
	var b strings.Builder
	for _, r := range text {
		if b.Len() >= columns {
			break
		}
		if r < ' ' || r > '~' {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// absolute is the name under which a target is known in the history.
func absolute(dir, target string) string {
	if path.IsAbs(target) {
		return path.Clean(target)
	}
	return path.Join(dir, target)
}
