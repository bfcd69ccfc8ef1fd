package remote

// This file says how manifests and entries are written as results of actions:
//
//	key         the digest of an Action without a command, whose salt is "gokbuild 1 entry " or "… manifest " and the key
//	stdout      the written form (depgraph/store): a blob, or bytes where HTTP takes them, which saves a question
//	stderr      the signature, if there is one
//	outputs     the blobs that the entry names, so that a server keeps and forgets them together

import (
	"context"
	"strconv"

	"gokbuild/depgraph/store"
	"gokbuild/kbuild/cache/reapi"
)

// kind is what lies under a key.
type kind string

const (
	manifestKind kind = "manifest"
	entryKind    kind = "entry"
)

// rawLimit is the size up to which a written form travels within its result, in bytes: a message holds 4 MB.
const rawLimit = 1 << 20

// action is the action as whose result a server keeps something.
func action(k kind, key store.Digest) []byte {
	salt := append([]byte("gokbuild 1 "+string(k)+" "), key[:]...)
	return reapi.Marshal(&reapi.Action{Salt: salt})
}

// remoteDigest is the digest of a blob in the words of the protocol.
func remoteDigest(d store.Digest, size int64) reapi.Digest {
	return reapi.Digest{Hash: d.String(), Size: size}
}

// outputs are the blobs that an entry names.
func outputs(e *store.Entry) []reapi.OutputFile {
	var files []reapi.OutputFile
	for i := range e.Outputs {
		if o := &e.Outputs[i]; !o.Gone && o.Inline == nil && o.Size > 0 {
			files = append(files, reapi.OutputFile{Path: strconv.Itoa(i), Digest: remoteDigest(o.Digest, o.Size),
				Executable: o.Mode&0o100 != 0})
		}
	}
	return files
}

// fetch reads the written form and the signature that lie under a key.
func fetch(ctx context.Context, c reapi.Cache, k kind, key store.Digest) (text, signature []byte, err error) {
	r, err := c.GetActionResult(ctx, reapi.Sum(action(k, key)))
	if err != nil {
		return nil, nil, err
	}
	signature = r.StderrRaw
	if text, err = printed(ctx, c, r.StdoutRaw, r.Stdout); err == nil && k == entryKind {
		signature, err = printed(ctx, c, r.StderrRaw, r.Stderr)
	}
	return text, signature, err
}

// printed is what a result holds as bytes or by its digest.
func printed(ctx context.Context, c reapi.Cache, raw []byte, d reapi.Digest) ([]byte, error) {
	if len(raw) > 0 || d.Size == 0 {
		return raw, nil
	}
	if d.Size > store.MaxSize {
		return nil, reapi.ErrWrong
	}
	blobs, err := c.Read(ctx, []reapi.Digest{d})
	switch {
	case err != nil:
		return nil, err
	case len(blobs) == 0:
		return nil, reapi.ErrNotFound
	}
	return blobs[0].Data, nil
}

// record is something to be put on a server.
type record struct {
	kind   kind
	key    store.Digest
	result reapi.ActionResult
	// carried are blobs of the record's own.
	carried []reapi.Blob
}

// newRecord makes a record of a written form, its signature, and the blobs that it names, which the server gets otherwise.
func newRecord(c reapi.Cache, k kind, key store.Digest, text, signature []byte, files []reapi.OutputFile) *record {
	r := &record{kind: k, key: key, result: reapi.ActionResult{OutputFiles: files}}
	if c.TakesRaw() && len(text) <= rawLimit {
		r.result.StdoutRaw, r.result.StderrRaw = text, signature
		return r
	}
	// Servers may want to know the action.
	r.carry(action(k, key))
	r.result.Stdout = r.carry(text)
	if signature != nil {
		r.result.Stderr = r.carry(signature)
	}
	return r
}

func (r *record) carry(text []byte) reapi.Digest {
	b := reapi.Blob{Digest: reapi.Sum(text), Data: text}
	r.carried = append(r.carried, b)
	return b.Digest
}

// put writes a record. Its blobs are to be there before.
func (r *record) put(ctx context.Context, c reapi.Cache) error {
	return c.UpdateActionResult(ctx, reapi.Sum(action(r.kind, r.key)), &r.result)
}
