package terminal

import (
	"testing"
	"time"

	"gokbuild/kconfig/menu/screen"
)

func TestDecode(t *testing.T) {
	up, down, esc := screen.Up, screen.Down, screen.Esc
	for _, tt := range []struct {
		in   string
		late bool
		want []screen.Key
	}{
		{"a\r\x7f", false, []screen.Key{'a', screen.Enter, screen.Backspace}},
		{"é€", false, []screen.Key{'é', '€'}},
		{"\xc3", false, nil},
		{"\xc3", true, nil},
		{"\xffa", false, []screen.Key{'a'}},
		{"\x03", false, []screen.Key{screen.Interrupt}},
		{"\x1b", false, nil},
		{"\x1b", true, []screen.Key{esc}},
		{"\x1b\x1b", true, []screen.Key{esc}},       // twice is once
		{"\x1b\x1bx", true, []screen.Key{esc, 'x'}}, // as in the original
		{"\x1bx", false, []screen.Key{'x'}},         // Alt-x
		{"\x1b[A\x1bOB", false, []screen.Key{up, down}},
		{"\x1b[1;5A", false, []screen.Key{up}},
		{"\x1b[3~\x1b[5~\x1b[15~", false, []screen.Key{screen.Delete, screen.PageUp, screen.F5}},
		{"\x1b[[B", false, []screen.Key{down}},
		{"\x1b[", false, nil},
		{"\x1b[9", true, nil},
		{"\x1b[99~a", false, []screen.Key{'a'}},
		{"\x1bQ", false, []screen.Key{screen.F9}}, // the terminal's own
		{"\x1bO", true, []screen.Key{'O'}},
	} {
		clock := time.Unix(1000, 0)
		d := decoder{keys: map[string]screen.Key{"\x1bQ": screen.F9}, twice: true, now: func() time.Time { return clock }}
		d.feed([]byte(tt.in))
		var got []screen.Key
		for range 2 {
			for {
				k, ok := d.next()
				if !ok {
					break
				}
				got = append(got, k)
			}
			if tt.late {
				d.expire()
			}
		}
		if len(got) != len(tt.want) {
			t.Errorf("%q: %v, not %v", tt.in, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q: %v, not %v", tt.in, got, tt.want)
			}
		}
	}
}

// TestEscTwice: the second Esc belongs to the first for a moment, the third never does.
func TestEscTwice(t *testing.T) {
	clock := time.Unix(1000, 0)
	d := decoder{twice: true, now: func() time.Time { return clock }}
	press := func(after time.Duration) bool {
		clock = clock.Add(after)
		d.feed([]byte{27})
		d.expire()
		_, ok := d.next()
		return ok
	}
	for i, tt := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {escEcho / 2, false}, {escEcho / 2, true}, {escEcho, true}, {2 * escEcho, true}} {
		if got := press(tt.after); got != tt.want {
			t.Errorf("press %d: %v", i, got)
		}
	}
	d.twice = false
	for range 2 {
		if !press(0) {
			t.Error("where it is not pressed twice by habit, each counts")
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x1b[1;5A\x1bOP\xc3\xa9\x1b\x1b[[A"), true)
	f.Fuzz(func(t *testing.T, in []byte, late bool) {
		d := decoder{}
		d.feed(in)
		if late {
			d.expire()
		}
		for n := 0; ; n++ {
			if _, ok := d.next(); !ok {
				break
			}
			if n > len(in) {
				t.Fatal("more keys than bytes")
			}
		}
		if late && len(d.buf) > 0 {
			t.Fatalf("%q is left for ever", d.buf)
		}
	})
}
