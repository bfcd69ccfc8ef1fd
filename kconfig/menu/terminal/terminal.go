// The terminal: opened, asked for keys, given back.

package terminal

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/xo/terminfo"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"gokbuild/kconfig/menu/screen"
)

// A Terminal is a real terminal (screen.Terminal).
type Terminal struct {
	in, out *os.File
	old     *term.State
	caps    caps
	shown   *screen.Grid // what is to be seen, nil for nobody knows

	decoder
	signals chan os.Signal
	wake    [2]int // a pipe that ends the waiting for keys
	closed  bool
}

// Open takes a terminal over. The environment names its kind (TERM) and the characters it shows (LC_ALL, LC_CTYPE,
// LANG). With escTwice a second Esc belongs to the first for a moment. The error is a whole sentence.
func Open(in, out *os.File, env []string, escTwice bool) (*Terminal, error) {
	if err := Check(in, out, env); err != nil {
		return nil, err
	}
	t := &Terminal{in: in, out: out, signals: make(chan os.Signal, 8)}
	if err := t.caps.load(env); err != nil {
		return nil, err
	}
	t.decoder.keys, t.decoder.twice = t.caps.keys, escTwice
	if err := unix.Pipe2(t.wake[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, err
	}
	if err := t.enter(); err != nil {
		return nil, err
	}
	signal.Notify(t.signals, unix.SIGWINCH, unix.SIGINT, unix.SIGTERM, unix.SIGHUP, unix.SIGCONT)
	go t.listen()
	return t, nil
}

// Check tells, before anything else is done, why there can be no screen.
func Check(in, out *os.File, env []string) error {
	switch name := value(env, "TERM"); {
	case in == nil || !term.IsTerminal(int(in.Fd())):
		return errors.New("standard input is not a terminal")
	case out == nil || !term.IsTerminal(int(out.Fd())):
		return errors.New("standard output is not a terminal")
	case name == "":
		return openError("unknown")
	case name == "dumb":
		return openError(name)
	}
	return nil
}

// openError is a kind of terminal on which nothing can be drawn; it speaks as curses does.
type openError string

func (name openError) Error() string { return "Error opening terminal: " + string(name) + "." }

// value is the value of a variable.
func value(env []string, name string) string {
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, name+"="); ok {
			return v
		}
	}
	return ""
}

// utf8Locale reports whether characters are UTF-8.
func utf8Locale(env []string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := value(env, name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}

// listen passes signals on to whoever waits for keys. SIGCONT, too: somebody may have changed the terminal meanwhile.
func (t *Terminal) listen() {
	for sig := range t.signals {
		mark := byte('w')
		switch sig {
		case syscall.SIGINT:
			mark = 'i'
		case syscall.SIGTERM, syscall.SIGHUP:
			mark = 't'
		case syscall.SIGCONT:
			mark = 'c'
		}
		_, _ = unix.Write(t.wake[1], []byte{mark})
	}
}

// enter begins the screen.
func (t *Terminal) enter() error {
	old, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return err
	}
	t.old, t.shown = old, nil
	t.write(t.caps.begin)
	return nil
}

// leave gives the terminal back.
func (t *Terminal) leave() {
	_, height := t.Size()
	t.write(t.caps.reset + t.caps.cursor(0, max(height-1, 0)) + t.caps.end)
	_ = term.Restore(int(t.in.Fd()), t.old)
}

// Close implements screen.Terminal.
func (t *Terminal) Close() {
	if t.closed {
		return
	}
	t.closed = true
	signal.Stop(t.signals)
	close(t.signals)
	t.leave()
	unix.Close(t.wake[0])
	unix.Close(t.wake[1])
}

// suspend stops this process group as Ctrl-Z does, and comes back when it goes on.
func (t *Terminal) suspend() {
	t.leave()
	_ = unix.Kill(0, unix.SIGSTOP)
	_ = t.enter()
}

// Size implements screen.Terminal.
func (t *Terminal) Size() (width, height int) {
	w, h, err := term.GetSize(int(t.out.Fd()))
	if err != nil || w <= 0 || h <= 0 {
		return 80, 24
	}
	return w, h
}

// Colors implements screen.Terminal.
func (t *Terminal) Colors() int { return t.caps.colors }

func (t *Terminal) write(text string) { _, _ = t.out.WriteString(text) }

