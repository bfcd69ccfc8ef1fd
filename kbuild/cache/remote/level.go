package remote

// This file looks things up: here first, then there.

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache/reapi"
)

// Options are what a level is told.
type Options struct {
	// Write says that what is kept here is sent to the server. Sign signs it.
	Write bool
	Sign  *Signer
	// Trust, if not nil, says whose entries are believed.
	Trust *Trust
	// Flush bounds how long Close waits for what is still to be sent; 0 is two seconds.
	Flush time.Duration
	// Say is told, once at most, why the server is not used any more.
	Say func(text string)
}

// Level is a store on another machine behind one on this.
type Level struct {
	local  store.Store
	server reapi.Cache
	Options
	breaker breaker
	budget  budget
	queue   *queue
	stats   counters
	asked   sync.Map // weak keys of which the server was asked
}

var _ store.Store = (*Level)(nil)

// Stats is what came of it: entries that came from the server, questions that it had no answer to, questions that failed,
// entries sent and not sent; bytes of contents read and written.
type Stats struct {
	Hits, Misses, Failed, Sent, Unsent int64
	BytesRead, BytesSent               int64
}

type counters struct{ hits, misses, failed, sent, unsent, bytesRead, bytesSent atomic.Int64 }

// New returns a level over a store. Close ends it.
func New(local store.Store, server reapi.Cache, o Options) *Level {
	l := &Level{local: local, server: server, Options: o}
	l.breaker = breaker{now: time.Now, say: o.Say}
	l.budget = budget{now: time.Now, start: time.Now()}
	if o.Write {
		l.queue = newQueue(l)
	}
	return l
}

// Stats returns what has come of it so far.
func (l *Level) Stats() Stats {
	c := &l.stats
	return Stats{Hits: c.hits.Load(), Misses: c.misses.Load(), Failed: c.failed.Load(), Sent: c.sent.Load(), Unsent: c.unsent.Load(),
		BytesRead: c.bytesRead.Load(), BytesSent: c.bytesSent.Load()}
}

// Summary are lines for --stats; a level that is nil has none.
func (l *Level) Summary() []string {
	if l == nil {
		return nil
	}
	s := l.Stats()
	lines := []string{fmt.Sprintf("remote cache: %d found, %d not there, %d questions failed; %.1f MB of contents read", s.Hits, s.Misses, s.Failed,
		float64(s.BytesRead)/1e6)}
	if l.Write {
		lines = append(lines, fmt.Sprintf("remote cache: %d sent, %d not sent; %.1f MB", s.Sent, s.Unsent, float64(s.BytesSent)/1e6))
	}
	return lines
}

// Close sends what is still to be sent, for a while, and ends the level. After an interrupt ctx is done, and nothing is sent.
func (l *Level) Close(ctx context.Context) {
	if l.queue != nil {
		l.queue.close(ctx)
	}
}

// Manifest implements [store.Store].
func (l *Level) Manifest(ctx context.Context, weak store.Digest) (*store.Manifest, error) {
	m, err := l.local.Manifest(ctx, weak)
	if err == nil {
		return m, nil
	}
	return l.MoreManifest(ctx, weak)
}

// MoreManifest returns the manifest of a weak key with what the server knows of it. Who found nothing by what Manifest returned
// may ask; of each key the server is asked once in a build.
func (l *Level) MoreManifest(ctx context.Context, weak store.Digest) (m *store.Manifest, err error) {
	if _, again := l.asked.LoadOrStore(weak, true); again {
		return nil, store.ErrMissing
	}
	err = l.ask(ctx, patience, func(ctx context.Context) (time.Duration, error) {
		text, _, err := fetch(ctx, l.server, manifestKind, weak)
		if err != nil {
			return 0, err
		}
		m, err = store.DecodeManifest(text)
		return 0, err
	})
	if err != nil {
		return nil, err
	}
	if own, err := l.local.Manifest(ctx, weak); err == nil {
		m = merge(m, own)
	}
	_ = l.local.PutManifest(ctx, weak, m)
	return m, nil
}

// merge puts the sets of one manifest in front of those of another.
func merge(old, front *store.Manifest) *store.Manifest {
	for i := len(front.Sets) - 1; i >= 0; i-- {
		old = old.Add(front.Sets[i])
	}
	return old
}

