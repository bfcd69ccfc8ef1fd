package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"gokbuild/depgraph/need"
	"gokbuild/kbuild"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/lang/profile"
	"gokbuild/kbuild/query"
)

// files are a small tree with all four kinds of files, and the record of a configuration.
var files = map[string]string{
	".config": "CONFIG_MODULES=y\nCONFIG_NET=y\n",
	"Kconfig": `mainmenu "Test"
config MODULES
	bool "modules"
	modules
	default y
config NET
	bool "net"
config PCI
	bool
	default y if "$(shell,touch hostile && echo y || echo n)" = "yes"
config E1000
	tristate "Intel 😀 card"
	depends on PCI && NET
	help
	  See CONFIG_NET.
source "$(srctree)/arch/$(SRCARCH)/Kconfig"
`,
	"arch/z/Kconfig":               "menu \"Z\"\nconfig Z_FAST\n\tbool \"fast\"\n\tdefault y if NET\nendmenu\n",
	"arch/other/Kconfig":           "config OTHER\n\tbool\n",
	"drv/Makefile":                 "obj-$(CONFIG_E1000) += e1000.o\ne1000-y := main.o hw.o\nobj-y += sub/ gone/\n",
	"drv/sub/Makefile":             "obj-$(CONFIG_NET) += net.o\n",
	"drv/main.c":                   "int x;\n#ifdef CONFIG_E1000_MODULE\n/* 😀 */ int CONFIG_NET;\n#endif\n#ifdef CONFIG_NONE\n#endif\n",
	"drv/sub/net.c":                "",
	"configs/small_defconfig":      "CONFIG_E1000=m\n",
	"Makefile":                     "$(shell touch hostile)\nobj-y += drv/\n",
	"include/config/auto.conf.cmd": "deps_config := \\\n\tarch/z/Kconfig \\\n\tKconfig \\\n\ninclude/config/auto.conf: $(deps_config)\n\nifneq \"$(SRCARCH)\" \"z\"\nfoo\nendif\nifneq \"$(srctree)\" \".\"\nendif\n",
}

// openTree makes trees as Main does.
func openTree(t testing.TB) func(root, output string) (*Tree, error) {
	t.Helper()
	p, err := profile.Choose("4.3", "", "", "")
	if err != nil {
		t.Fatal(err)
	}
	return func(root, output string) (*Tree, error) {
		source, out := Located(root, output)
		e, err := query.New(kbuild.NewSession(p), kbuild.Call{Argv: []string{"make"}, Dir: out, Env: os.Environ()}, flags.New(p))
		if err != nil {
			return nil, err
		}
		return NewTree(e, source, nil), nil
	}
}

// client plays an editor.
type client struct {
	t    testing.TB
	dir  string
	conn *jsonrpc2.Conn
	// status gets that of the server.
	status chan int

	mu sync.Mutex
	// said are the last diagnostics by file; news is poked when there are some.
	said map[string][]Diagnostic
	news chan struct{}
}

// connect starts a server for a folder and initializes it.
func connect(t testing.TB, dir string) *client {
	ours, theirs := net.Pipe()
	return connectTo(t, dir, ours, func() int { return Serve(theirs, io.Discard, openTree(t)) })
}

// connectTo starts a server that has the other end of a stream.
func connectTo(t testing.TB, dir string, ours io.ReadWriteCloser, serve func() int) *client {
	c := &client{t: t, dir: dir, status: make(chan int, 1), said: make(map[string][]Diagnostic), news: make(chan struct{}, 1)}
	go func() { c.status <- serve() }()
	c.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(ours, jsonrpc2.VSCodeObjectCodec{}), handlerFunc(c.handle))
	t.Cleanup(func() { c.conn.Close() })
	c.call("initialize", map[string]any{"processId": os.Getpid(), "rootUri": uriOf(dir), "capabilities": map[string]any{}}, nil)
	c.notify("initialized", map[string]any{})
	return c
}

func (c *client) handle(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) {
	var p struct {
		URI         string       `json:"uri"`
		Diagnostics []Diagnostic `json:"diagnostics"`
	}
	if r.Method != "textDocument/publishDiagnostics" || json.Unmarshal(*r.Params, &p) != nil {
		return
	}
	c.mu.Lock()
	c.said[strings.TrimPrefix(pathOf(p.URI), c.dir+"/")] = p.Diagnostics
	c.mu.Unlock()
	select {
	case c.news <- struct{}{}:
	default:
	}
}

