package remote

// This file bounds the time that is waited for nothing: a build with a slow server must not be slower than one without.

import (
	"sync"
	"time"
)

const (
	// patience is how long one question is waited for; a content that stands for longer work is waited for as long as that.
	patience = 500 * time.Millisecond
	// wasted is how long may be waited for nothing, in all.
	wasted = 1500 * time.Millisecond
)

// budget counts what was waited for nothing against what was saved.
type budget struct {
	now   func() time.Time
	start time.Time

	mu           sync.Mutex
	lost, gained time.Duration
}

// left says whether more may be waited: a second and a half, a fiftieth of the time the build has taken, and a tenth of what was
// saved.
func (b *budget) left() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lost < wasted+b.now().Sub(b.start)/50+b.gained/10
}

// spent notes how long a question took, and what work its answer saved; 0 if none.
func (b *budget) spent(waited, saved time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if saved > waited {
		b.gained += saved - waited
	} else {
		b.lost += waited - saved
	}
}
