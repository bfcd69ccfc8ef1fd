package reapi

// This file is the table of messages: those of remote_execution.proto that are used here, with the numbers of its fields,
// and of bytestream.proto, operations.proto and status.proto of google.

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
)

// Digest names a blob: SHA-256 in lower case hexadecimal, and its size in bytes.
type Digest struct {
	Hash string
	Size int64
}

// Sum is the digest of a blob.
func Sum(b []byte) Digest {
	h := sha256.Sum256(b)
	return Digest{Hash: hex.EncodeToString(h[:]), Size: int64(len(b))}
}

func (d Digest) String() string { return d.Hash + "/" + strconv.FormatInt(d.Size, 10) }

// largest bounds a blob that is asked for, in bytes.
const largest = 256 << 20

// valid says whether it can be the digest of a blob that we want: those in what a server sends are not believed to be.
func (d Digest) valid() bool {
	b, err := hex.DecodeString(d.Hash)
	return err == nil && len(b) == sha256.Size && d.Size >= 0 && d.Size <= largest
}

// valid are those of the digests that can be asked for.
func valid(digests []Digest) []Digest {
	return slices.DeleteFunc(slices.Clone(digests), func(d Digest) bool { return !d.valid() })
}

func (m *Digest) fields() []field { return []field{{1, &m.Hash}, {2, &m.Size}} }

// Property is a name with a value: of an environment or of a platform.
type Property struct{ Name, Value string }

func (m *Property) fields() []field { return []field{{1, &m.Name}, {2, &m.Value}} }

// Platform says on what workers an action can run. Properties are sorted by name, then value.
type Platform struct{ Properties []Property }

func (m *Platform) fields() []field { return []field{{1, many[Property, *Property]{&m.Properties}}} }

// Command is what an action runs. Environment is sorted by name, OutputPaths are sorted; both paths are relative: the
// directory to the input root, the outputs to the directory. OutputFiles says the same to servers before version 2.1.
type Command struct {
	Arguments        []string
	Environment      []Property
	OutputFiles      []string
	Platform         Platform
	WorkingDirectory string
	OutputPaths      []string
}

func (m *Command) fields() []field {
	return []field{{1, &m.Arguments}, {2, many[Property, *Property]{&m.Environment}}, {3, &m.OutputFiles}, {5, &m.Platform},
		{6, &m.WorkingDirectory}, {7, &m.OutputPaths}}
}

// Duration is a span of time.
type Duration struct {
	Seconds int64
	Nanos   int32
}

func (m *Duration) fields() []field { return []field{{1, &m.Seconds}, {2, &m.Nanos}} }

// Action is a command with all it may look at. Its digest is the key of its result.
type Action struct {
	Command, InputRoot Digest
	Timeout            Duration
	DoNotCache         bool
	Salt               []byte
	Platform           Platform
}

func (m *Action) fields() []field {
	return []field{{1, &m.Command}, {2, &m.InputRoot}, {6, &m.Timeout}, {7, &m.DoNotCache}, {9, &m.Salt}, {10, &m.Platform}}
}

// FileNode is a file in a directory.
type FileNode struct {
	Name       string
	Digest     Digest
	Executable bool
}

func (m *FileNode) fields() []field { return []field{{1, &m.Name}, {2, &m.Digest}, {4, &m.Executable}} }

// DirectoryNode is a directory in a directory; the digest is that of its Directory message.
type DirectoryNode struct {
	Name   string
	Digest Digest
}

func (m *DirectoryNode) fields() []field { return []field{{1, &m.Name}, {2, &m.Digest}} }

// SymlinkNode is a link in a directory.
type SymlinkNode struct{ Name, Target string }

func (m *SymlinkNode) fields() []field { return []field{{1, &m.Name}, {2, &m.Target}} }

// Directory is one directory of an input root; each of the lists is sorted by name.
type Directory struct {
	Files       []FileNode
	Directories []DirectoryNode
	Symlinks    []SymlinkNode
}

