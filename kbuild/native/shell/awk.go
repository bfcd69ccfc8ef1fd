package shell

// This file runs the one program of awk that kernel trees run in every folder: lines that were not there before.

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"syscall"
)

func init() { nativePrograms["awk"] = (*call).awk } // it runs programs of that table

// firstLines recognises a program that prints each line of its input that is new, perhaps with a text in front:
// !x[$0]++ { print("dir/"$0) }.
func firstLines(program string) (front string, ok bool) {
	if len(program) < 2 || program[0] != '!' || program[1] < 'a' || program[1] > 'z' {
		return "", false
	}
	rest, ok := strings.CutPrefix(program[2:], "[$0]++")
	if !ok || rest == "" {
		return "", ok
	}
	if rest, ok = strings.CutPrefix(rest, ` { print("`); !ok {
		return "", false
	}
	front, ok = strings.CutSuffix(rest, `"$0) }`)
	return front, ok && strings.Trim(front, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") == ""
}

// awk runs that program (manual of gawk, "Uniq Program"; all awks agree on it). Other programs, and input that is no text, are the real
// one's.
func (c *call) awk() (Status, bool) {
	if len(c.args) == 0 || len(c.args) > 2 || len(c.args) == 2 && c.args[1] != "-" || !c.mayRead() {
		return done, false
	}
	front, ok := firstLines(c.args[0])
	if !ok {
		return done, false
	}
	text, err := io.ReadAll(c.s.fds[0].file)
	if err != nil {
		return done, false
	}
	if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f }) {
		child := c.s.fork()
		defer c.s.inherit(child)
		c.silent = true
		return c.realProgram(child, "awk", text)
	}
	var out bytes.Buffer
	seen := make(map[string]bool)
	for line := range bytes.Lines(text) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		if !seen[string(line)] {
			seen[string(line)] = true
			out.WriteString(front)
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	if _, err := c.s.writer(1).Write(out.Bytes()); errors.Is(err, syscall.EPIPE) {
		return Status{Signal: syscall.SIGPIPE}, true
	} else if err != nil {
		return Status{Code: 2}, true
	}
	return done, true
}
