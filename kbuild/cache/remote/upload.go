package remote

// This file sends to the server what was kept here, behind the build.

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache/reapi"
)

const (
	// queued bounds how many manifests and entries wait; more are not sent.
	queued = 16384
	// perRound bounds how many are sent together, in number and in bytes of their outputs.
	perRound      = 256
	bytesPerRound = 8 << 20
	// maxSent is the size from which on an entry stays on this machine, in bytes.
	maxSent = 64 << 20
	// sendPatience bounds one round.
	sendPatience = 30 * time.Second
)

// job is something to be sent.
type job struct {
	kind     kind
	key      store.Digest
	entry    *store.Entry
	manifest *store.Manifest
}

// queue sends jobs, some at a time, in one goroutine.
type queue struct {
	l      *Level
	ctx    context.Context
	cancel context.CancelFunc
	ended  chan struct{}

	mu     sync.Mutex
	jobs   []job
	wake   chan struct{}
	closed bool
}

func newQueue(l *Level) *queue {
	q := &queue{l: l, ended: make(chan struct{}), wake: make(chan struct{}, 1)}
	q.ctx, q.cancel = context.WithCancel(context.Background())
	go q.run()
	return q
}

func (q *queue) add(j job) {
	q.mu.Lock()
	full := len(q.jobs) >= queued || q.closed
	if !full {
		q.jobs = append(q.jobs, j)
	}
	q.mu.Unlock()
	if full || j.kind == entryKind && j.entry.Size() > maxSent {
		if full && j.kind == entryKind {
			q.l.stats.unsent.Add(1)
		}
		return
	}
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns the jobs of one round; none and true once the queue is closed and empty.
func (q *queue) take() (jobs []job, end bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, int64(0)
	for n < len(q.jobs) && n < perRound && (n == 0 || size < bytesPerRound) {
		if e := q.jobs[n].entry; e != nil {
			size += e.Size()
		}
		n++
	}
	jobs, q.jobs = q.jobs[:n:n], q.jobs[n:]
	return jobs, n == 0 && q.closed
}

func (q *queue) run() {
	defer close(q.ended)
	for q.ctx.Err() == nil {
		jobs, end := q.take()
		if end {
			return
		}
		if len(jobs) == 0 {
			select {
			case <-q.wake:
			case <-q.ctx.Done():
			}
			continue
		}
		sent := int64(0)
		if q.l.breaker.allow() {
			ctx, cancel := context.WithTimeout(q.ctx, sendPatience)
			var err error
			sent, err = q.l.send(ctx, jobs)
			cancel()
			if q.ctx.Err() == nil {
				q.l.breaker.done(err)
			}
		}
		q.l.stats.sent.Add(sent)
		q.l.stats.unsent.Add(entriesIn(jobs) - sent)
	}
}

func entriesIn(jobs []job) (n int64) {
	for _, j := range jobs {
		if j.kind == entryKind {
			n++
		}
	}
	return n
}

// close waits until all is sent, for a while.
func (q *queue) close(ctx context.Context) {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.signal()
	limit := q.l.Flush
	switch {
	case !q.l.breaker.on():
		limit = 0
	case limit == 0:
		limit = 2 * time.Second
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-q.ended:
	case <-timer.C:
	case <-ctx.Done():
	}
	q.cancel()
	<-q.ended
	q.l.stats.unsent.Add(entriesIn(q.jobs))
}

// send sends jobs: blobs first, then entries, then manifests. It returns how many entries the server has taken.
func (l *Level) send(ctx context.Context, jobs []job) (sent int64, err error) {
	records := make([]*record, len(jobs))
	err = reapi.Each(jobs, func(i int) (err error) {
		if jobs[i].kind == manifestKind {
			records[i], err = l.manifestRecord(ctx, jobs[i])
		} else {
			records[i] = l.entryRecord(jobs[i])
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	records = slices.DeleteFunc(records, func(r *record) bool { return r == nil })
	lost, err := l.sendBlobs(ctx, records)
	if err != nil {
		return 0, err
	}
	var count atomic.Int64
	for _, k := range []kind{entryKind, manifestKind} {
		err = reapi.Each(records, func(i int) error {
			r := records[i]
			if r.kind != k || r.stays(lost) {
				return nil
			}
			err := r.put(ctx, l.server)
			if err == nil && k == entryKind {
				count.Add(1)
			}
			return err
		})
		if err != nil {
			break
		}
	}
	return count.Load(), err
}

// entryRecord is the record of an entry; nil if it stays here.
func (l *Level) entryRecord(j job) *record {
	for i := range j.entry.Outputs {
		if private(j.entry.Outputs[i].Inline) {
			return nil
		}
	}
	text := j.entry.Encode()
	return newRecord(l.server, entryKind, j.key, text, l.Sign.sign(j.key, text), outputs(j.entry))
}

// manifestRecord is the record of a manifest with what the server knows of its key; nil if that is all.
func (l *Level) manifestRecord(ctx context.Context, j job) (*record, error) {
	m := j.manifest
	text, _, err := fetch(ctx, l.server, manifestKind, j.key)
	if err != nil && !errors.Is(err, reapi.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		if old, err := store.DecodeManifest(text); err == nil {
			m = merge(old, m)
		}
	}
	ours := m.Encode()
	if bytes.Equal(ours, text) {
		return nil, nil
	}
	return newRecord(l.server, manifestKind, j.key, ours, nil, nil), nil
}

// sendBlobs sends those blobs of records that the server has not got. It returns those outputs that stay here, and with them
// their records: they are not kept any more, or nobody's business.
func (l *Level) sendBlobs(ctx context.Context, records []*record) (lost map[reapi.Digest]bool, err error) {
	lost = make(map[reapi.Digest]bool)
	missing, err := l.missing(ctx, records)
	if err != nil || len(missing) == 0 {
		return lost, err
	}
	var blobs []reapi.Blob
	take := func(d reapi.Digest, data []byte) {
		delete(missing, d)
		l.stats.bytesSent.Add(int64(len(data)))
		blobs = append(blobs, reapi.Blob{Digest: d, Data: data})
	}
	for _, r := range records {
		for _, f := range r.result.OutputFiles {
			if !missing[f.Digest] {
				continue
			}
			d, _ := store.ParseDigest(f.Digest.Hash)
			if data, err := l.local.Blob(ctx, d); err != nil || private(data) {
				lost[f.Digest] = true
			} else {
				take(f.Digest, data)
			}
		}
		for _, b := range r.carried {
			if missing[b.Digest] && !r.stays(lost) {
				take(b.Digest, b.Data)
			}
		}
	}
	return lost, l.server.Write(ctx, blobs)
}

// missing are the blobs of records that the server has not got.
func (l *Level) missing(ctx context.Context, records []*record) (map[reapi.Digest]bool, error) {
	all := make(map[reapi.Digest]bool)
	for _, r := range records {
		for _, b := range r.carried {
			all[b.Digest] = true
		}
		for _, f := range r.result.OutputFiles {
			all[f.Digest] = true
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	list, err := l.server.FindMissing(ctx, slices.Collect(maps.Keys(all)))
	missing := make(map[reapi.Digest]bool, len(list))
	for _, d := range list {
		missing[d] = all[d]
	}
	return missing, err
}

// stays says whether an output of a record does not leave this machine.
func (r *record) stays(lost map[reapi.Digest]bool) bool {
	return slices.ContainsFunc(r.result.OutputFiles, func(f reapi.OutputFile) bool { return lost[f.Digest] })
}

// private says whether a content is a private key, which never leaves this machine.
func private(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 4096)], []byte("PRIVATE KEY"))
}
