package reapi

// This file compresses blobs on their way (RFC 8878).

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

var encoder = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	if err != nil {
		panic(err)
	}
	return e
})

// maxDecoded bounds what is decompressed, in bytes: a small message can stand for a very large one.
const maxDecoded = 256 << 20

var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxDecoded))
	if err != nil {
		panic(err)
	}
	return d
})

func compress(data []byte) []byte { return encoder().EncodeAll(data, nil) }

// decompress undoes what a compressor did; size is that of the result, which is checked before room is made.
func decompress(data []byte, compressor int32, size int64) ([]byte, error) {
	switch compressor {
	case 0:
		return data, nil
	case zstandard:
		var h zstd.Header
		if err := h.Decode(data); err != nil {
			return nil, err
		}
		if h.HasFCS && h.FrameContentSize > uint64(size) || size > maxDecoded {
			return nil, fmt.Errorf("%w: a blob that is too large", ErrWrong)
		}
		out, err := decoder().DecodeAll(data, make([]byte, 0, size))
		if err == nil && int64(len(out)) > size {
			err = fmt.Errorf("%w: a blob that is too large", ErrWrong)
		}
		return out, err
	}
	return nil, fmt.Errorf("%w: compressor %d", ErrWrong, compressor)
}
