package mcp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"gokbuild/depgraph/need"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// gokbuild is the program under test.
var gokbuild string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "gokbuild-mcp-")
	if err != nil {
		panic(err)
	}
	gokbuild = filepath.Join(dir, "gokbuild")
	build := exec.Command("go", "build", "-o", gokbuild, "gokbuild/cmd/gokbuild")
	build.Stderr = os.Stderr
	status := 1
	if build.Run() == nil {
		status = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(status)
}

// tree is a small tree with the form of a kernel.
var tree = map[string]string{
	".config": "CONFIG_NET=y\n# CONFIG_OFF is not set\nCONFIG_NAME=\"a\"\nCONFIG_SIZE=4\nCONFIG_ADDR=0x10\n",
	"Kconfig": `config NET
	bool "net"
config PCI
	bool "pci"
config OFF
	bool "off"
	depends on PCI && NET
	select TOP
config TOP
	bool
config NAME
	string "name"
config SIZE
	int "size"
	range 1 8
config ADDR
	hex "address"
`,
	"Makefile": `all: a.o b.o
oldconfig:
	scripts/kconfig/conf --$@ Kconfig
include .config
a.o: a.c
	$(CC) -Wall -c -o $@ $<
b.o: b.c
	$(CC) -c -o $@ $<
slow:
	@touch began; trap '' TERM; echo $$$$ > pid; sleep 100
long:
	@for i in 1 2 3 4 5 6 7 8 9; do echo $$i; done
quick:
	@echo $$$$ > pid; exec sleep 100
.PHONY: all oldconfig slow quick long
`,
	"a.c": "static int unused;\nint a;\n",
	"b.c": "int b = c;\n",
}

// session is a client of the real SDK with a server for a tree.
type session struct {
	t   *testing.T
	dir string
	cmd *exec.Cmd
	*sdk.ClientSession
	schemas map[string]*jsonschema.Resolved
}

func connect(t *testing.T, version string, o *sdk.ClientOptions) *session {
	t.Helper()
	dir := need.Folder(t, tree)
	var err error
	s := &session{t: t, dir: dir, cmd: exec.Command(gokbuild, "-C", dir, "--mcp"), schemas: make(map[string]*jsonschema.Resolved)}
	s.cmd.Env = append(os.Environ(), "GOKBUILD_CACHE="+filepath.Join(t.TempDir(), "cache"))
	s.ClientSession, err = sdk.NewClient(&sdk.Implementation{Name: "test"}, o).Connect(t.Context(), &sdk.CommandTransport{Command: s.cmd},
		&sdk.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// ask calls a tool. What it answers must be as its schema says; failed tells that it is an error, of which text says why.
func (s *session) ask(name string, args map[string]any, into any) (text string, failed bool) {
	s.t.Helper()
	r, err := s.CallTool(s.t.Context(), &sdk.CallToolParams{Name: name, Arguments: args})
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	text = r.Content[0].(*sdk.TextContent).Text
	if r.StructuredContent == nil {
		return text, r.IsError
	}
	if schema := s.schemas[name]; schema != nil {
		if err := schema.Validate(r.StructuredContent); err != nil {
			s.t.Errorf("%s: %v: %s", name, err, text)
		}
	}
	if into != nil {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			s.t.Errorf("%s: %v: %s", name, err, text)
		}
	}
	return text, r.IsError
}

func TestClient(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			s := connect(t, version, nil)
			if got := s.InitializeResult(); got.ProtocolVersion != version || got.ServerInfo.Name != "gokbuild" || got.Instructions == "" {
				t.Errorf("the server introduces itself as %+v", got)
			}
			listTools(s)
			if version == versions[0] || version == versions[2] {
				builds(s)
				questions(s)
				settings(s)
			}
		})
	}
}