// Next implements screen.Terminal.
func (t *Terminal) Next() screen.Key {
	for {
		if k, ok := t.decoder.next(); ok {
			if k == screen.Ctrl('z') {
				t.suspend()
				return screen.Resize
			}
			return k
		}
		fds := []unix.PollFd{{Fd: int32(t.in.Fd()), Events: unix.POLLIN}, {Fd: int32(t.wake[0]), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, t.decoder.patience())
		switch {
		case err == unix.EINTR:
		case err != nil:
			return screen.Hangup
		case n == 0:
			t.decoder.expire()
		case fds[1].Revents != 0:
			if k, ok := t.told(); ok {
				return k
			}
		case fds[0].Revents != 0:
			var buf [512]byte
			n, err := unix.Read(int(t.in.Fd()), buf[:])
			if n <= 0 && err != unix.EINTR && err != unix.EAGAIN {
				return screen.Hangup
			}
			t.decoder.feed(buf[:max(n, 0)])
		}
	}
}

// told is what signals say.
func (t *Terminal) told() (screen.Key, bool) {
	var buf [64]byte
	n, _ := unix.Read(t.wake[0], buf[:])
	marks := buf[:max(n, 0)]
	switch {
	case slices.Contains(marks, 't'):
		return screen.Hangup, true
	case slices.Contains(marks, 'i'):
		return screen.Interrupt, true
	case slices.Contains(marks, 'c'):
		_, _ = term.MakeRaw(int(t.in.Fd()))
		t.write(t.caps.begin)
		t.shown = nil
		return screen.Resize, true
	}
	return screen.Resize, len(marks) > 0
}

// caps is what a kind of terminal can do.
type caps struct {
	info   *terminfo.Terminfo
	colors int
	begin  string // of the screen
	end    string
	reset  string // of all attributes
	hide   string // the cursor
	show   string
	utf8   bool
	lines  map[rune]string // how to draw what has no letter
	corner bool            // the last cell of the last row can be written
	keys   map[string]screen.Key
}

// load reads the terminfo entry of the terminal.
func (c *caps) load(env []string) error {
	name := value(env, "TERM")
	for _, dir := range directories(env) {
		if info, err := terminfo.Open(dir, name); err == nil {
			c.info = info
			break
		}
	}
	if c.info == nil || len(c.info.Strings[terminfo.CursorAddress]) == 0 {
		return openError(name)
	}
	text := c.text
	c.begin = text(terminfo.EnterCaMode) + text(terminfo.KeypadXmit) + text(terminfo.EnaAcs) + text(terminfo.ExitAttributeMode)
	c.end = text(terminfo.KeypadLocal) + text(terminfo.CursorNormal) + text(terminfo.ExitCaMode)
	if text(terminfo.EnterCaMode) == "" {
		c.end += "\r\n"
	}
	c.reset = text(terminfo.ExitAttributeMode)
	c.hide, c.show = text(terminfo.CursorInvisible), text(terminfo.CursorNormal)
	c.corner = !c.info.Bools[terminfo.AutoRightMargin] || c.info.Bools[terminfo.EatNewlineGlitch]
	c.utf8 = utf8Locale(env)
	if text(terminfo.SetAForeground) != "" && value(env, "NO_COLOR") == "" {
		c.colors = c.info.Nums[terminfo.MaxColors]
	}
	c.loadLines()
	c.loadKeys()
	return nil
}

// directories are where terminfo entries may be (terminfo(5)).
func directories(env []string) []string {
	var dirs []string
	if d := value(env, "TERMINFO"); d != "" {
		dirs = append(dirs, d)
	}
	if home := value(env, "HOME"); home != "" {
		dirs = append(dirs, filepath.Join(home, ".terminfo"))
	}
	if d := value(env, "TERMINFO_DIRS"); d != "" {
		dirs = append(dirs, strings.Split(d, ":")...)
	}
	return append(dirs, "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo")
}

// text is a capability without what stands for padding.
func (c *caps) text(i int) string { return unpad(string(c.info.Strings[i])) }

// unpad takes $<5> out of a capability: today's terminals need no pauses.
func unpad(s string) string {
	for {
		i := strings.Index(s, "$<")
		if i < 0 {
			return s
		}
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			return s
		}
		s = s[:i] + s[i+j+1:]
	}
}

// cursor moves the cursor.
func (c *caps) cursor(x, y int) string { return unpad(c.info.Printf(terminfo.CursorAddress, y, x)) }

// style begins a style.
func (c *caps) style(s screen.Style) string {
	out := c.reset
	for attr, i := range map[screen.Attr]int{screen.Bold: terminfo.EnterBoldMode, screen.Dim: terminfo.EnterDimMode,
		screen.Reverse: terminfo.EnterReverseMode, screen.Underline: terminfo.EnterUnderlineMode} {
		if s.Attr&attr != 0 {
			out += c.text(i)
		}
	}
	if c.colors >= 8 {
		if s.Fg != screen.Default {
			out += unpad(c.info.Printf(terminfo.SetAForeground, int(s.Fg)))
		}
		if s.Bg != screen.Default {
			out += unpad(c.info.Printf(terminfo.SetABackground, int(s.Bg)))
		}
	}
	return out
}

// drawn are the characters that have no letter, with their names in acsc and what to draw in their place otherwise.
var drawn = map[rune]struct{ acs, ascii byte }{
	screen.HLine: {'q', '-'}, screen.VLine: {'x', '|'}, screen.ULCorner: {'l', '+'}, screen.URCorner: {'k', '+'},
	screen.LLCorner: {'m', '+'}, screen.LRCorner: {'j', '+'}, screen.LeftTee: {'t', '+'}, screen.RightTee: {'u', '+'},
	screen.UpArrow: {'-', '^'}, screen.DownArrow: {'.', 'v'}, screen.RightArrow: {'+', '>'},
}

// loadLines finds out how lines are drawn where characters are not UTF-8.
func (c *caps) loadLines() {
	if c.utf8 {
		return
	}
	c.lines = map[rune]string{}
	acsc := c.info.Strings[terminfo.AcsChars]
	on, off := c.text(terminfo.EnterAltCharsetMode), c.text(terminfo.ExitAltCharsetMode)
	for r, d := range drawn {
		c.lines[r] = string(rune(d.ascii))
		for i := 0; i+1 < len(acsc) && on != ""; i += 2 {
			if acsc[i] == d.acs {
				c.lines[r] = on + string(acsc[i+1:i+2]) + off
			}
		}
	}
}
