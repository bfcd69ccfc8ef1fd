package lsp

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// FuzzEdits types into the files of a tree and asks everything at places all over them: no answer may panic, and columns lie
// within the text.
func FuzzEdits(f *testing.F) {
	for name, text := range files {
		f.Add(name, text, 3, 5, "config \x00😀")
	}
	f.Add("Kconfig", "config A\n\tbool\n\tdefault $(A", 2, 9, ")\nif A\n")
	f.Add("drv/Makefile", "obj-$(CONFIG_A) += a.o \\\n", 1, 0, "define x\nendef\n")
	dir := need.Folder(f, files)
	open := openTree(f)
	f.Fuzz(func(t *testing.T, name, text string, line, character int, typed string) {
		if files[name] == "" {
			return
		}
		tree, err := open(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		tree.Fill(nil)
		tree.Ready()
		uri := uriOf(filepath.Join(dir, name))
		p := Position{line % 50, character % 200}
		tree.Open(uri, "", text)
		tree.Change(uri, &Range{p, Position{p.Line + 1, 0}}, typed)
		d := tree.document(uri)
		inside := func(r Range) {
			if a, b := d.text.Offset(r.Start), d.text.Offset(r.End); a > b || r.Start.Line < 0 || r.Start.Character < 0 {
				t.Fatalf("%v in %q", r, d.text.s)
			}
		}
		for n := range d.text.starts {
			for _, column := range []int{0, 7, 12, p.Character} {
				at := Position{n, column}
				if h := tree.Hover(uri, at); h != nil {
					inside(h.Range)
				}
				tree.Definition(uri, at)
				tree.References(uri, at, true)
				for _, i := range tree.Complete(uri, at).Items {
					inside(i.TextEdit.Range)
				}
				tree.Actions(uri, at)
				_, _ = tree.Rename(uri, at, "CONFIG_OTHER_NAME")
			}
		}
		for _, l := range tree.Lenses(uri) {
			inside(l.Range)
		}
		for _, c := range tree.Check()[uri] {
			inside(c.Range)
		}
		tree.Outline(uri)
		tree.Symbols(typed)
		if exists(filepath.Join(dir, "hostile")) {
			t.Fatal("a command of the tree was run")
		}
	})
}

// FuzzReader sends bytes to a server: it ends, and answers what it understands.
func FuzzReader(f *testing.F) {
	message := func(text string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text) }
	start := message(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null}}`)
	f.Add(start + message(`{"jsonrpc":"2.0","id":"a","method":"textDocument/hover","params":{"position":{"line":-1,"character":-5}}}`))
	f.Add(start + message(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///Kconfig","text":"config A"}}}`) +
		message(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///Kconfig"},"contentChanges":[{"range":{"start":{"line":9},"end":{"line":0}},"text":"x"}]}}`))
	f.Add("Content-Length: 99999999999999999999\r\n\r\n{}")
	f.Add("Content-Length: 5\r\n\r\n{")
	f.Add(start + start + message(`{"jsonrpc":"2.0","method":"exit"}`))
	f.Add(message(`[1,{"id":{}}]`) + message(`null`))
	dir := need.Folder(f, files)
	open := openTree(f)
	f.Fuzz(func(t *testing.T, bytes string) {
		var answers strings.Builder
		Serve(&pipe{strings.NewReader(bytes), &answers}, io.Discard, func(string, string) (*Tree, error) { return open(dir, "") })
	})
}

// pipe reads from one place and writes to another.
type pipe struct {
	io.Reader
	io.Writer
}

func (p *pipe) Close() error { return nil }

// TestReader: what comes before a message that can't be read is answered, and the session ends.
func TestReader(t *testing.T) {
	dir := need.Folder(t, files)
	text := fmt.Sprintf(`{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"processId":%d,"rootUri":%q}}`, os.Getpid(), uriOf(dir))
	in := fmt.Sprintf("Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n%s", len(text), text)
	asked, ask := io.Pipe()
	told, tell := io.Pipe()
	status := make(chan int, 1)
	go func() { status <- Serve(&pipe{asked, tell}, io.Discard, openTree(t)) }()
	answer := make(chan []byte, 1)
	go func() {
		buf := make([]byte, 4096)
		n, _ := told.Read(buf)
		answer <- buf[:n]
		_, _ = io.Copy(io.Discard, told)
	}()
	_, _ = io.WriteString(ask, in)
	if got := <-answer; !bytes.Contains(got, []byte(`"id":7`)) || !bytes.Contains(got, []byte(`"hoverProvider":true`)) {
		t.Errorf("answer %s", got)
	}
	_, _ = io.WriteString(ask, "Content-Length: 3\r\n\r\n{]}")
	if got := <-status; got != 1 {
		t.Errorf("status %d", got)
	}
}
