package mcp

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"
)

// play gives a server a text to read, and returns what it writes. Its program is one that can't be started.
func play(t testing.TB, text string) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	newServer(&program{path: "/nonexistent"}, t.TempDir()).serve(strings.NewReader(text), &out, io.Discard)
	var answers []map[string]any
	for line := range strings.Lines(out.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil || m["jsonrpc"] != "2.0" {
			t.Fatalf("no message: %q: %v", line, err)
		}
		answers = append(answers, m)
	}
	return answers
}

func TestStream(t *testing.T) {
	ping := `{"jsonrpc":"2.0","id":"x","method":"ping"}`
	for name, c := range map[string]struct {
		text string
		// want are the codes of the answers, 0 for one that is no error.
		want []float64
	}{
		"request":           {ping + "\n", []float64{0}},
		"no last newline":   {ping, []float64{0}},
		"carriage returns":  {ping + "\r\n\r\n" + ping, []float64{0, 0}},
		"not JSON":          {"{\n" + ping, []float64{-32700, 0}},
		"no message":        {"{}\n[]\n3\nnull\n\"a\"\n" + ping, []float64{-32600, -32600, -32600, -32600, -32600, 0}},
		"array":             {"[" + ping + "," + ping + ",3]\n" + ping, []float64{0, 0, -32600, 0}},
		"array in an array": {"[[" + ping + "]]\n" + ping, []float64{-32600, 0}},
		"too long":          {`{"id":1,"method":"` + strings.Repeat("x", largest) + "\"}\n" + ping, []float64{-32600, 0}},
		"too long, and end": {strings.Repeat("x", largest+5), []float64{-32600}},
		"left over":         {`{"jsonrpc":"2.0","id":[],"method":"ping"}` + "\n" + `{"jsonrpc":"2.0","id":5,"result":{}}`, []float64{-32600}},
		"notification":      {`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n" + `{"jsonrpc":"2.0","method":"notifications/cancelled","params":3}`, nil},
		"unknown method":    {`{"jsonrpc":"2.0","id":1,"method":"resources/list"}`, []float64{-32601}},
		"wrong parameters":  {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[1]}`, []float64{-32602}},
		"unknown tool":      {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"rm"}}`, []float64{-32602}},
		"program not there": {`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query","arguments":{"query":"goals"}}}`, []float64{0}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []float64
			for _, m := range play(t, c.text) {
				code := 0.0
				if e, ok := m["error"].(map[string]any); ok {
					code = e["code"].(float64)
				}
				got = append(got, code)
			}
			if len(got) != len(c.want) {
				t.Fatalf("answers %v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("answers %v, want %v", got, c.want)
				}
			}
		})
	}
}

// FuzzMessages: whatever a client says, the server answers in messages and ends when the client does.
func FuzzMessages(f *testing.F) {
	for _, text := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}`,
		`{"jsonrpc":"2.0","id":-1,"method":"server/discover"}` + "\n" + `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`,
		`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"build","arguments":{"goals":["all"],"variables":{"W":"1"},"jobs":2}}}`,
		`[{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"build_wait","arguments":{"seconds":0},"_meta":{"progressToken":3}}}]`,
		`{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"config_set","arguments":{"symbols":{"A":"y","B":3,"C":false}}}}`,
		`{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"diagnostics","arguments":{"offset":-1,"limit":-5}}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		began := time.Now()
		play(t, text)
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// FuzzEvents: whatever a build says of itself, its state can be told.
func FuzzEvents(f *testing.F) {
	f.Add(`{"event":"make","make":1,"dir":"/d"}` + "\n" + `{"event":"begin","make":1,"target":"t"}` + "\n" +
		`{"event":"diagnostic","make":1,"target":"t","dir":"/d","severity":"error","tool":"gcc","file":"a.c","line":3,"message":"m"}` + "\n" +
		`{"event":"done","make":1,"target":"t","ok":false,"ran":true}`)
	f.Fuzz(func(t *testing.T, text string) {
		b := &build{account: newAccount(), output: tail{most: 10}, state: "running"}
		b.listen(strings.NewReader(text))
		if _, err := b.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(b.status(5)); err != nil {
			t.Fatal(err)
		}
	})
}
