package shell

// This file runs xargs in its plainest form, as kernel trees give the names of members to ar: words from standard input become
// arguments of one command.

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"syscall"
)

// mostWords bounds the bytes of a command that is run once; GNU xargs takes up to 128 KiB less the environment.
const mostWords = 64 << 10

func init() { nativePrograms["xargs"] = (*call).xargs } // it runs programs of that table

// xargs runs a command with the words of standard input as more arguments. Quotes, options and more words than fit are left to the real
// program, which is given what was read.
func (c *call) xargs() (Status, bool) {
	if len(c.args) == 0 || c.args[0] == "" || c.args[0][0] == '-' || !c.mayRead() {
		return done, false
	}
	name := c.args[0]
	if !strings.Contains(name, "/") {
		list, set := c.env.get("PATH")
		if !set {
			return done, false
		}
		var err error
		if name, err = c.s.lookPath(list, name); err != nil {
			return done, false
		}
	} else if syscall.Access(c.s.path(name), 1) != nil {
		return done, false
	}
	text, err := io.ReadAll(c.s.fds[0].file)
	if err != nil {
		return done, false
	}
	c.silent = true
	child := c.s.fork()
	defer c.s.inherit(child)
	if !plainList(text) || len(text)+len(strings.Join(c.args, " ")) > mostWords {
		return c.realProgram(child, "xargs", text)
	}
	argv := append(c.args[:len(c.args):len(c.args)], strings.Fields(string(text))...)
	child.fds[0] = sink{}
	result, ok := child.runNative(c.env, name, argv)
	if !ok {
		result = child.start(c.env, name, argv, "")
	}
	return c.xargsStatus(result), true
}

// plainList reports whether a text is words between blanks, of which none is quoted.
func plainList(text []byte) bool {
	return bytes.IndexFunc(text, func(r rune) bool {
		return r == '\'' || r == '"' || r == '\\' || r == 0x7f || r < ' ' && r != '\t' && r != '\n' || r >= 0x80
	}) < 0
}

// xargsStatus is how xargs ends after its command has (GNU findutils, "xargs options"). The message of a command that ends it early is
// its own.
func (c *call) xargsStatus(st Status) Status {
	switch {
	case st.Signal != 0:
		c.s.writeErr("xargs: " + c.args[0] + ": terminated by signal " + strconv.Itoa(int(st.Signal)) + "\n")
		return Status{Code: 125}
	case st.Code == 255:
		c.s.writeErr("xargs: " + c.args[0] + ": exited with status 255; aborting\n")
		return Status{Code: 124}
	case st.Code != 0:
		return Status{Code: 123}
	}
	return done
}
