package reapi

// This file speaks the plain HTTP of bazel-remote and of any server that keeps what it is given by PUT: /cas/HASH for blobs,
// /ac/HASH for ActionResults.

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// plain is a Cache behind HTTP.
type plain struct {
	http   *http.Client
	base   string
	header http.Header
}

// atOnce is how many requests for blobs are under way at a time.
const atOnce = 16

// do sends a request and returns the body of an answer that is well; it reads at most limit bytes.
func (c *plain) do(ctx context.Context, method, path string, body []byte, limit int64) ([]byte, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, reader)
	if err != nil {
		return nil, err
	}
	r.Header = c.header.Clone()
	response, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return nil, ErrNotFound
	case response.StatusCode/100 != 2:
		return nil, &Status{Code: codeUnknown, Message: "HTTP status " + response.Status}
	case method == http.MethodHead:
		return nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%w: more than %d bytes", ErrWrong, limit)
	}
	return text, err
}

// GetActionResult implements Cache.
func (c *plain) GetActionResult(ctx context.Context, action Digest) (*ActionResult, error) {
	text, err := c.do(ctx, http.MethodGet, "/ac/"+action.Hash, nil, maxMessage)
	if err != nil {
		return nil, err
	}
	r := new(ActionResult)
	return r, Unmarshal(text, r)
}

// TakesRaw implements Cache.
func (c *plain) TakesRaw() bool { return true }

// UpdateActionResult implements Cache.
func (c *plain) UpdateActionResult(ctx context.Context, action Digest, r *ActionResult) error {
	_, err := c.do(ctx, http.MethodPut, "/ac/"+action.Hash, Marshal(r), maxMessage)
	return err
}

// FindMissing implements Cache.
func (c *plain) FindMissing(ctx context.Context, digests []Digest) ([]Digest, error) {
	missing := make([]bool, len(digests))
	err := Each(digests, func(i int) error {
		_, err := c.do(ctx, http.MethodHead, "/cas/"+digests[i].Hash, nil, 0)
		if err == ErrNotFound {
			missing[i], err = true, nil
		}
		return err
	})
	var names []Digest
	for i, d := range digests {
		if missing[i] {
			names = append(names, d)
		}
	}
	return names, err
}

// Read implements Cache.
func (c *plain) Read(ctx context.Context, digests []Digest) ([]Blob, error) {
	digests = valid(digests)
	all := make([]Blob, len(digests))
	err := Each(digests, func(i int) error {
		d := digests[i]
		text, err := c.do(ctx, http.MethodGet, "/cas/"+d.Hash, nil, d.Size)
		switch {
		case err == ErrNotFound:
			return nil
		case err == nil && Sum(text) == d:
			all[i] = Blob{Digest: d, Data: text}
		}
		return err
	})
	return there(all), err
}

// there are those blobs that were found.
func there(all []Blob) []Blob {
	var found []Blob
	for _, b := range all {
		if b.Digest.Hash != "" {
			found = append(found, b)
		}
	}
	return found
}

// Write implements Cache.
func (c *plain) Write(ctx context.Context, blobs []Blob) error {
	return Each(blobs, func(i int) error {
		data := blobs[i].Data
		if data == nil {
			data = []byte{}
		}
		_, err := c.do(ctx, http.MethodPut, "/cas/"+blobs[i].Digest.Hash, data, maxMessage)
		return err
	})
}

// Each calls do for each index of list, some at a time, and returns the first error; after one no more begin.
func Each[T any](list []T, do func(i int) error) error {
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		first error
		slots = make(chan struct{}, atOnce)
	)
	failed := func(err error) bool {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = err
		}
		return first != nil
	}
	for i := range list {
		slots <- struct{}{}
		if failed(nil) {
			break
		}
		wait.Go(func() {
			failed(do(i))
			<-slots
		})
	}
	wait.Wait()
	return first
}
