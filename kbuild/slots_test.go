package kbuild

import (
	"bufio"
	"os"
	"testing"
	"time"
)

// TestLateSlotIsNotKept: an invocation asks for a slot, then goes on with that
// of a job of its own. The slot it asked for must go to whoever needs it next,
// here to the second job of a sub-make, which meets the first one half way.
func TestLateSlotIsNotKept(t *testing.T) {
	p := newProject(t, "4.3", map[string]string{
		"Makefile": "all: x y z\nx y: ; @cat go-$@\nz: ; @$(MAKE) -s --no-print-directory -f sub.mk\n",
		"sub.mk":   "all: p q\np q: r ; @echo $@ > started; cat go-$@\nr: ; @cat go-r\n"})
	for _, name := range []string{"go-x", "go-y", "go-r", "go-p", "go-q", "started"} {
		fifo(t, p.dir+"/"+name)
	}
	// Opened for both, it can be read from before anybody writes, and to the end.
	started, err := os.OpenFile(p.dir+"/started", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer started.Close()
	// The other end of a fifo exists once the recipe runs.
	release := func(name string) {
		w, err := os.OpenFile(p.dir+"/go-"+name, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		w.Close()
	}
	done := make(chan int)
	go func() { done <- p.make("-j2") }()
	release("x") // z gets its slot, not the one that was asked for
	release("r")
	release("y") // this one is for the sub-make's second job

	if err := started.SetReadDeadline(time.Now().Add(2 * time.Second)); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(started)
	for n := range 2 {
		if _, err := lines.ReadString('\n'); err != nil {
			t.Errorf("%d of 2 jobs run at once: %v", n, err)
			break
		}
	}
	go release("p")
	go release("q")
	if status := <-done; status != 0 {
		t.Errorf("status %d\n%s", status, p.output())
	}
}
