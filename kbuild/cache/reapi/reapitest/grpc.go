package reapitest

// This file answers over gRPC: results, blobs, capabilities.

import (
	"bytes"
	"context"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	remote "github.com/bazelbuild/remote-apis/build/bazel/remote/execution/v2"
	"github.com/bazelbuild/remote-apis/build/bazel/semver"
	"github.com/klauspost/compress/zstd"
	"google.golang.org/genproto/googleapis/bytestream"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func (s *Server) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	f, err := s.begin(ctx, path.Base(info.FullMethod))
	if err != nil {
		return nil, err
	}
	answer, err := handler(ctx, request)
	if err == nil && f.Garbled {
		// A message whose first field is of a type that no field has here.
		return &remote.RequestMetadata{CorrelatedInvocationsId: "\xff\xff", ActionId: "x"}, nil
	}
	return answer, err
}

func (s *Server) stream(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if _, err := s.begin(ss.Context(), path.Base(info.FullMethod)); err != nil {
		return err
	}
	return handler(srv, ss)
}

var (
	encoder, _ = zstd.NewWriter(nil)
	decoder, _ = zstd.NewReader(nil)
)

func decompress(b []byte, compressor remote.Compressor_Value) ([]byte, error) {
	if compressor == remote.Compressor_ZSTD {
		return decoder.DecodeAll(b, nil)
	}
	return b, nil
}

type capabilities struct {
	remote.UnimplementedCapabilitiesServer
}

func (capabilities) GetCapabilities(context.Context, *remote.GetCapabilitiesRequest) (*remote.ServerCapabilities, error) {
	zstandard := []remote.Compressor_Value{remote.Compressor_ZSTD}
	sha := []remote.DigestFunction_Value{remote.DigestFunction_SHA256}
	return &remote.ServerCapabilities{
		CacheCapabilities: &remote.CacheCapabilities{
			DigestFunctions:                 sha,
			ActionCacheUpdateCapabilities:   &remote.ActionCacheUpdateCapabilities{UpdateEnabled: true},
			MaxBatchTotalSizeBytes:          2 << 20,
			SupportedCompressors:            zstandard,
			SupportedBatchUpdateCompressors: zstandard,
		},
		ExecutionCapabilities: &remote.ExecutionCapabilities{
			DigestFunction: sha[0], DigestFunctions: sha, ExecEnabled: true,
		},
		LowApiVersion: &semver.SemVer{Major: 2}, HighApiVersion: &semver.SemVer{Major: 2, Minor: 3},
	}, nil
}

type actionCache struct {
	remote.UnimplementedActionCacheServer
	s *Server
}

func (a actionCache) GetActionResult(_ context.Context, q *remote.GetActionResultRequest) (*remote.ActionResult, error) {
	r := a.s.result(q.GetActionDigest().GetHash())
	if r == nil {
		return nil, status.Error(codes.NotFound, "no result")
	}
	a.s.mu.Lock()
	f := a.s.faults
	a.s.mu.Unlock()
	if q.InlineStdout && r.StdoutDigest != nil && !f.NoRaw {
		r.StdoutRaw = a.s.get(r.StdoutDigest.Hash)
	}
	return r, nil
}

func (a actionCache) UpdateActionResult(_ context.Context, q *remote.UpdateActionResultRequest) (*remote.ActionResult, error) {
	r := q.GetActionResult()
	if r == nil {
		return nil, status.Error(codes.InvalidArgument, "no result")
	}
	if len(r.StdoutRaw) > 0 || len(r.StderrRaw) > 0 {
		return nil, status.Error(codes.InvalidArgument, "what was printed is to be stored as a blob")
	}
	wanted := []*remote.Digest{q.ActionDigest, r.StdoutDigest, r.StderrDigest}
	for _, f := range r.OutputFiles {
		wanted = append(wanted, f.Digest)
	}
	for _, d := range wanted {
		if d != nil && a.s.get(d.Hash) == nil {
			return nil, status.Error(codes.FailedPrecondition, "not stored: "+d.Hash)
		}
	}
	return r, a.s.setResult(q.GetActionDigest().GetHash(), r)
}

