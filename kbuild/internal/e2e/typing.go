package main

// This file plays somebody who types into the files of a tree for a long time, while the language server answers. It watches how much
// memory the server takes and how long answers take, and ends as a client that is killed.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// typist is a client of the server.
type typist struct {
	*rand.Rand
	program, tree, out string
	long               time.Duration
	mostMB             int

	server *exec.Cmd
	conn   *jsonrpc2.Conn
	// sleeper is the process that the server takes for its client.
	sleeper *exec.Cmd
	files   []*typed
	// took are the times of answers, by method.
	took      map[string][]time.Duration
	edits     int
	published atomic.Int64
	peak      int
}

// typed is an open file.
type typed struct {
	uri, text string
	version   int
}

func typingCommand(args []string) (bool, error) {
	t := &typist{took: make(map[string][]time.Duration)}
	fs := flag.NewFlagSet("e2e typing", flag.ExitOnError)
	fs.StringVar(&t.program, "new", "", "gokbuild, an absolute path")
	fs.StringVar(&t.tree, "src", "", "the kernel tree; it is only read")
	fs.StringVar(&t.out, "out", "", "a configured and prepared output folder")
	fs.DurationVar(&t.long, "for", time.Hour, "how long to type")
	fs.IntVar(&t.mostMB, "mb", 500, "how much memory the server may take")
	seed := fs.Uint64("seed", 1, "decides every choice")
	if err := fs.Parse(args); err != nil {
		return false, err
	}
	if t.program == "" || t.tree == "" || t.out == "" {
		return false, errors.New("-new, -src and -out are needed")
	}
	t.Rand = rand.New(rand.NewPCG(*seed, 0))
	if err := t.begin(); err != nil {
		return false, err
	}
	defer t.server.Process.Kill()
	defer t.sleeper.Process.Kill()
	if err := t.typeOn(); err != nil {
		return false, err
	}
	return t.end()
}

// stream are the pipes to a process.
type stream struct {
	in  *os.File
	out *os.File
}

func (s stream) Read(p []byte) (int, error)  { return s.out.Read(p) }
func (s stream) Write(p []byte) (int, error) { return s.in.Write(p) }
func (s stream) Close() error                { return errors.Join(s.in.Close(), s.out.Close()) }

