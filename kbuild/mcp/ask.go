package mcp

// This file answers questions about the tree, each by a gokbuild of its own: what it knows is never older than the question.

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gokbuild/kbuild/compdb"
	"gokbuild/kbuild/diagnostic"
)

const (
	// mostAnswer bounds an answer, in bytes; usualAnswer is the bound that a client has who names none.
	mostAnswer  = 64 << 20
	usualAnswer = 200_000
	// mostSaid is how much of standard error is told of, in lines.
	mostSaid = 20
)

// bounded keeps what is written to it, up to a bound, and counts the rest.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), max(0, mostAnswer-b.Len()))
	b.Buffer.Write(p[:n])
	b.left += len(p) - n
	return len(p), nil
}

// answered runs a gokbuild that answers a question on standard output, and returns its exit status with that. The error is what it
// has said if the status is more than 1.
func (s *server) answered(ctx context.Context, in string, args ...string) (text []byte, code int, err error) {
	var out bounded
	said := &tail{most: mostOutput}
	err = s.program.run(ctx, work{args: args, in: in, out: &out, err: said})
	switch code, signal := status(err); {
	case ctx.Err() != nil:
		return nil, code, errors.New("canceled")
	case signal != "":
		return nil, code, fmt.Errorf("gokbuild was ended by a signal (%s); it said:\n%s", signal, strings.Join(said.lines(mostSaid), "\n"))
	case code > 1:
		if words := said.lines(mostSaid); len(words) > 0 {
			return nil, code, errors.New(strings.Join(words, "\n"))
		}
		return nil, code, fmt.Errorf("gokbuild ended with status %d: %w", code, err)
	case out.left > 0:
		return nil, code, fmt.Errorf("the answer has %d bytes: more than gokbuild sends", out.Len()+out.left)
	default:
		return out.Bytes(), code, nil
	}
}

// queries are those of --query that have this name and these arguments.
var queries = strings.Fields("what-builds config-of from value why why-off depends would-rebuild would-drop would-change changed modules link-order goals tree")

func (s *server) toolQuery(ctx context.Context, c *call) (any, error) {
	a := struct {
		Query   string   `json:"query"`
		Args    []string `json:"args"`
		Depth   int      `json:"depth"`
		Reverse bool     `json:"reverse"`
		Most    int      `json:"max_bytes"`
	}{Most: usualAnswer}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	if !slices.Contains(queries, a.Query) {
		return nil, fmt.Errorf("there is no query %q; there are: %s", a.Query, strings.Join(queries, ", "))
	}
	if err := checkGoals(a.Args); err != nil {
		return nil, err
	}
	args := []string{"--query=" + a.Query, "--json"}
	if a.Depth != 0 {
		args = append(args, "--depth="+strconv.Itoa(a.Depth))
	}
	if a.Reverse {
		args = append(args, "--reverse")
	}
	text, _, err := s.answered(ctx, "", slices.Concat(args, []string{"--"}, a.Args)...)
	if err != nil {
		return nil, err
	}
	if len(text) > a.Most {
		return nil, fmt.Errorf("the answer has %d bytes, more than max_bytes (%d); ask for less, as by depth or a folder, or allow more", len(text), a.Most)
	}
	return json.RawMessage(text), nil
}

func (s *server) toolWhy(ctx context.Context, c *call) (any, error) {
	var a struct {
		Symbols []string `json:"symbols"`
	}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	names, err := checkSymbols(a.Symbols)
	if err != nil {
		return nil, err
	}
	text, _, err := s.answered(ctx, "", slices.Concat([]string{"--query=why", "--json", "--"}, names)...)
	return json.RawMessage(text), err
}

// compdbAnswer tells of a compilation data base.
type compdbAnswer struct {
	V       int    `json:"v"`
	File    string `json:"file"`
	Entries int    `json:"entries"`
}

func (s *server) toolCompDB(ctx context.Context, c *call) (any, error) {
	var a struct {
		Goals []string `json:"goals"`
		Clang bool     `json:"clang"`
	}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	if err := checkGoals(a.Goals); err != nil {
		return nil, err
	}
	option := "--compdb"
	if a.Clang {
		option = "--compdb=clang"
	}
	if _, _, err := s.answered(ctx, "", slices.Concat([]string{option, "--"}, a.Goals)...); err != nil {
		return nil, err
	}
	file := filepath.Join(s.out, compdb.Name)
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var entries []struct{}
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return compdbAnswer{1, file, len(entries)}, nil
}

// diagnosticsAnswer lists complaints. ID is the build, 0 for what earlier builds left; Total is how many there are that fit.
type diagnosticsAnswer struct {
	V           int         `json:"v"`
	ID          int         `json:"id"`
	Total       int         `json:"total"`
	Diagnostics []complaint `json:"diagnostics"`
}

func (s *server) toolDiagnostics(ctx context.Context, c *call) (any, error) {
	a := struct {
		ID       int                 `json:"id"`
		Stored   bool                `json:"stored"`
		Severity diagnostic.Severity `json:"severity"`
		File     string              `json:"file"`
		Offset   int                 `json:"offset"`
		Limit    int                 `json:"limit"`
	}{Limit: 50}
	if err := c.arguments(&a); err != nil {
		return nil, err
	}
	answer := &diagnosticsAnswer{V: 1, Diagnostics: []complaint{}}
	var all []complaint
	if a.Stored {
		var err error
		if all, err = s.stored(ctx); err != nil {
			return nil, err
		}
	} else {
		b, err := s.find(a.ID)
		if err != nil {
			return nil, err
		}
		b.mu.Lock()
		all = slices.Clone(b.complaints)
		b.mu.Unlock()
		answer.ID = b.id
	}
	for _, d := range all {
		if a.Severity != "" && d.Severity != a.Severity || a.File != "" && d.File != a.File && !strings.HasSuffix(d.File, "/"+a.File) {
			continue
		}
		if answer.Total >= a.Offset && len(answer.Diagnostics) < a.Limit {
			answer.Diagnostics = append(answer.Diagnostics, d)
		}
		answer.Total++
	}
	return answer, nil
}

// stored are the complaints that memory has of targets which are as they were left.
func (s *server) stored(ctx context.Context) ([]complaint, error) {
	text, _, err := s.answered(ctx, "", "--messages", "--json")
	if err != nil {
		return nil, err
	}
	b := &build{account: newAccount()}
	b.listen(bytes.NewReader(text))
	return b.complaints, nil
}
