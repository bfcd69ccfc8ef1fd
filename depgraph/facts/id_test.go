package facts

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestYoung(t *testing.T) {
	const second = int64(time.Second)
	const now = 1000*second + 5
	for _, tt := range []struct {
		name         string
		mtime, ctime int64
		want         bool
	}{
		{"old", 990*second + 1, 990*second + 1, false},
		{"just changed", now - second/100, now - second/100, true},
		{"a moment ago", now - second/10, now - second/10, false},
		{"old by its date only", 990*second + 1, now - second/100, true},
		{"a date to come", now + second, 990*second + 1, true},
		{"a clock of seconds", 999 * second, 999 * second, true},
		{"a clock of seconds, old", 997 * second, 997 * second, false},
	} {
		if got := Young(tt.mtime, tt.ctime, now); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

// TestOf changes a file in all ways that leave its size and its date.
func TestOf(t *testing.T) {
	name := filepath.Join(t.TempDir(), "f")
	date := time.Now().Add(time.Hour)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, date, date); err != nil {
			t.Fatal(err)
		}
	}
	of := func() Stat {
		t.Helper()
		var st syscall.Stat_t
		if err := syscall.Stat(name, &st); err != nil {
			t.Fatal(err)
		}
		return Of(&st)
	}
	write("one")
	before := of()
	if before.Settled() || before == (Stat{}) {
		t.Errorf("settled: %t, %+v", before.Settled(), before)
	}
	if again := of(); again != before {
		t.Error("another identity without a change")
	}
	for end := time.Now().Add(10 * time.Second); ; {
		write("two")
		if after := of(); after != before {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no change gives it another identity")
		}
	}
	before = of()
	if err := os.Rename(name, name+".old"); err != nil {
		t.Fatal(err)
	}
	write("two")
	if after := of(); after == before {
		t.Error("another file has its identity")
	}
}