func (c *client) call(method string, params, result any) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := c.conn.Call(ctx, method, params, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

func (c *client) notify(method string, params any) {
	c.t.Helper()
	if err := c.conn.Notify(context.Background(), method, params); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) uri(file string) string { return uriOf(filepath.Join(c.dir, file)) }

func (c *client) open(file string) {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, file))
	if err != nil {
		c.t.Fatal(err)
	}
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": c.uri(file), "languageId": "", "version": 1, "text": string(text)}})
}

// change replaces the whole text of an open file.
func (c *client) change(file, text string) {
	c.t.Helper()
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": c.uri(file)}, "contentChanges": []any{map[string]any{"text": text}}})
}

func (c *client) place(file string, line, character int) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": c.uri(file)}, "position": Position{line, character}, "context": map[string]any{"includeDeclaration": true}}
}

// locations asks for places and returns them as file:line:column-column, all from 0.
func (c *client) locations(method, file string, line, character int) []string {
	c.t.Helper()
	var got []Location
	c.call(method, c.place(file, line, character), &got)
	return c.shown(got)
}

func (c *client) shown(got []Location) []string {
	out := []string{}
	for _, l := range got {
		out = append(out, fmt.Sprintf("%s:%d:%d-%d", strings.TrimPrefix(pathOf(l.URI), c.dir+"/"), l.Range.Start.Line, l.Range.Start.Character, l.Range.End.Character))
	}
	slices.Sort(out)
	return out
}

// eventually waits until the complaints of a file are these, as line: text.
func (c *client) eventually(file string, want ...string) {
	c.t.Helper()
	late := time.After(20 * time.Second)
	for {
		c.mu.Lock()
		list, ok := c.said[file]
		c.mu.Unlock()
		got := []string{}
		for _, d := range list {
			got = append(got, fmt.Sprintf("%d: %s", d.Range.Start.Line, d.Message))
		}
		if ok && slices.Equal(got, append([]string{}, want...)) {
			return
		}
		select {
		case <-c.news:
		case <-late:
			c.t.Fatalf("%s: complaints %q, want %q", file, got, want)
		}
	}
}

func (c *client) hover(file string, line, character int) string {
	c.t.Helper()
	var h *Hover
	c.call("textDocument/hover", c.place(file, line, character), &h)
	if h == nil {
		return ""
	}
	return h.Contents.Value
}

