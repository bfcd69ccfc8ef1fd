package descriptors

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

func TestDivide(t *testing.T) {
	for _, limit := range []int{0, 16, 32, 64, 256, 1024, math.MaxInt32} {
		s := divide(limit, 20)
		if s.jobs < 1 || s.pool.Size() < 0 || limit > 64 && s.jobs*perJob+s.pool.Size()+20+spare > limit {
			t.Errorf("of %d: %d jobs, a pool of %d", limit, s.jobs, s.pool.Size())
		}
	}
}

// TestPool has many ask for some: never more are out than there are, and all get theirs.
func TestPool(t *testing.T) {
	p := newPool(10)
	var out atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 100 {
				n := 1 + rand.IntN(12)
				ctx, cancel := context.WithCancel(t.Context())
				if rand.IntN(3) == 0 {
					go cancel()
				}
				if p.Take(ctx, n) == nil {
					if now := out.Add(int64(min(n, 10))); now > 10 {
						t.Errorf("%d are out", now)
					}
					out.Add(-int64(min(n, 10)))
					p.Give(n)
				}
				cancel()
			}
		})
	}
	wg.Wait()
	if !p.TryTake(10) || p.TryTake(1) {
		t.Error("some were lost, or there are more than there were")
	}
}

func TestPatiently(t *testing.T) {
	tries := 0
	err := Patiently(t.Context(), func() error {
		if tries++; tries < 4 {
			return syscall.EMFILE
		}
		return syscall.EACCES
	})
	if err != syscall.EACCES || tries != 4 {
		t.Errorf("%v after %d tries", err, tries)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := Patiently(ended, func() error { return syscall.ENFILE }); err != syscall.ENFILE {
		t.Errorf("%v when the build has ended", err)
	}
}