type storage struct {
	remote.UnimplementedContentAddressableStorageServer
	s *Server
}

func (c storage) FindMissingBlobs(_ context.Context, q *remote.FindMissingBlobsRequest) (*remote.FindMissingBlobsResponse, error) {
	r := new(remote.FindMissingBlobsResponse)
	for _, d := range q.BlobDigests {
		if c.s.get(d.Hash) == nil {
			r.MissingBlobDigests = append(r.MissingBlobDigests, d)
		}
	}
	return r, nil
}

func (c storage) BatchUpdateBlobs(_ context.Context, q *remote.BatchUpdateBlobsRequest) (*remote.BatchUpdateBlobsResponse, error) {
	r := new(remote.BatchUpdateBlobsResponse)
	for _, b := range q.Requests {
		data, err := decompress(b.Data, b.Compressor)
		if err == nil {
			err = c.s.put(b.Digest.GetHash(), data)
		}
		r.Responses = append(r.Responses, &remote.BatchUpdateBlobsResponse_Response{Digest: b.Digest, Status: status.Convert(err).Proto()})
	}
	return r, nil
}

func (c storage) BatchReadBlobs(_ context.Context, q *remote.BatchReadBlobsRequest) (*remote.BatchReadBlobsResponse, error) {
	r := new(remote.BatchReadBlobsResponse)
	for _, d := range q.Digests {
		one := &remote.BatchReadBlobsResponse_Response{Digest: d, Data: c.s.get(d.Hash)}
		if one.Data == nil {
			one.Status = status.New(codes.NotFound, "no blob").Proto()
		} else if slices.Contains(q.AcceptableCompressors, remote.Compressor_ZSTD) {
			one.Data, one.Compressor = encoder.EncodeAll(one.Data, nil), remote.Compressor_ZSTD
		}
		r.Responses = append(r.Responses, one)
	}
	return r, nil
}

type byteStream struct {
	bytestream.UnimplementedByteStreamServer
	s *Server
}

// blobName is what a resource names: the hash, and whether it is compressed.
func blobName(resource string) (hash string, compressed, ok bool) {
	words := strings.Split(resource, "/")
	n := len(words)
	if n < 3 {
		return "", false, false
	}
	if _, err := strconv.ParseInt(words[n-1], 10, 64); err != nil {
		return "", false, false
	}
	return words[n-2], words[n-3] == "zstd", words[n-3] == "zstd" || words[n-3] == "blobs"
}

func (b byteStream) Read(q *bytestream.ReadRequest, out bytestream.ByteStream_ReadServer) error {
	hash, compressed, ok := blobName(q.ResourceName)
	if !ok {
		return status.Error(codes.InvalidArgument, q.ResourceName)
	}
	data := b.s.get(hash)
	if data == nil {
		return status.Error(codes.NotFound, "no blob")
	}
	if compressed {
		data = encoder.EncodeAll(data, nil)
	}
	for part := range slices.Chunk(data, 64<<10) {
		if err := out.Send(&bytestream.ReadResponse{Data: part}); err != nil {
			return err
		}
	}
	return nil
}

func (b byteStream) Write(in bytestream.ByteStream_WriteServer) error {
	var all bytes.Buffer
	name := ""
	for {
		q, err := in.Recv()
		if err == io.EOF {
			return status.Error(codes.InvalidArgument, "no end")
		} else if err != nil {
			return err
		}
		if q.ResourceName != "" {
			name = q.ResourceName
		}
		if q.WriteOffset != int64(all.Len()) {
			return status.Error(codes.InvalidArgument, "wrong offset")
		}
		all.Write(q.Data)
		if q.FinishWrite {
			break
		}
	}
	hash, compressed, ok := blobName(name)
	if !ok || !strings.Contains(name, "uploads/") {
		return status.Error(codes.InvalidArgument, name)
	}
	data := all.Bytes()
	if compressed {
		var err error
		if data, err = decoder.DecodeAll(data, nil); err != nil {
			return status.Error(codes.InvalidArgument, err.Error())
		}
	}
	if err := b.s.put(hash, data); err != nil {
		return err
	}
	return in.SendAndClose(&bytestream.WriteResponse{CommittedSize: int64(all.Len())})
}
