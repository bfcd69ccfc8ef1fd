package reapi

// This file is the client of the Remote Execution API: what the services ActionCache, ContentAddressableStorage,
// Capabilities and ByteStream are asked.

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// Client is a Cache, and a place where actions are carried out, behind gRPC.
type Client struct {
	conn     grpcConn
	instance string

	once sync.Once
	can  Capabilities
	err  error
}

const (
	// batch is how many bytes of blobs go into one message: 4 MB is what servers take, and digests need room.
	batch = 3 << 20
	// chunk is how many bytes of a large blob go into one message.
	chunk = 1 << 20
	// worthwhile is the size from which a blob is compressed on its way.
	worthwhile = 4 << 10
	// digestsAtOnce is how many digests go into one question.
	digestsAtOnce = 10_000
)

// Capabilities asks what the server can do; only the first call asks.
func (c *Client) Capabilities(ctx context.Context) (*Capabilities, error) {
	c.once.Do(func() {
		c.err = c.conn.call(ctx, servicePrefix+"Capabilities/GetCapabilities", &getCapabilitiesRequest{c.instance}, &c.can)
		var status *Status
		if errors.As(c.err, &status) && status.Code == codeUnimplemented {
			c.err = nil
		} else if f := c.can.Cache.DigestFunctions; c.err == nil && len(f) > 0 && !slices.Contains(f, digestFunction) {
			c.err = errors.New("the server knows no SHA-256")
		}
	})
	return &c.can, c.err
}

// GetActionResult implements Cache.
func (c *Client) GetActionResult(ctx context.Context, action Digest) (*ActionResult, error) {
	r := new(ActionResult)
	err := c.conn.call(ctx, servicePrefix+"ActionCache/GetActionResult",
		&getActionResultRequest{Instance: c.instance, Action: action, InlineStdout: true, InlineStderr: true, Function: digestFunction}, r)
	return r, err
}

// TakesRaw implements Cache.
func (c *Client) TakesRaw() bool { return false }

// UpdateActionResult implements Cache.
func (c *Client) UpdateActionResult(ctx context.Context, action Digest, r *ActionResult) error {
	return c.conn.call(ctx, servicePrefix+"ActionCache/UpdateActionResult",
		&updateActionResultRequest{Instance: c.instance, Action: action, Result: *r, Function: digestFunction}, new(ActionResult))
}

// FindMissing implements Cache.
func (c *Client) FindMissing(ctx context.Context, digests []Digest) ([]Digest, error) {
	var missing []Digest
	for part := range slices.Chunk(digests, digestsAtOnce) {
		var answer findMissingBlobsResponse
		err := c.conn.call(ctx, servicePrefix+"ContentAddressableStorage/FindMissingBlobs",
			&findMissingBlobsRequest{Instance: c.instance, Digests: part, Function: digestFunction}, &answer)
		if err != nil {
			return nil, err
		}
		missing = append(missing, answer.Missing...)
	}
	return missing, nil
}

// maxBatch is how many bytes of blobs the server takes in one message.
func (c *Client) maxBatch(can *Capabilities) int64 {
	if n := can.Cache.MaxBatch; n > 0 && n < batch {
		return n
	}
	return batch
}

// batches deals blobs out to messages. What is too large for one comes last, each alone; large says where that begins.
func batches[T any](list []T, size func(T) int64, most int64) (groups [][]T, large int) {
	var alone [][]T
	var group []T
	var sum int64
	for _, b := range list {
		n := size(b) + 100
		switch {
		case n > most:
			alone = append(alone, []T{b})
			continue
		case sum+n > most:
			groups, group, sum = append(groups, group), nil, 0
		}
		group, sum = append(group, b), sum+n
	}
	if group != nil {
		groups = append(groups, group)
	}
	return append(groups, alone...), len(groups)
}

// Read implements Cache.
func (c *Client) Read(ctx context.Context, digests []Digest) ([]Blob, error) {
	can, err := c.Capabilities(ctx)
	if err != nil {
		return nil, err
	}
	groups, large := batches(valid(digests), func(d Digest) int64 { return d.Size }, c.maxBatch(can))
	found := make([][]Blob, len(groups))
	err = Each(groups, func(i int) (err error) {
		if i < large {
			found[i], err = c.readBatch(ctx, groups[i], can)
			return err
		}
		found[i], err = c.readStream(ctx, groups[i][0], can)
		return err
	})
	return slices.Concat(found...), err
}

func (c *Client) readBatch(ctx context.Context, digests []Digest, can *Capabilities) ([]Blob, error) {
	request := batchReadBlobsRequest{Instance: c.instance, Digests: digests, Function: digestFunction}
	if slices.Contains(can.Cache.Compressors, zstandard) {
		request.Acceptable = []int32{zstandard}
	}
	var answer batchReadBlobsResponse
	if err := c.conn.call(ctx, servicePrefix+"ContentAddressableStorage/BatchReadBlobs", &request, &answer); err != nil {
		return nil, err
	}
	wanted := make(map[Digest]bool, len(digests))
	for _, d := range digests {
		wanted[d] = true
	}
	var found []Blob
	for _, b := range answer.Blobs {
		if b.Status.Code != 0 || !wanted[b.Digest] {
			continue
		}
		data, err := decompress(b.Data, b.Compressor, b.Digest.Size)
		if err == nil && Sum(data) == b.Digest {
			found = append(found, Blob{Digest: b.Digest, Data: data})
		}
	}
	return found, nil
}