func (m *Directory) fields() []field {
	return []field{{1, many[FileNode, *FileNode]{&m.Files}}, {2, many[DirectoryNode, *DirectoryNode]{&m.Directories}},
		{3, many[SymlinkNode, *SymlinkNode]{&m.Symlinks}}}
}

// OutputFile is a file that an action left. Contents may be there or not, as the server likes.
type OutputFile struct {
	Path       string
	Digest     Digest
	Executable bool
	Contents   []byte
}

func (m *OutputFile) fields() []field {
	return []field{{1, &m.Path}, {2, &m.Digest}, {4, &m.Executable}, {5, &m.Contents}}
}

// Metadata says who carried out an action. Worker is free text.
type Metadata struct{ Worker string }

func (m *Metadata) fields() []field { return []field{{1, &m.Worker}} }

// ActionResult is what came of an action. Standard output and error are given as bytes, as a digest, or both.
type ActionResult struct {
	OutputFiles []OutputFile
	ExitCode    int32
	StdoutRaw   []byte
	Stdout      Digest
	StderrRaw   []byte
	Stderr      Digest
	Metadata    Metadata
}

func (m *ActionResult) fields() []field {
	return []field{{2, many[OutputFile, *OutputFile]{&m.OutputFiles}}, {4, &m.ExitCode}, {5, &m.StdoutRaw}, {6, &m.Stdout},
		{7, &m.StderrRaw}, {8, &m.Stderr}, {9, &m.Metadata}}
}

// digestFunction is SHA256 in the enumeration of digest functions, zstd ZSTD in that of compressors.
const (
	digestFunction = 1
	zstandard      = 1
)

type getActionResultRequest struct {
	Instance     string
	Action       Digest
	InlineStdout bool
	InlineStderr bool
	Function     int32
}

func (m *getActionResultRequest) fields() []field {
	return []field{{1, &m.Instance}, {2, &m.Action}, {3, &m.InlineStdout}, {4, &m.InlineStderr}, {6, &m.Function}}
}

type updateActionResultRequest struct {
	Instance string
	Action   Digest
	Result   ActionResult
	Function int32
}

func (m *updateActionResultRequest) fields() []field {
	return []field{{1, &m.Instance}, {2, &m.Action}, {3, &m.Result}, {5, &m.Function}}
}

type findMissingBlobsRequest struct {
	Instance string
	Digests  []Digest
	Function int32
}

func (m *findMissingBlobsRequest) fields() []field {
	return []field{{1, &m.Instance}, {2, many[Digest, *Digest]{&m.Digests}}, {3, &m.Function}}
}

type findMissingBlobsResponse struct{ Missing []Digest }

func (m *findMissingBlobsResponse) fields() []field {
	return []field{{2, many[Digest, *Digest]{&m.Missing}}}
}

// blob is a blob in a batch, in a request or a response.
type blob struct {
	Digest     Digest
	Data       []byte
	Compressor int32
}

func (m *blob) fields() []field { return []field{{1, &m.Digest}, {2, &m.Data}, {3, &m.Compressor}} }

type batchUpdateBlobsRequest struct {
	Instance string
	Blobs    []blob
	Function int32
}

func (m *batchUpdateBlobsRequest) fields() []field {
	return []field{{1, &m.Instance}, {2, many[blob, *blob]{&m.Blobs}}, {5, &m.Function}}
}

type updated struct {
	Digest Digest
	Status Status
}

func (m *updated) fields() []field { return []field{{1, &m.Digest}, {2, &m.Status}} }

type batchUpdateBlobsResponse struct{ Blobs []updated }

func (m *batchUpdateBlobsResponse) fields() []field {
	return []field{{1, many[updated, *updated]{&m.Blobs}}}
}

type batchReadBlobsRequest struct {
	Instance   string
	Digests    []Digest
	Acceptable []int32
	Function   int32
}

