package reapitest

// This file carries actions out, each in a folder of its own.

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	remote "github.com/bazelbuild/remote-apis/build/bazel/remote/execution/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

type execution struct {
	remote.UnimplementedExecutionServer
	s *Server
}

func (e execution) Execute(q *remote.ExecuteRequest, out remote.Execution_ExecuteServer) error {
	hash := q.GetActionDigest().GetHash()
	if err := out.Send(&longrunningpb.Operation{Name: "operations/" + hash}); err != nil {
		return err
	}
	e.s.mu.Lock()
	f := e.s.faults
	e.s.mu.Unlock()
	if f.LoseWork {
		return status.Error(codes.Unavailable, "the worker is lost")
	}
	response := &remote.ExecuteResponse{}
	if r := e.s.result(hash); r != nil && !q.SkipCacheLookup {
		response.Result, response.CachedResult = r, true
	} else if r, err := e.s.execute(hash, f); err != nil {
		response.Status = status.Convert(err).Proto()
	} else {
		response.Result = r
	}
	any, err := anypb.New(response)
	if err != nil {
		return err
	}
	return out.Send(&longrunningpb.Operation{Name: "operations/" + hash, Done: true,
		Result: &longrunningpb.Operation_Response{Response: any}})
}

// message reads a message that is stored as a blob.
func (s *Server) message(hash string, m proto.Message) error {
	b := s.get(hash)
	if b == nil {
		return status.Error(codes.FailedPrecondition, "not stored: "+hash)
	}
	return proto.Unmarshal(b, m)
}

func (s *Server) execute(hash string, f Faults) (*remote.ActionResult, error) {
	action, command := new(remote.Action), new(remote.Command)
	if err := s.message(hash, action); err != nil {
		return nil, err
	}
	if err := s.message(action.CommandDigest.GetHash(), command); err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp("", "reapitest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	if err := s.unpack(root, action.InputRootDigest.GetHash()); err != nil {
		return nil, err
	}
	dir := filepath.Join(root, command.WorkingDirectory)
	for _, name := range command.OutputPaths {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			return nil, err
		}
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(command.Arguments[0], command.Arguments[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = dir, &stdout, &stderr, []string{}
	for _, v := range command.EnvironmentVariables {
		cmd.Env = append(cmd.Env, v.Name+"="+v.Value)
	}
	r := &remote.ActionResult{}
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		r.ExitCode = int32(exit.ExitCode())
	} else if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	r.StdoutRaw, r.StderrRaw = stdout.Bytes(), stderr.Bytes()
	for _, name := range command.OutputPaths {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		if f.WrongOutput && len(data) > 0 {
			data[len(data)/2] ^= 1
		}
		r.OutputFiles = append(r.OutputFiles, &remote.OutputFile{Path: name, Digest: s.Put(data)})
	}
	if r.ExitCode == 0 && !action.DoNotCache {
		err = s.setResult(hash, r)
	}
	return r, err
}

// unpack writes a directory of an input root.
func (s *Server) unpack(dir, hash string) error {
	d := new(remote.Directory)
	if err := s.message(hash, d); err != nil {
		return err
	}
	last := ""
	for _, f := range d.Files {
		if f.Name <= last {
			return status.Error(codes.InvalidArgument, fmt.Sprintf("%s after %s", f.Name, last))
		}
		last = f.Name
		data := s.get(f.Digest.GetHash())
		if data == nil {
			return status.Error(codes.FailedPrecondition, "not stored: "+f.Name)
		}
		mode := fs.FileMode(0o444)
		if f.IsExecutable {
			mode = 0o555
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), data, mode); err != nil {
			return err
		}
	}
	for _, l := range d.Symlinks {
		if err := os.Symlink(l.Target, filepath.Join(dir, l.Name)); err != nil {
			return err
		}
	}
	for _, sub := range d.Directories {
		name := filepath.Join(dir, sub.Name)
		if err := os.Mkdir(name, 0o755); err != nil {
			return err
		}
		if err := s.unpack(name, sub.Digest.GetHash()); err != nil {
			return err
		}
	}
	return nil
}