// listTools: each tool that the server has is listed, with schemas that are some.
func listTools(s *session) {
	list, err := s.ListTools(s.t.Context(), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, described := range list.Tools {
		if _, ok := tools[described.Name]; !ok {
			s.t.Errorf("%s is listed, and is not there", described.Name)
		}
		for _, schema := range []any{described.InputSchema, described.OutputSchema} {
			text, err := json.Marshal(schema)
			if err != nil {
				s.t.Fatal(err)
			}
			parsed := new(jsonschema.Schema)
			if err := json.Unmarshal(text, parsed); err != nil {
				s.t.Fatalf("%s: %v", described.Name, err)
			}
			if s.schemas[described.Name], err = parsed.Resolve(nil); err != nil {
				s.t.Errorf("%s: %v", described.Name, err)
			}
		}
	}
	if len(s.schemas) != len(tools) {
		s.t.Errorf("%d tools are listed of %d", len(s.schemas), len(tools))
	}
}

// builds: a build that fails, one that succeeds, one that is canceled.
func builds(s *session) {
	t := s.t
	if text, failed := s.ask("build_status", nil, nil); !failed || text != "nothing was built yet" {
		t.Errorf("before a build: %s", text)
	}
	var b statusAnswer
	if text, failed := s.ask("build", map[string]any{"keep_going": true}, &b); failed || b.ID != 1 || b.State != "running" {
		t.Fatalf("begun: %s", text)
	}
	s.ask("build_wait", map[string]any{"id": 1, "lines": 3}, &b)
	if b.State != "failed" || b.ExitStatus == nil || *b.ExitStatus != 2 || b.Warnings != 1 || b.Made != 1 || !slices.Equal(b.Failed, []string{s.dir + "/b.o"}) {
		t.Errorf("the build with an error: %+v", b)
	}
	if w := b.Worst[0]; w.Severity != "error" || w.File != s.dir+"/b.c" || w.Line != 1 || w.Tool != "gcc" {
		t.Errorf("the worst of it: %+v", w)
	}
	if len(b.Output) != 3 {
		t.Errorf("3 lines of output: %q", b.Output)
	}
	var d diagnosticsAnswer
	s.ask("diagnostics", map[string]any{"severity": "warning", "file": "a.c"}, &d)
	if d.Total != 1 || d.ID != 1 || d.Diagnostics[0].Line != 1 || d.Diagnostics[0].Option != "-Wunused-variable" || !d.Diagnostics[0].New {
		t.Errorf("the warning: %+v", d)
	}
	need.Files(t, s.dir, map[string]string{"b.c": "int b;\n"})
	s.ask("build", map[string]any{"goals": []string{"all", "long"}, "variables": map[string]string{"KCFLAGS": "-O2 -g"}, "jobs": 1}, &b)
	s.ask("build_wait", nil, &b)
	if b.State != "succeeded" || *b.ExitStatus != 0 || b.ID != 2 || b.Errors != 0 {
		t.Errorf("the build without: %+v", b)
	}
	s.ask("diagnostics", map[string]any{"stored": true}, &d)
	if d.ID != 0 || d.Total != 1 || d.Diagnostics[0].File == "" {
		t.Errorf("what is kept of the warning: %+v", d)
	}
	s.ask("build", map[string]any{"goals": []string{"slow"}}, &b)
	pid := begun(t, s.dir)
	if text, failed := s.ask("build", nil, nil); !failed || !strings.Contains(text, "build 3 is running") {
		t.Errorf("two builds at a time: %s", text)
	}
	if text, failed := s.ask("config_set", map[string]any{"symbols": map[string]any{"PCI": true}}, nil); !failed || !strings.Contains(text, "build 3 is running") {
		t.Errorf("a configuration is changed under a build: %s", text)
	}
	s.ask("build_wait", map[string]any{"seconds": 0.1}, &b)
	if b.State != "running" || b.ExitStatus != nil || !slices.Equal(b.Running, []string{s.dir + "/slow"}) {
		t.Errorf("waited for a tenth of a second: %+v", b)
	}
	s.ask("build_cancel", nil, &b)
	if b.State != "canceled" || b.ExitStatus == nil {
		t.Errorf("canceled: %+v", b)
	}
	gone(t, pid)
}

// begun waits until the slow target runs, and returns a process of it.
func begun(t *testing.T, dir string) (pid int) {
	t.Helper()
	for late := time.Now().Add(20 * time.Second); time.Now().Before(late); time.Sleep(10 * time.Millisecond) {
		text, _ := os.ReadFile(filepath.Join(dir, "pid"))
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && strings.HasSuffix(string(text), "\n") {
			return pid
		}
	}
	t.Fatal("the slow target did not begin")
	return 0
}

// gone: a process is not there any more, or is before long.
func gone(t *testing.T, pid int) {
	t.Helper()
	for late := time.Now().Add(2 * time.Second); time.Now().Before(late); time.Sleep(10 * time.Millisecond) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if _, state, ok := strings.Cut(string(stat), ") "); err != nil || ok && state[0] == 'Z' {
			return
		}
	}
	t.Errorf("process %d is still there", pid)
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// questions: each is answered by the program as it would on the command line.
func questions(s *session) {
	t := s.t
	var why struct {
		Symbols []struct{ Name, Value string }
		Unknown []string
	}
	s.ask("config_why", map[string]any{"symbols": []string{"CONFIG_NET", "NONE"}}, &why)
	if len(why.Symbols) != 1 || why.Symbols[0].Value != "y" || !slices.Equal(why.Unknown, []string{"NONE"}) {
		t.Errorf("why: %+v", why)
	}
	text, _ := s.ask("query", map[string]any{"query": "tree", "args": []string{"targets", "all"}, "depth": 1}, nil)
	out, err := exec.Command(gokbuild, "-C", s.dir, "--query=tree", "--json", "--depth=1", "targets", "all").Output()
	if err != nil || strings.TrimSpace(string(out)) != text {
		t.Errorf("a query: %s, on the command line %s, %v", text, out, err)
	}
	if text, failed := s.ask("query", map[string]any{"query": "tree", "args": []string{"targets", "all"}, "max_bytes": 10}, nil); !failed || !strings.Contains(text, "max_bytes") {
		t.Errorf("a large answer: %s", text)
	}
	if text, failed := s.ask("query", map[string]any{"query": "changed", "args": []string{"a", "none"}}, nil); !failed || !strings.Contains(text, "no such file") {
		t.Errorf("an error of the program: %s", text)
	}
	var db compdbAnswer
	s.ask("compdb", map[string]any{"goals": []string{"all"}}, &db)
	if want := (compdbAnswer{1, s.dir + "/compile_commands.json", 2}); db != want {
		t.Errorf("compdb: %+v", db)
	}
	before, err := os.ReadFile(db.File)
	if err != nil {
		t.Fatal(err)
	}
	if text, failed := s.ask("compdb", map[string]any{"goals": []string{"nosuch"}}, nil); !failed || !strings.Contains(text, "No rule to make target 'nosuch'") {
		t.Errorf("compdb of no goal: %s", text)
	}
	if after, err := os.ReadFile(db.File); err != nil || string(after) != string(before) {
		t.Errorf("compdb of no goal wrote %s, %v", after, err)
	}
}

// settings: what is set, what follows from it, what cannot be set.
func settings(s *session) {
	t := s.t
	config := filepath.Join(s.dir, ".config")
	read := func() string {
		text, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	before := read()
	var a setAnswer
	_, failed := s.ask("config_set", map[string]any{"symbols": map[string]any{"OFF": "y", "NONE": "y", "SIZE": "x", "ADDR": "0x20"}}, &a)
	reasons := make(map[string]string)
	for _, r := range a.Refused {
		reasons[r.Name] = r.Value + " " + r.Got + ": " + r.Reason
	}
	if diff := cmp.Diff(map[string]string{"OFF": "y n: needs PCI [=n]", "NONE": "y n: nothing defines it", "SIZE": "x 4: no value of type int"}, reasons); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	if !failed || a.Written || read() != before {
		t.Error("refused settings were written")
	}
	a = setAnswer{}
	wanted := map[string]any{"CONFIG_OFF": true, "PCI": "y", "NAME": "b c", "SIZE": 8, "NET": "y"}
	if _, failed := s.ask("config_set", map[string]any{"symbols": wanted, "dry_run": true}, &a); failed || a.Written || read() != before {
		t.Errorf("a dry run writes: %+v", a)
	}
	var again setAnswer
	s.ask("config_set", map[string]any{"symbols": wanted}, &again)
	if !again.Written || again.File != config {
		t.Errorf("written: %+v", again)
	}
	want := "NAME \"a\" \"b c\"\nOFF n y\nPCI n y\nSIZE 4 8\nTOP n y\n"
	got := ""
	for _, c := range again.Changes {
		got += c.Name + " " + c.Old + " " + c.New + "\n"
	}
	if got != want || !cmp.Equal(again.Changes, a.Changes) {
		t.Errorf("changes: %swant %s", got, want)
	}
	if text := read(); !strings.Contains(text, "\nCONFIG_TOP=y\n") || !strings.Contains(text, "\nCONFIG_NAME=\"b c\"\n") {
		t.Errorf("the configuration: %s", text)
	}
	if old, err := os.ReadFile(config + ".old"); err != nil || string(old) != before {
		t.Errorf("the old one: %s, %v", old, err)
	}
	if s.ask("config_set", map[string]any{"symbols": wanted}, &again); again.Written || len(again.Changes) != 0 {
		t.Errorf("set again: %+v", again)
	}
}

// TestRefused: nothing that an agent says comes to make or a shell as more than a name.
func TestRefused(t *testing.T) {
	s := connect(t, versions[1], nil)
	for _, c := range []struct {
		tool string
		args map[string]any
	}{
		{"build", map[string]any{"goals": []string{"--eval=$(shell touch x)"}}},
		{"build", map[string]any{"goals": []string{"-f", "/dev/stdin"}}},
		{"build", map[string]any{"goals": []string{"X=$(shell touch x)"}}},
		{"build", map[string]any{"goals": []string{"a;touch x"}}},
		{"build", map[string]any{"goals": []string{""}}},
		{"build", map[string]any{"variables": map[string]string{"X": "$(shell touch x)"}}},
		{"build", map[string]any{"variables": map[string]string{"X": "a\ntouch x"}}},
		{"build", map[string]any{"variables": map[string]string{"SHELL": "/bin/echo"}}},
		{"build", map[string]any{"variables": map[string]string{"MAKEFLAGS": "-k"}}},
		{"build", map[string]any{"variables": map[string]string{"X+": "a"}}},
		{"build", map[string]any{"jobs": -1}},
		{"build", map[string]any{"command": "touch x"}},
		{"build", map[string]any{"goals": "all"}},
		{"compdb", map[string]any{"goals": []string{"`touch x`"}}},
		{"query", map[string]any{"query": "would-rebuild", "args": []string{"X=$(shell touch x)"}}},
		{"query", map[string]any{"query": "goals\n--eval=$(shell touch x)"}},
		{"config_why", map[string]any{"symbols": []string{"X=$(shell touch x)"}}},
		{"config_why", map[string]any{}},
		{"config_set", map[string]any{"symbols": map[string]any{"NAME": "$(shell touch x)"}}},
		{"config_set", map[string]any{"symbols": map[string]any{"NAME": "a\"\nCONFIG_PCI=y"}}},
		{"config_set", map[string]any{"symbols": map[string]any{"NAME": "a; touch x"}}},
		{"config_set", map[string]any{"symbols": map[string]any{"NET\n": "y"}}},
		{"config_set", map[string]any{"symbols": map[string]any{"NET": nil}}},
		{"config_set", map[string]any{"symbols": map[string]any{"NET": []string{"y"}}}},
		{"build_status", map[string]any{"id": 7}},
	} {
		if text, failed := s.ask(c.tool, c.args, nil); !failed {
			t.Errorf("%s %v: %s", c.tool, c.args, text)
		}
	}
	if _, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "shell"}); err == nil {
		t.Error("a tool that is not there was called")
	}
	if _, err := os.Stat(filepath.Join(s.dir, "x")); err == nil {
		t.Error("a command of the agent ran")
	}
}