// begin starts the server and opens files of all four kinds.
func (t *typist) begin() error {
	t.sleeper = exec.Command("sleep", "1000000")
	if err := t.sleeper.Start(); err != nil {
		return err
	}
	theirIn, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		return err
	}
	t.server = exec.Command(t.program, "--lsp")
	t.server.Stdin, t.server.Stdout, t.server.Stderr = theirIn, theirOut, os.Stderr
	if err := t.server.Start(); err != nil {
		return err
	}
	theirIn.Close()
	theirOut.Close()
	t.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(stream{in, out}, jsonrpc2.VSCodeObjectCodec{}),
		jsonrpc2.HandlerWithError(func(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request) (any, error) {
			t.published.Add(1)
			return nil, nil
		}))
	began := time.Now()
	err = t.call("initialize", map[string]any{"processId": t.sleeper.Process.Pid, "rootUri": uri(t.tree),
		"initializationOptions": map[string]any{"output": t.out}, "capabilities": map[string]any{}})
	if err != nil {
		return err
	}
	for _, name := range []string{"init/Kconfig", "net/Kconfig", "drivers/net/ethernet/intel/Kconfig", "Makefile", "kernel/Makefile",
		"drivers/net/ethernet/intel/Makefile", "init/main.c", "kernel/fork.c", filepath.Join(t.out, ".config")} {
		if !filepath.IsAbs(name) {
			name = filepath.Join(t.tree, name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			continue // of another version
		}
		f := &typed{uri: uri(name), text: string(text), version: 1}
		t.files = append(t.files, f)
		err = t.conn.Notify(context.Background(), "textDocument/didOpen", map[string]any{"textDocument": map[string]any{
			"uri": f.uri, "languageId": "", "version": 1, "text": f.text}})
		if err != nil {
			return err
		}
	}
	if len(t.files) == 0 {
		return errors.New("the tree has none of the files")
	}
	// References wait for the index: a symbol that all trees have.
	for {
		var got []any
		err := t.conn.Call(context.Background(), "workspace/symbol", map[string]any{"query": "SMP"}, &got)
		if err != nil || len(got) > 0 {
			fmt.Printf("ready after %.2f s, %d MB\n", time.Since(began).Seconds(), t.memory())
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func uri(name string) string { return (&url.URL{Scheme: "file", Path: name}).String() }

// call asks, and notes how long the answer takes.
func (t *typist) call(method string, params any) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	err := t.conn.Call(ctx, method, params, nil)
	t.took[method] = append(t.took[method], time.Since(began))
	if wrong := new(jsonrpc2.Error); errors.As(err, &wrong) && wrong.Code != jsonrpc2.CodeInternalError {
		return nil // there is nothing to be said, for instance of a new name
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// pieces are what is typed: what begins and ends things in the four kinds of files.
var pieces = []string{"\n", "config NEW\n\tbool \"new\"\n", "\tdepends on SMP\n", "if NET\n", "endif\n", "source \"x\"\n", "menu \"m\"\n", "\"", "$(", ")", "\\\n",
	"obj-$(CONFIG_SMP) += new.o\n", "CONFIG_SMP", "CONFIG_NET=y\n", "# CONFIG_NET is not set\n", "#ifdef CONFIG_SMP\n", "😀", "ä", " ", "\t", "x", "help\n\t  text\n",
	"CONFIG_HZ=\"no number\"\n", "select SMP\n", "\x00"}

// typeOn types and asks until the time is over.
func (t *typist) typeOn() error {
	for began := time.Now(); time.Since(began) < t.long; {
		f := t.files[t.IntN(len(t.files))]
		if err := t.edit(f); err != nil {
			return err
		}
		if t.IntN(3) == 0 {
			if err := t.ask(f); err != nil {
				return err
			}
		}
		if t.IntN(200) == 0 {
			time.Sleep(150 * time.Millisecond) // a pause, in which files are checked
		}
		if t.edits%100 == 0 {
			if mb := t.memory(); mb > t.mostMB {
				return fmt.Errorf("after %d edits the server takes %d MB", t.edits, mb)
			}
		}
	}
	return nil
}

// edit replaces some bytes of a file. Files do not grow without end: now and then one is as it was saved.
func (t *typist) edit(f *typed) error {
	from := t.IntN(len(f.text) + 1)
	to := min(len(f.text), from+t.IntN(4)*t.IntN(20))
	for from > 0 && from < len(f.text) && f.text[from]&0xc0 == 0x80 {
		from--
	}
	for to < len(f.text) && f.text[to]&0xc0 == 0x80 {
		to++
	}
	with := pieces[t.IntN(len(pieces))]
	change := map[string]any{"range": map[string]any{"start": position(f.text, from), "end": position(f.text, to)}, "text": with}
	f.text = f.text[:from] + with + f.text[to:]
	if t.IntN(50) == 0 {
		name, err := url.Parse(f.uri)
		if err != nil {
			return err
		}
		saved, err := os.ReadFile(name.Path)
		if err != nil {
			return err
		}
		f.text, change = string(saved), map[string]any{"text": string(saved)}
	}
	f.version++
	t.edits++
	return t.conn.Notify(context.Background(), "textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": f.uri, "version": f.version}, "contentChanges": []any{change}})
}

// position counts UTF-16 units in a line.
func position(text string, at int) map[string]any {
	line := strings.Count(text[:at], "\n")
	column := 0
	for _, r := range text[strings.LastIndexByte(text[:at], '\n')+1 : at] {
		if column++; r > 0xffff {
			column++
		}
	}
	return map[string]any{"line": line, "character": column}
}

// ask asks about a place of a file.
func (t *typist) ask(f *typed) error {
	at := map[string]any{"textDocument": map[string]any{"uri": f.uri}, "position": position(f.text, t.IntN(len(f.text)+1))}
	if places := symbolWord.FindAllStringIndex(f.text, -1); len(places) > 0 {
		at["position"] = position(f.text, places[t.IntN(len(places))][0]+1)
	}
	methods := []string{"hover", "hover", "hover", "definition", "references", "completion", "documentSymbol", "codeLens", "codeAction", "prepareRename"}
	method := methods[t.IntN(len(methods))]
	at["context"] = map[string]any{"includeDeclaration": true, "diagnostics": []any{}}
	at["range"] = map[string]any{"start": at["position"], "end": at["position"]}
	return t.call("textDocument/"+method, at)
}

var symbolWord = regexp.MustCompile(`\b(CONFIG_)?[A-Z][A-Z0-9_]{2,}\b`)

// memory is what the server has in memory, in MB.
func (t *typist) memory() int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.server.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kb, _ := strconv.Atoi(fields[0])
	t.peak = max(t.peak, kb/1024)
	return kb / 1024
}

// end kills the client, and tells what was measured.
func (t *typist) end() (bool, error) {
	now := t.memory()
	done := make(chan error, 1)
	go func() { done <- t.server.Wait() }()
	killed := time.Now()
	if err := t.sleeper.Process.Kill(); err != nil {
		return false, err
	}
	_ = t.sleeper.Wait()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		return false, errors.New("the server goes on after its client was killed")
	}
	gone := time.Since(killed)
	fmt.Printf("%d edits, %d times told of something; at most %d MB, %d MB at the end; %.2f s after the client was killed the server was gone\n",
		t.edits, t.published.Load(), t.peak, now, gone.Seconds())
	for _, method := range sortedKeys(t.took) {
		all := t.took[method]
		slices.Sort(all)
		fmt.Printf("  %-32s %6d answers: median %v, 99 of 100 within %v, at most %v\n", method, len(all),
			all[len(all)/2].Round(time.Microsecond), all[len(all)*99/100].Round(time.Microsecond), all[len(all)-1].Round(time.Microsecond))
	}
	return gone < 2*time.Second, nil
}