// PutManifest implements [store.Store].
func (l *Level) PutManifest(ctx context.Context, weak store.Digest, m *store.Manifest) error {
	if l.queue != nil {
		l.queue.add(job{kind: manifestKind, key: weak, manifest: m})
	}
	return l.local.PutManifest(ctx, weak, m)
}

// Entry implements [store.Store]. An entry that comes from the server comes with its blobs.
func (l *Level) Entry(ctx context.Context, strong store.Digest) (*store.Entry, error) {
	e, err := l.local.Entry(ctx, strong)
	if err == nil {
		return e, nil
	}
	err = l.ask(ctx, patience, func(ctx context.Context) (time.Duration, error) {
		text, signature, err := fetch(ctx, l.server, entryKind, strong)
		if err != nil {
			return 0, err
		}
		if !l.Trust.believes(strong, text, signature) {
			return 0, fmt.Errorf("%w: an entry that nobody has signed who is trusted", reapi.ErrNotFound)
		}
		e, err = store.DecodeEntry(text)
		return 0, err
	})
	if err != nil {
		return nil, err
	}
	if err := l.fetchBlobs(ctx, e); err != nil {
		return nil, err
	}
	l.stats.hits.Add(1)
	_ = l.local.PutEntry(ctx, strong, e)
	return e, nil
}

// fetchBlobs brings the blobs of an entry here.
func (l *Level) fetchBlobs(ctx context.Context, e *store.Entry) error {
	var wanted []reapi.Digest
	for _, f := range outputs(e) {
		if d, ok := store.ParseDigest(f.Digest.Hash); ok {
			if _, err := l.local.Blob(ctx, d); err != nil {
				wanted = append(wanted, f.Digest)
			}
		}
	}
	if len(wanted) == 0 {
		l.budget.spent(0, e.Origin.Took)
		return nil
	}
	return l.ask(ctx, max(patience, e.Origin.Took), func(ctx context.Context) (time.Duration, error) {
		blobs, err := l.server.Read(ctx, wanted)
		if err == nil && len(blobs) < len(wanted) {
			err = reapi.ErrNotFound
		}
		if err != nil {
			return 0, err
		}
		for _, b := range blobs {
			d, _ := store.ParseDigest(b.Digest.Hash)
			if err := l.local.PutBlob(ctx, d, b.Data); err != nil {
				return 0, nil //nolint:nilerr // the server is not to blame; Blob will miss it
			}
			l.stats.bytesRead.Add(int64(len(b.Data)))
		}
		return e.Origin.Took, nil
	})
}

// ask puts a question to the server, which returns how much work the answer saves. Errors wrap ErrMissing.
func (l *Level) ask(ctx context.Context, patience time.Duration, question func(ctx context.Context) (time.Duration, error)) error {
	if !l.budget.left() {
		l.breaker.off("it is slower than the work")
	}
	if !l.breaker.allow() {
		return store.ErrMissing
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	began := time.Now()
	saved, err := question(short)
	l.budget.spent(time.Since(began), saved)
	switch {
	case err == nil:
		l.breaker.done(nil)
		return nil
	case ctx.Err() != nil:
		// The build is ending; that says nothing of the server.
		l.breaker.done(nil)
	case errors.Is(err, reapi.ErrNotFound):
		l.breaker.done(err)
		l.stats.misses.Add(1)
	case errors.Is(err, store.ErrMissing):
		// It has answered with what cannot be read.
		l.breaker.done(reapi.ErrWrong)
		l.stats.failed.Add(1)
	default:
		l.breaker.done(err)
		l.stats.failed.Add(1)
	}
	return fmt.Errorf("%w: %w", store.ErrMissing, err)
}

// PutEntry implements [store.Store].
func (l *Level) PutEntry(ctx context.Context, strong store.Digest, e *store.Entry) error {
	err := l.local.PutEntry(ctx, strong, e)
	if l.queue != nil && err == nil {
		l.queue.add(job{kind: entryKind, key: strong, entry: e})
	}
	return err
}

// Blob implements [store.Store]. What came with its entry is here already.
func (l *Level) Blob(ctx context.Context, d store.Digest) ([]byte, error) {
	return l.local.Blob(ctx, d)
}

// PutBlob implements [store.Store].
func (l *Level) PutBlob(ctx context.Context, d store.Digest, data []byte) error {
	return l.local.PutBlob(ctx, d, data)
}

// Drop implements [store.Store]. The server keeps it: others will drop it as well, or overwrite it.
func (l *Level) Drop(ctx context.Context, strong store.Digest) { l.local.Drop(ctx, strong) }