// readStream reads one blob, of any size.
func (c *Client) readStream(ctx context.Context, d Digest, can *Capabilities) ([]Blob, error) {
	compressor, kind := int32(0), "blobs/"
	if slices.Contains(can.Cache.Compressors, zstandard) {
		compressor, kind = zstandard, "compressed-blobs/zstd/"
	}
	s, err := c.conn.open(ctx, byteStream+"Read", newFrames(&readRequest{Resource: c.resource(kind + d.String())}))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer s.close()
	var data []byte
	for {
		var part readResponse
		if err := s.next(&part); err == io.EOF {
			break
		} else if errors.Is(err, ErrNotFound) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		if data = append(data, part.Data...); int64(len(data)) > d.Size+d.Size/8+1024 {
			return nil, fmt.Errorf("%w: a blob that is too large", ErrWrong)
		}
	}
	data, err = decompress(data, compressor, d.Size)
	if err != nil || Sum(data) != d {
		return nil, nil
	}
	return []Blob{{Digest: d, Data: data}}, nil
}

// resource is the name of a blob for ByteStream.
func (c *Client) resource(name string) string {
	if c.instance == "" {
		return name
	}
	return c.instance + "/" + name
}

// Write implements Cache.
func (c *Client) Write(ctx context.Context, blobs []Blob) error {
	can, err := c.Capabilities(ctx)
	if err != nil {
		return err
	}
	groups, large := batches(blobs, func(b Blob) int64 { return int64(len(b.Data)) }, c.maxBatch(can))
	return Each(groups, func(i int) error {
		if i < large {
			return c.writeBatch(ctx, groups[i], can)
		}
		return c.writeStream(ctx, groups[i][0], can)
	})
}

func (c *Client) writeBatch(ctx context.Context, blobs []Blob, can *Capabilities) error {
	request := batchUpdateBlobsRequest{Instance: c.instance, Function: digestFunction}
	for _, b := range blobs {
		one := blob{Digest: b.Digest, Data: b.Data}
		if len(b.Data) >= worthwhile && slices.Contains(can.Cache.BatchCompressors, zstandard) {
			if small := compress(b.Data); len(small) < len(b.Data)*3/4 {
				one.Data, one.Compressor = small, zstandard
			}
		}
		request.Blobs = append(request.Blobs, one)
	}
	var answer batchUpdateBlobsResponse
	if err := c.conn.call(ctx, servicePrefix+"ContentAddressableStorage/BatchUpdateBlobs", &request, &answer); err != nil {
		return err
	}
	for _, b := range answer.Blobs {
		if err := b.Status.check(); err != nil {
			return err
		}
	}
	return nil
}

// writeStream writes one blob, of any size.
func (c *Client) writeStream(ctx context.Context, b Blob, can *Capabilities) error {
	data, kind := b.Data, "blobs/"
	if slices.Contains(can.Cache.Compressors, zstandard) {
		data, kind = compress(data), "compressed-blobs/zstd/"
	}
	name := c.resource("uploads/" + uuid() + "/" + kind + b.Digest.String())
	var requests []message
	for at := 0; at < len(data) || at == 0; at += chunk {
		end := min(at+chunk, len(data))
		requests = append(requests, &writeRequest{Resource: name, Offset: int64(at), Finish: end == len(data), Data: data[at:end]})
		name = "" // the first message names it
	}
	s, err := c.conn.open(ctx, byteStream+"Write", newFrames(requests...))
	if err != nil {
		return err
	}
	defer s.close()
	var answer writeResponse
	if err := s.next(&answer); err != nil {
		return err
	}
	// A server that has the blob says so before all has come: -1 if what comes is compressed.
	if n := answer.Committed; n != int64(len(data)) && n != b.Digest.Size && n != -1 {
		return fmt.Errorf("%w: %d of %d bytes taken", ErrWrong, n, len(data))
	}
	return nil
}

// uuid is a random one, of version 4 (RFC 9562).
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// frames reads messages as they go over the wire, one at a time.
type frames struct {
	rest []message
	buf  []byte
}

func newFrames(m ...message) *frames { return &frames{rest: m} }

func (f *frames) Read(p []byte) (int, error) {
	for len(f.buf) == 0 {
		if len(f.rest) == 0 {
			return 0, io.EOF
		}
		f.buf, f.rest = frame(nil, f.rest[0]), f.rest[1:]
	}
	n := copy(p, f.buf)
	f.buf = f.buf[n:]
	return n, nil
}
