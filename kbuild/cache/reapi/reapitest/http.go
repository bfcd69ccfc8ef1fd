package reapitest

// This file answers over HTTP as bazel-remote does: /ac/HASH, /cas/HASH.

import (
	"io"
	"net/http"
	"strings"

	remote "github.com/bazelbuild/remote-apis/build/bazel/remote/execution/v2"
	"google.golang.org/protobuf/proto"
)

func (s *Server) serveHTTP(w http.ResponseWriter, r *http.Request) {
	kind, hash, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	f, err := s.begin(r.Context(), r.Method+" /"+kind)
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	if f.Garbled && r.Method == http.MethodGet {
		io.WriteString(w, "\xff\xff")
		return
	}
	switch r.Method {
	case http.MethodPut:
		s.store(w, r, kind, hash)
	case http.MethodGet, http.MethodHead:
		data := s.get(hash)
		if kind == "ac" {
			data = s.complete(hash)
		}
		if data == nil {
			http.NotFound(w, r)
			return
		}
		w.Write(data)
	default:
		http.Error(w, "GET, HEAD or PUT", http.StatusMethodNotAllowed)
	}
}

// complete is a result as bytes; nil if there is none, or if one of its outputs is not stored.
func (s *Server) complete(hash string) []byte {
	r := s.result(hash)
	if r == nil {
		return nil
	}
	wanted := []*remote.Digest{r.StdoutDigest, r.StderrDigest}
	for _, f := range r.OutputFiles {
		wanted = append(wanted, f.Digest)
	}
	for _, d := range wanted {
		if d != nil && s.get(d.Hash) == nil {
			return nil
		}
	}
	s.mu.Lock()
	if s.faults.Lying && len(r.StdoutRaw) > 0 {
		r.StdoutRaw[len(r.StdoutRaw)/2] ^= 1
	}
	s.mu.Unlock()
	data, err := proto.Marshal(r)
	if err != nil {
		return nil
	}
	return data
}

func (s *Server) store(w http.ResponseWriter, r *http.Request, kind, hash string) {
	data, err := io.ReadAll(r.Body)
	if err == nil && kind == "ac" {
		result := new(remote.ActionResult)
		if err = proto.Unmarshal(data, result); err == nil {
			err = s.setResult(hash, result)
		}
	} else if err == nil {
		err = s.put(hash, data)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInsufficientStorage)
	}
}