func (m *batchReadBlobsRequest) fields() []field {
	return []field{{1, &m.Instance}, {2, many[Digest, *Digest]{&m.Digests}}, {3, &m.Acceptable}, {4, &m.Function}}
}

type readBlob struct {
	Digest     Digest
	Data       []byte
	Status     Status
	Compressor int32
}

func (m *readBlob) fields() []field {
	return []field{{1, &m.Digest}, {2, &m.Data}, {3, &m.Status}, {4, &m.Compressor}}
}

type batchReadBlobsResponse struct{ Blobs []readBlob }

func (m *batchReadBlobsResponse) fields() []field {
	return []field{{1, many[readBlob, *readBlob]{&m.Blobs}}}
}

type getCapabilitiesRequest struct{ Instance string }

func (m *getCapabilitiesRequest) fields() []field { return []field{{1, &m.Instance}} }

// Capabilities is what a server says it can do.
type Capabilities struct {
	Cache     CacheCapabilities
	Execution ExecutionCapabilities
}

func (m *Capabilities) fields() []field { return []field{{1, &m.Cache}, {2, &m.Execution}} }

// CacheCapabilities tells of AC and CAS. MaxBatch, in bytes, is 0 where there is no bound.
type CacheCapabilities struct {
	DigestFunctions  []int32
	Update           updateEnabled
	MaxBatch         int64
	Compressors      []int32
	BatchCompressors []int32
	MaxBlob          int64
}

func (m *CacheCapabilities) fields() []field {
	return []field{{1, &m.DigestFunctions}, {2, &m.Update}, {4, &m.MaxBatch}, {6, &m.Compressors}, {7, &m.BatchCompressors},
		{8, &m.MaxBlob}}
}

type updateEnabled struct{ Enabled bool }

func (m *updateEnabled) fields() []field { return []field{{1, &m.Enabled}} }

// ExecutionCapabilities tells of execution.
type ExecutionCapabilities struct {
	DigestFunction int32
	Enabled        bool
}

func (m *ExecutionCapabilities) fields() []field {
	return []field{{1, &m.DigestFunction}, {2, &m.Enabled}}
}

type executeRequest struct {
	Instance   string
	SkipLookup bool
	Action     Digest
	Function   int32
}

func (m *executeRequest) fields() []field {
	return []field{{1, &m.Instance}, {3, &m.SkipLookup}, {6, &m.Action}, {9, &m.Function}}
}

type waitExecutionRequest struct{ Name string }

func (m *waitExecutionRequest) fields() []field { return []field{{1, &m.Name}} }

// Any is a message of a type that its URL names.
type Any struct {
	URL   string
	Value []byte
}

func (m *Any) fields() []field { return []field{{1, &m.URL}, {2, &m.Value}} }

// operation is a long running one.
type operation struct {
	Name     string
	Done     bool
	Error    Status
	Response Any
}

func (m *operation) fields() []field {
	return []field{{1, &m.Name}, {3, &m.Done}, {4, &m.Error}, {5, &m.Response}}
}

// ExecuteResponse is what came of an execution. Where Status is not 0 the result may be there in part, or not.
type ExecuteResponse struct {
	Result  ActionResult
	Cached  bool
	Status  Status
	Message string
}

func (m *ExecuteResponse) fields() []field {
	return []field{{1, &m.Result}, {2, &m.Cached}, {3, &m.Status}, {5, &m.Message}}
}

type readRequest struct{ Resource string }

func (m *readRequest) fields() []field { return []field{{1, &m.Resource}} }

type readResponse struct{ Data []byte }

func (m *readResponse) fields() []field { return []field{{10, &m.Data}} }

type writeRequest struct {
	Resource string
	Offset   int64
	Finish   bool
	Data     []byte
}

func (m *writeRequest) fields() []field {
	return []field{{1, &m.Resource}, {2, &m.Offset}, {3, &m.Finish}, {10, &m.Data}}
}

type writeResponse struct{ Committed int64 }

func (m *writeResponse) fields() []field { return []field{{1, &m.Committed}} }