// TestProgress: who waits is told how far it is; who cancels the wait leaves the build alone.
func TestProgress(t *testing.T) {
	told := make(chan string, 100)
	s := connect(t, versions[1], &sdk.ClientOptions{ProgressNotificationHandler: func(_ context.Context, r *sdk.ProgressNotificationClientRequest) {
		told <- r.Params.Message
	}})
	var b statusAnswer
	s.ask("build", map[string]any{"goals": []string{"slow"}}, &b)
	pid := begun(t, s.dir)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-told
		cancel()
	}()
	p := &sdk.CallToolParams{Name: "build_wait", Arguments: map[string]any{"seconds": 100}}
	p.SetProgressToken("token")
	if _, err := s.CallTool(ctx, p); ctx.Err() == nil {
		t.Errorf("the wait ended by itself: %v", err)
	}
	if s.ask("build_status", nil, &b); b.State != "running" {
		t.Errorf("whoever cancels a wait cancels the build: %+v", b)
	}
	if s.ask("build_cancel", nil, &b); b.State != "canceled" {
		t.Errorf("canceled: %+v", b)
	}
	gone(t, pid)
}

// TestEnds: whatever ends the server ends the build and its processes, within two seconds.
func TestEnds(t *testing.T) {
	for name, end := range map[string]func(s *session){
		"end of input": func(s *session) { s.Close() },
		"SIGTERM":      func(s *session) { _ = s.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGKILL":      func(s *session) { _ = s.cmd.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := connect(t, versions[0], nil)
			goal := "slow" // its shell takes no SIGTERM
			if name == "SIGKILL" {
				goal = "quick" // nobody is left who would kill the other
			}
			s.ask("build", map[string]any{"goals": []string{goal}}, nil)
			pid := begun(t, s.dir)
			began := time.Now()
			go end(s)
			gone(t, pid)
			_ = s.Wait()
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestLeft: who closes the server's input while a build runs and somebody waits for it hears that the build was canceled.
func TestLeft(t *testing.T) {
	dir := t.TempDir()
	need.Files(t, dir, tree)
	cmd := exec.Command(gokbuild, "-C", dir, "--mcp")
	cmd.Env = append(os.Environ(), "GOKBUILD_CACHE="+filepath.Join(t.TempDir(), "cache"))
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewScanner(out)
	call := func(id int, tool, args string) {
		fmt.Fprintf(in, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"%s","arguments":%s}}`+"\n", id, tool, args)
	}
	call(1, "build", `{"goals":["quick"]}`)
	if !answers.Scan() {
		t.Fatal("no answer")
	}
	pid := begun(t, dir)
	call(2, "build_wait", "{}")
	in.Close()
	var answer struct {
		Result struct{ StructuredContent statusAnswer }
	}
	if !answers.Scan() || json.Unmarshal(answers.Bytes(), &answer) != nil || answer.Result.StructuredContent.State != "canceled" {
		t.Errorf("the answer: %s", answers.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	gone(t, pid)
}
