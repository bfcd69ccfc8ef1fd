package depgraph

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

func isReady(w *Waiter) bool {
	select {
	case <-w.Ready():
		return true
	default:
		return false
	}
}

func TestPriorityCompare(t *testing.T) {
	ordered := []Priority{nil, {0}, {0, 0}, {0, 7}, {1}, {1, 0, 9}, {1, 1}, {2}, {1 << 31}}
	for i, p := range ordered {
		for j, q := range ordered {
			got := p.Compare(q)
			if want := cmpInt(i, j); got != want {
				t.Errorf("%v.Compare(%v) = %d, want %d", p, q, got, want)
			}
		}
	}
}

func cmpInt(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestTryAcquireCounts(t *testing.T) {
	for _, jobs := range []int{1, 2, 5} {
		s := NewSlots(jobs, -1)
		for i := range jobs {
			if !s.TryAcquire() {
				t.Fatalf("jobs %d: slot %d refused", jobs, i+1)
			}
		}
		if s.TryAcquire() {
			t.Errorf("jobs %d: one slot too many", jobs)
		}
		if got := s.Running(); got != jobs {
			t.Errorf("jobs %d: Running() = %d", jobs, got)
		}
		s.Release()
		if !s.TryAcquire() {
			t.Errorf("jobs %d: released slot not available", jobs)
		}
		for range jobs + 3 { // some too many: ignored
			s.Release()
		}
		if got := s.Running(); got != 0 {
			t.Errorf("jobs %d: Running() = %d after all were released", jobs, got)
		}
	}
}

func TestUnlimited(t *testing.T) {
	s := NewSlots(0, -1)
	for i := range 1000 {
		if !s.TryAcquire() {
			t.Fatalf("slot %d refused", i)
		}
	}
	if v, err := s.Serve(ServeOptions{}); v != nil || err != nil {
		t.Errorf("Serve without limit = %v, %v; want nothing", v, err)
	}
}

// forms are the ways in which slots can be kept; every test of the order runs with each.
var forms = []string{"memory", "pipe", "fifo", "splice"}

// newForm returns slots kept in that form, and checks at the end that no token is missing.
func newForm(t *testing.T, form string, jobs int) *Slots {
	t.Helper()
	s := NewSlots(jobs, -1)
	opts := ServeOptions{TempDir: t.TempDir()}
	switch form {
	case "memory":
		return s
	case "fifo":
		opts.Style = StyleFifo
	}
	v, err := s.Serve(opts)
	if err != nil {
		t.Fatal(err)
	}
	if v == nil && jobs > 1 {
		t.Fatal("Serve gave no server")
	}
	if form == "splice" && v != nil {
		withoutReopen(t, s)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func TestWaitersGoByPriorityThenAge(t *testing.T) {
	for _, form := range forms {
		t.Run(form, func(t *testing.T) {
			// Two slots, the implicit one stays taken: what goes round is a token.
			s := newForm(t, form, 2)
			for range 2 {
				<-s.Wait(nil).Ready()
			}
			type request struct {
				Prio Priority
				Seq  int
			}
			rng := rand.New(rand.NewPCG(1, 2))
			var want []request
			granted := make(chan request)
			for i := range 60 {
				prio := make(Priority, rng.IntN(4))
				for j := range prio {
					prio[j] = rng.Uint32N(3)
				}
				r := request{prio, i}
				want = append(want, r)
				w := s.Wait(prio)
				go func() {
					<-w.Ready()
					granted <- r
				}()
			}
			slices.SortStableFunc(want, func(a, b request) int { return a.Prio.Compare(b.Prio) })
			var got []request
			for range want {
				s.Release()
				got = append(got, <-granted)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("order of grants (-want +got):\n%s", diff)
			}
			s.Release()
			s.Release()
		})
	}
}

func TestCancel(t *testing.T) {
	s := NewSlots(1, -1)
	s.TryAcquire()
	a, b, c := s.Wait(Priority{1}), s.Wait(Priority{2}), s.Wait(Priority{3})
	b.Cancel()
	b.Cancel()
	s.Release() // to a
	if !isReady(a) || isReady(b) || isReady(c) {
		t.Fatalf("ready: a %v b %v c %v; want only a", isReady(a), isReady(b), isReady(c))
	}
	a.Cancel() // gives it on to c
	a.Cancel()
	if !isReady(c) {
		t.Fatal("slot of a cancelled waiter was lost")
	}
	s.Release()
	if got := s.Running(); got != 0 {
		t.Errorf("Running() = %d", got)
	}
}

func TestAcquireEndsWithContext(t *testing.T) {
	s := NewSlots(1, -1)
	s.TryAcquire()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Acquire(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Acquire = %v", err)
	}
	s.Release()
	if err := s.Acquire(t.Context(), nil); err != nil {
		t.Errorf("Acquire of a free slot = %v", err)
	}
}

func TestCloseStopsGrants(t *testing.T) {
	s := NewSlots(2, -1)
	if _, err := s.Serve(ServeOptions{}); err != nil {
		t.Fatal(err)
	}
	s.TryAcquire()
	s.TryAcquire()
	w := s.Wait(nil)
	if err := s.Close(); err != nil { // the token in hand is put back first
		t.Errorf("Close: %v", err)
	}
	s.Release()
	if isReady(w) || s.TryAcquire() {
		t.Error("a slot was granted after Close")
	}
	if _, err := s.Serve(ServeOptions{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Serve after Close = %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

// gauge counts what runs at once.
type gauge struct {
	limit   int64
	now     atomic.Int64
	highest atomic.Int64
	over    atomic.Int64
}

func (g *gauge) job(yields int) {
	n := g.now.Add(1)
	for h := g.highest.Load(); n > h && !g.highest.CompareAndSwap(h, n); h = g.highest.Load() {
	}
	if n > g.limit {
		g.over.Add(1)
	}
	for range yields {
		runtime.Gosched()
	}
	g.now.Add(-1)
}

// TestNeverMoreThanJobs mixes users in this process, waiters that change their mind, and children that work on a slot
// of ours and take more from the pipe as make does.
func TestNeverMoreThanJobs(t *testing.T) {
	rounds := uint64(need.Rounds(2, 6))
	for _, form := range forms {
		for seed := range rounds {
			rng := rand.New(rand.NewPCG(seed, 99))
			jobs := 1 + rng.IntN(6)
			t.Run(fmt.Sprintf("%s/%d/jobs%d", form, seed, jobs), func(t *testing.T) {
				s := newForm(t, form, jobs)
				g := &gauge{limit: int64(jobs)}
				var wg sync.WaitGroup
				for u := range 8 {
					rng := rand.New(rand.NewPCG(seed, uint64(u)))
					wg.Go(func() { inProcessUser(t, s, g, rng) })
				}
				if form != "memory" && jobs > 1 {
					for c := range 3 {
						rng := rand.New(rand.NewPCG(seed, uint64(100+c)))
						wg.Go(func() { childMake(t, s, g, rng) })
					}
				}
				wg.Wait()
				if n := g.over.Load(); n > 0 {
					t.Errorf("%d times more than %d jobs (up to %d)", n, jobs, g.highest.Load())
				}
				if n := s.Running(); n != 0 {
					t.Errorf("Running() = %d at the end", n)
				}
			})
		}
	}
}

// verify checks what must hold whenever the lock is free.
func (s *Slots) verify(t *testing.T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pool != nil && len(s.tokens) != max(s.held-1, 0) {
		t.Errorf("%d slots held with %d tokens", s.held, len(s.tokens))
	}
	if len(s.spare) > 0 {
		t.Errorf("%d tokens belong to nobody", len(s.spare))
	}
	for i, w := range s.waiters {
		if w.index != i || w.granted || w.canceled {
			t.Errorf("waiter %d: %+v", i, w)
		}
	}
}

func inProcessUser(t *testing.T, s *Slots, g *gauge, rng *rand.Rand) {
	for range 150 {
		s.verify(t)
		switch rng.IntN(4) {
		case 0:
			if !s.TryAcquire() {
				continue
			}
		case 1: // a waiter that may leave before, while or after it is granted
			w := s.Wait(Priority{rng.Uint32N(4)})
			for range rng.IntN(20) {
				runtime.Gosched()
			}
			if rng.IntN(2) == 0 {
				w.Cancel()
				continue
			}
			<-w.Ready()
		default:
			<-s.Wait(Priority{rng.Uint32N(4), rng.Uint32N(4)}).Ready()
		}
		g.job(rng.IntN(30))
		s.Release()
	}
}

func TestLoadLimitHoldsBackAllButOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		running := 9
		s := NewSlots(4, 3)
		s.load.running = func() (int, bool) { return running, true }
		if !s.TryAcquire() {
			t.Fatal("the first slot must not depend on the load")
		}
		if s.TryAcquire() {
			t.Error("a second slot while the load is too high")
		}
		w := s.Wait(nil)
		// The sleeps of this test are exact and take no time: the clock of a synctest bubble stands still while anything
		// runs in it, and jumps when all its goroutines wait.
		time.Sleep(3*loadRecheck + loadRecheck/2)
		synctest.Wait()
		if isReady(w) {
			t.Fatal("granted while the load is too high")
		}
		s.mu.Lock()
		running = 3 // not above the limit
		s.mu.Unlock()
		time.Sleep(loadRecheck)
		synctest.Wait()
		if !isReady(w) {
			t.Fatal("not granted after the load went down")
		}
		s.mu.Lock()
		running = 4
		s.mu.Unlock()
		w2 := s.Wait(nil)
		s.Release()
		if isReady(w2) {
			t.Error("granted beside another job while the load is too high")
		}
		s.Release() // the last one: somebody must run
		if !isReady(w2) {
			t.Error("nobody runs because of the load")
		}
		s.Close() // stops the timer
	})
}

func TestLoadLimitWithJobServer(t *testing.T) {
	var running atomic.Int64
	running.Store(9)
	s := NewSlots(3, 2)
	s.load.running = func() (int, bool) { return int(running.Load()), true }
	if _, err := s.Serve(ServeOptions{}); err != nil {
		t.Fatal(err)
	}
	s.TryAcquire()
	w := s.Wait(nil)
	s.mu.Lock()
	if s.wantToken() {
		t.Error("the pump would read tokens while the load is too high")
	}
	s.mu.Unlock()
	running.Store(1)
	s.loadAgain()
	<-w.Ready()
	s.Release()
	s.Release()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestLoadMeter(t *testing.T) {
	clock := time.Unix(1000, 0)
	average := 1.0
	m := newLoadMeter(2)
	m.now = func() time.Time { return clock }
	m.running = func() (int, bool) { return 0, false }
	m.average = func() (float64, bool) { return average, true }
	check := func(want bool, when string) {
		t.Helper()
		if got := m.tooHigh(); got != want {
			t.Errorf("%s: tooHigh = %v", when, got)
		}
	}
	check(false, "load 1 of 2")
	for range 3 {
		m.started()
	}
	check(false, "3 starts in this second: 1.75")
	m.started()
	check(true, "4 starts: 2.0 is at the limit")
	clock = clock.Add(time.Second)
	check(false, "in the next second they count a quarter: 1.25")
	for range 3 {
		m.started()
	}
	check(true, "3 new ones: 2.0")
	clock = clock.Add(2 * time.Second)
	check(false, "two seconds later all are forgotten")
	average = 2
	check(true, "average at the limit")
	if newLoadMeter(-1).tooHigh() {
		t.Error("no limit: tooHigh")
	}
}

func TestParseRunning(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		ok   bool
	}{
		{"0.20 0.18 0.12 1/80 11206\n", 1, true},
		{"12.00 3.00 1.00 37/1200 99", 37, true},
		{"", 0, false},
		{"0.20 0.18 0.12", 0, false},
		{"0.20 0.18 0.12 180 11206", 0, false},
		{"0.20 0.18 0.12 x/80 11206", 0, false},
		{"0.20 0.18 0.12 -1/80 11206", -1, false},
	} {
		if n, ok := parseRunning([]byte(c.text)); ok != c.ok || ok && n != c.n {
			t.Errorf("parseRunning(%q) = %d, %v; want %d, %v", c.text, n, ok, c.n, c.ok)
		}
	}
	if n, ok := runningProcesses(); ok && n < 1 {
		t.Errorf("runningProcesses() = %d, and this one runs", n)
	}
	if l, ok := loadAverage(); !ok || l < 0 || l > 1e5 {
		t.Errorf("loadAverage() = %v, %v", l, ok)
	}
}

func BenchmarkTryAcquireRelease(b *testing.B) {
	for _, form := range []string{"memory", "pipe", "fifo"} {
		b.Run(form, func(b *testing.B) {
			s := benchSlots(b, form)
			s.TryAcquire() // the implicit slot never touches the pipe
			b.ReportAllocs()
			for b.Loop() {
				if !s.TryAcquire() {
					b.Fatal("refused")
				}
				s.Release()
			}
		})
	}
}

// BenchmarkContended hands 2 slots around 4 goroutines.
func BenchmarkContended(b *testing.B) {
	for _, form := range []string{"memory", "pipe", "fifo"} {
		b.Run(form, func(b *testing.B) {
			s := benchSlots(b, form)
			b.ReportAllocs()
			b.SetParallelism(2)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					<-s.Wait(Priority{1, 2, 3}).Ready()
					s.Release()
				}
			})
		})
	}
}

func benchSlots(b *testing.B, form string) *Slots {
	s := NewSlots(2, -1)
	if form != "memory" {
		opts := ServeOptions{TempDir: b.TempDir()}
		if form == "fifo" {
			opts.Style = StyleFifo
		}
		if _, err := s.Serve(opts); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
	}
	return s
}

// TestFewDescriptors: however many jobs there may be, so many are held at once as there are descriptors for, and all
// get their turn.
func TestFewDescriptors(t *testing.T) {
	for _, serve := range []bool{false, true} {
		s := NewSlots(20, -1)
		s.most = 3
		if serve {
			if _, err := s.Serve(ServeOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		var g gauge
		var wg sync.WaitGroup
		for i := range 10 {
			wg.Go(func() { inProcessUser(t, s, &g, rand.New(rand.NewPCG(uint64(i), 1))) })
		}
		wg.Wait()
		if n := g.highest.Load(); n > 3 {
			t.Errorf("served: %v: %d at once", serve, n)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