func TestSession(t *testing.T) {
	dir := need.Folder(t, files)
	c := connect(t, dir)
	for _, f := range []string{"drv/main.c", "drv/Makefile", "Kconfig", ".config"} {
		c.open(f)
	}
	c.eventually("drv/main.c", "4: CONFIG_NONE: nothing defines it")
	c.eventually("drv/Makefile", "2: gone/ is not there")
	c.eventually("Kconfig")
	c.eventually(".config")

	for name, test := range map[string]struct {
		method, file    string
		line, character int
		want            []string
	}{
		"symbol of an object":    {"textDocument/definition", "drv/Makefile", 0, 10, []string{"Kconfig:10:7-12"}},
		"symbol as a module":     {"textDocument/definition", "drv/main.c", 1, 18, []string{"Kconfig:10:7-12"}},
		"behind an emoji":        {"textDocument/definition", "drv/main.c", 2, 14, []string{"Kconfig:5:7-10"}},
		"in help":                {"textDocument/definition", "Kconfig", 14, 10, []string{"Kconfig:5:7-10"}},
		"in a configuration":     {"textDocument/definition", ".config", 1, 0, []string{"Kconfig:5:7-10"}},
		"source":                 {"textDocument/definition", "Kconfig", 15, 12, []string{"arch/z/Kconfig:0:0-0"}},
		"object":                 {"textDocument/definition", "drv/Makefile", 1, 12, []string{"drv/main.c:0:0-0"}},
		"composite":              {"textDocument/definition", "drv/Makefile", 0, 26, []string{"drv/Makefile:1:0-22"}},
		"folder":                 {"textDocument/definition", "drv/Makefile", 2, 10, []string{"drv/sub/Makefile:0:0-0"}},
		"nothing":                {"textDocument/definition", "drv/main.c", 0, 1, []string{}},
		"references of all four": {"textDocument/references", "Kconfig", 10, 8, []string{"Kconfig:10:7-12", "configs/small_defconfig:0:7-12", "drv/Makefile:0:13-18", "drv/main.c:1:14-19"}},
	} {
		if got := c.locations(test.method, test.file, test.line, test.character); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}

	if got := c.hover("drv/Makefile", 0, 15); !strings.Contains(got, "**CONFIG_E1000** = `n` (tristate)") || !strings.Contains(got, "needs `PCI [=n]`") {
		t.Errorf("hover: %s", got)
	}
	if got := c.hover("drv/main.c", 0, 1); got != "not built by E1000=n (drv/Makefile:2)" {
		t.Errorf("hover on a source: %s", got)
	}

	var list CompletionList
	c.change(".config", "CONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_E")
	c.call("textDocument/completion", c.place(".config", 2, 8), &list)
	if len(list.Items) != 1 || list.Items[0].TextEdit != (TextEdit{Range{Position{2, 0}, Position{2, 8}}, "CONFIG_E1000"}) {
		t.Errorf("completion: %+v", list)
	}
	c.change(".config", "CONFIG_MODULES=y\nCONFIG_NET=y\nCONFIG_E1000=m\nCONFIG_NONE=y\nCONFIG_OTHER=y\n")
	c.eventually(".config", "2: CONFIG_E1000=m becomes n: needs PCI [=n]", "3: CONFIG_NONE: nothing defines it",
		"4: CONFIG_OTHER is not part of this configuration (arch/other/Kconfig:1)")
	c.call("textDocument/completion", c.place(".config", 2, 13), &list)
	if len(list.Items) != 3 || list.Items[1].Label != "m" {
		t.Errorf("completion of values: %+v", list)
	}

	var symbols []SymbolInformation
	c.call("workspace/symbol", map[string]any{"query": "fast"}, &symbols)
	if len(symbols) != 1 || symbols[0].Name != "Z_FAST" || symbols[0].Location.URI != c.uri("arch/z/Kconfig") || symbols[0].Location.Range.Start.Line != 1 {
		t.Errorf("symbols of the tree: %+v", symbols)
	}
	var outline []*DocumentSymbol
	c.open("arch/z/Kconfig")
	c.call("textDocument/documentSymbol", c.place("arch/z/Kconfig", 0, 0), &outline)
	if len(outline) != 1 || outline[0].Name != "Z" || len(outline[0].Children) != 1 || outline[0].Children[0].Name != "Z_FAST" || outline[0].Range.End.Line != 4 {
		t.Errorf("outline: %+v", outline)
	}
	var lenses []CodeLens
	c.call("textDocument/codeLens", c.place("drv/Makefile", 0, 0), &lenses)
	if len(lenses) != 3 || lenses[0].Command.Title != "off" || lenses[2].Command.Title != "built in" {
		t.Errorf("lenses: %+v", lenses)
	}

	var actions []CodeAction
	c.call("textDocument/codeAction", map[string]any{"textDocument": map[string]any{"uri": c.uri(".config")}, "range": Range{Position{1, 8}, Position{1, 8}}}, &actions)
	if len(actions) != 1 || actions[0].Title != "Set CONFIG_NET=n in .config" || actions[0].Edit.Changes[c.uri(".config")][0].NewText != "# CONFIG_NET is not set" {
		t.Errorf("actions: %+v", actions)
	}
	var edit WorkspaceEdit
	rename := c.place("Kconfig", 10, 8)
	rename["newName"] = "CONFIG_E2000"
	c.call("textDocument/rename", rename, &edit)
	if len(edit.Changes) != 5 || edit.Changes[c.uri("drv/main.c")][0] != (TextEdit{Range{Position{1, 14}, Position{1, 19}}, "E2000"}) {
		t.Errorf("rename: %+v", edit)
	}
	rename["newName"] = "NET"
	if err := c.conn.Call(context.Background(), "textDocument/rename", rename, &edit); err == nil {
		t.Error("a name that is taken is given")
	}

	if exists(filepath.Join(dir, "hostile")) || exists(filepath.Join(dir, "drv/hostile")) {
		t.Error("a command of the tree was run")
	}
	c.call("shutdown", nil, nil)
	c.notify("exit", nil)
	if status := <-c.status; status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestEarlyReferences: who asks for references before the index is filled gets them when it is, or an end if the question is taken back.
func TestEarlyReferences(t *testing.T) {
	tree, err := openTree(t)(need.Dir(t), "")
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(nil)
	s.tree = tree
	for id, method := range []string{"textDocument/references", "textDocument/hover", "textDocument/references"} {
		s.queue = append(s.queue, &jsonrpc2.Request{Method: method, ID: jsonrpc2.ID{Num: uint64(id)}})
	}
	next := func(want uint64, waits bool) {
		t.Helper()
		if r, wait := s.next(); r == nil || r.ID.Num != want || wait != waits {
			t.Errorf("%v, waits %v; want %d, %v", r, wait, want, waits)
		}
	}
	next(0, true)
	next(1, false)
	next(2, true)
	if r, _ := s.next(); r != nil {
		t.Errorf("%v is answered early", r)
	}
	s.canceled[jsonrpc2.ID{Num: 2}] = true
	next(2, false)
	tree.Fill(nil)
	tree.Ready()
	next(0, false)
}

// TestBroken: while a Kconfig file can't be read, the last good one answers.
func TestBroken(t *testing.T) {
	c := connect(t, need.Folder(t, files))
	c.open("Kconfig")
	c.open("arch/z/Kconfig")
	c.eventually("Kconfig")
	broken := strings.Replace(files["Kconfig"], "config NET\n\tbool \"net\"", "config NET\n\tboool \"net\"", 1)
	c.change("Kconfig", broken)
	late := time.After(20 * time.Second)
	for {
		c.mu.Lock()
		list := c.said["Kconfig"]
		c.mu.Unlock()
		if len(list) > 0 {
			if list[0].Severity != severityError && list[0].Severity != severityWarning || list[0].Range.Start.Line != 6 {
				t.Errorf("%+v", list)
			}
			break
		}
		select {
		case <-c.news:
		case <-late:
			t.Fatal("no complaint")
		}
	}
	if got := c.hover("arch/z/Kconfig", 1, 9); !strings.Contains(got, "**CONFIG_Z_FAST** = `y`") {
		t.Errorf("hover: %s", got)
	}
	// Unsaved text counts.
	c.change("Kconfig", strings.Replace(files["Kconfig"], "config PCI\n\tbool\n", "config PCI\n\tbool\n\tdefault y\n\nconfig NEW\n\tbool\n\tdefault y\nconfig PCI2\n\tbool\n", 1))
	c.eventually("Kconfig")
	c.change("arch/z/Kconfig", files["arch/z/Kconfig"]+"config LAST\n\tbool\n\tdefault NEW\n")
	if got := c.hover("arch/z/Kconfig", 5, 9); !strings.Contains(got, "**CONFIG_LAST** = `y`") {
		t.Errorf("hover: %s", got)
	}
}

// TestElsewhere: a file of another tree is not complained of, one outside of all trees is.
func TestElsewhere(t *testing.T) {
	c := connect(t, need.Folder(t, files))
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"other/Kconfig": "", "other/drv/Makefile": "obj-$(CONFIG_THEIRS) += a.o\n", "module/Makefile": "obj-$(CONFIG_THEIRS) += a.o\n"} {
		file := filepath.Join(top, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	rel := func(name string) string {
		name, err := filepath.Rel(c.dir, filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		return name
	}
	c.open(rel("other/drv/Makefile"))
	c.open(rel("module/Makefile"))
	c.eventually(top+"/module/Makefile", "0: CONFIG_THEIRS: nothing defines it")
	// All that was said before is published when this is.
	c.change(rel("module/Makefile"), "obj-y += a.o\nobj-$(CONFIG_THEIRS) += a.o\n")
	c.eventually(top+"/module/Makefile", "1: CONFIG_THEIRS: nothing defines it")
	c.eventually(top + "/other/drv/Makefile")
}

// TestOutput: the output directory is that of O= or KBUILD_OUTPUT on the command line, or of KBUILD_OUTPUT in the environment; O in
// the environment means nothing.
func TestOutput(t *testing.T) {
	for name, c := range map[string]struct {
		args, env []string
		want      string
	}{
		"O":           {[]string{"O=out"}, []string{"KBUILD_OUTPUT=/nowhere"}, "y"},
		"variable":    {[]string{"KBUILD_OUTPUT=out"}, nil, "y"},
		"environment": {nil, []string{"KBUILD_OUTPUT=out"}, "y"},
		"no origin":   {nil, []string{"O=out"}, "n"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := need.Folder(t, files)
			for name, text := range map[string]string{".config": "CONFIG_NET=y\n", "include/config/auto.conf.cmd": files["include/config/auto.conf.cmd"]} {
				name = filepath.Join(dir, "out", name)
				if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, ".config"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			p, err := profile.Choose("4.3", "", "", "")
			if err != nil {
				t.Fatal(err)
			}
			in, toServer, err1 := os.Pipe()
			fromServer, out, err2 := os.Pipe()
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			call := kbuild.Call{Argv: append([]string{"make", "--lsp"}, c.args...), Dir: dir, Env: append([]string{"PATH=" + os.Getenv("PATH")}, c.env...),
				Stdin: in, Stdout: out, Stderr: os.Stderr}
			f := flags.New(p)
			if err := f.Load(call.Argv, flags.Env{}); err != nil {
				t.Fatal(err)
			}
			client := connectTo(t, dir, stdio{fromServer, toServer}, func() int { return Main(kbuild.NewSession(p), call, f, nil) })
			client.open("drv/sub/Makefile")
			if got := client.hover("drv/sub/Makefile", 0, 10); !strings.Contains(got, "**CONFIG_NET** = `"+c.want+"`") {
				t.Errorf("want %s: %s", c.want, got)
			}
			client.call("shutdown", nil, nil)
			client.notify("exit", nil)
			<-client.status
		})
	}
}

// TestClientGone: the server ends when its client is gone.
func TestClientGone(t *testing.T) {
	ended := func(t *testing.T, status <-chan int) {
		select {
		case got := <-status:
			if got != 1 {
				t.Errorf("status %d", got)
			}
		case <-time.After(2 * time.Second):
			t.Error("the server goes on")
		}
	}
	t.Run("stream", func(t *testing.T) {
		c := connect(t, need.Folder(t, files))
		c.conn.Close()
		ended(t, c.status)
	})
	t.Run("process", func(t *testing.T) {
		ours, theirs := net.Pipe()
		status := make(chan int, 1)
		go func() { status <- Serve(theirs, io.Discard, openTree(t)) }()
		conn := jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(ours, jsonrpc2.VSCodeObjectCodec{}), handlerFunc(func(context.Context, *jsonrpc2.Conn, *jsonrpc2.Request) {}))
		defer conn.Close()
		sleep := exec.Command("sleep", "100")
		if err := sleep.Start(); err != nil {
			t.Fatal(err)
		}
		if err := conn.Call(context.Background(), "initialize", map[string]any{"processId": sleep.Process.Pid, "rootUri": uriOf(need.Folder(t, files))}, nil); err != nil {
			t.Fatal(err)
		}
		_ = sleep.Process.Kill()
		_ = sleep.Wait()
		ended(t, status)
	})
}

func TestText(t *testing.T) {
	text := NewText("a😀b\r\nä\n")
	for _, test := range []struct {
		p      Position
		offset int
	}{{Position{0, 0}, 0}, {Position{0, 1}, 1}, {Position{0, 3}, 5}, {Position{0, 4}, 6}, {Position{1, 0}, 8}, {Position{1, 1}, 10}, {Position{2, 0}, 11}} {
		if got := text.Offset(test.p); got != test.offset {
			t.Errorf("%v is %d, want %d", test.p, got, test.offset)
		}
		if got := text.Position(test.offset); got != test.p {
			t.Errorf("%d is %v, want %v", test.offset, got, test.p)
		}
	}
	if got := text.Offset(Position{0, 2}); got != 1 {
		t.Errorf("in the middle of a character: %d", got)
	}
	if got := text.Edited(&Range{Position{0, 3}, Position{1, 1}}, "X").s; got != "a😀X\n" {
		t.Errorf("edited: %q", got)
	}
	for _, uri := range []string{"http://x/y", "file:relative", "%zz", ""} {
		if got := pathOf(uri); got != "" {
			t.Errorf("%q names %q", uri, got)
		}
	}
	if got := pathOf("file:///a%20b/%C3%A4"); got != "/a b/ä" || pathOf(uriOf(got)) != got {
		t.Errorf("path %q", got)
	}
}
