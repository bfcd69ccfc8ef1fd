package shell

// The test builtin, after the grammar in POSIX with dash's way of reading
// expressions of more than four words.

import (
	"math"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

type testToken uint8

const (
	testEOI testToken = iota
	testOperand
	testUnary
	testBinary
	testNot
	testAnd
	testOr
	testOpen
	testClose
)

var testOps = map[string]testToken{
	"-r": testUnary, "-w": testUnary, "-x": testUnary, "-e": testUnary, "-f": testUnary, "-d": testUnary,
	"-c": testUnary, "-b": testUnary, "-p": testUnary, "-u": testUnary, "-g": testUnary, "-k": testUnary,
	"-s": testUnary, "-t": testUnary, "-z": testUnary, "-n": testUnary, "-h": testUnary, "-O": testUnary,
	"-G": testUnary, "-L": testUnary, "-S": testUnary,
	"=": testBinary, "!=": testBinary, "<": testBinary, ">": testBinary, "-eq": testBinary, "-ne": testBinary,
	"-ge": testBinary, "-gt": testBinary, "-le": testBinary, "-lt": testBinary, "-nt": testBinary,
	"-ot": testBinary, "-ef": testBinary,
	"!": testNot, "-a": testAnd, "-o": testOr, "(": testOpen, ")": testClose,
}

// tester reads one expression. msg is set by the first error.
type tester struct {
	s    *state
	args []string
	pos  int
	op   string // the operator at the place last looked at, or ""
	msg  string
}

func (s *state) test(_ *simpleNode, argv []string) int {
	name, args := argv[0], argv[1:]
	if name == "[" {
		// dash looks at the first character of the last word only.
		if len(args) == 0 || !strings.HasPrefix(args[len(args)-1], "]") {
			return s.warn("[: missing ]")
		}
		args = args[:len(args)-1]
	}
	t := &tester{s: s, args: args}
	ok := t.run()
	if t.msg != "" {
		return s.warn(name + ": " + t.msg)
	}
	if ok {
		return 0
	}
	return 1
}

func (t *tester) fail(op, msg string) bool {
	if t.msg == "" {
		if op != "" {
			msg = op + ": " + msg
		}
		t.msg = msg
	}
	return false
}

func (t *tester) run() bool {
	negate := false
	args := t.args
	var tok testToken
	for {
		if len(args) == 0 {
			return negate
		}
		if len(args) == 3 && testOps[args[1]] == testBinary {
			tok = testOperand
			t.args = args
			break
		}
		if len(args) == 3 || len(args) == 4 {
			if args[0] == "(" && args[len(args)-1] == ")" {
				args = args[1 : len(args)-1]
			} else if args[0] == "!" {
				negate = !negate
				args = args[1:]
				continue
			}
		}
		t.args = args
		tok = t.lex(0)
		break
	}
	res := t.orExpr(tok)
	if t.msg == "" && t.at(t.pos) && t.at(t.pos+1) {
		t.fail(t.args[t.pos], "unexpected operator")
	}
	return res != negate
}

func (t *tester) at(i int) bool { return i < len(t.args) }

// lex classifies the word at i.
func (t *tester) lex(i int) testToken {
	t.op = ""
	if !t.at(i) {
		return testEOI
	}
	tok, ok := testOps[t.args[i]]
	if !ok || tok == testUnary && t.isOperand(i) || tok == testOpen && !t.at(i+1) {
		return testOperand
	}
	t.op = t.args[i]
	return tok
}

// isOperand decides whether what looks like a unary operator at i is not one.
func (t *tester) isOperand(i int) bool {
	if !t.at(i + 1) {
		return true
	}
	if !t.at(i + 2) {
		return false
	}
	return testOps[t.args[i+1]] == testBinary
}

func (t *tester) orExpr(tok testToken) bool {
	res := false
	for {
		if t.andExpr(tok) {
			res = true
		}
		if t.msg != "" || t.lex(t.pos+1) != testOr {
			return res
		}
		t.pos += 2
		tok = t.lex(t.pos)
	}
}

func (t *tester) andExpr(tok testToken) bool {
	res := true
	for {
		if !t.notExpr(tok) {
			res = false
		}
		if t.msg != "" || t.lex(t.pos+1) != testAnd {
			return res
		}
		t.pos += 2
		tok = t.lex(t.pos)
	}
}

func (t *tester) notExpr(tok testToken) bool {
	if tok != testNot {
		return t.primary(tok)
	}
	tok = t.lex(t.pos + 1)
	if tok != testEOI {
		t.pos++
	}
	return !t.notExpr(tok)
}

func (t *tester) primary(tok testToken) bool {
	switch tok {
	case testEOI:
		return false
	case testOpen:
		t.pos++
		inner := t.lex(t.pos)
		if inner == testClose {
			return false
		}
		res := t.orExpr(inner)
		t.pos++
		if t.msg == "" && t.lex(t.pos) != testClose {
			return t.fail("", "closing paren expected")
		}
		return res
	case testUnary:
		op := t.op
		t.pos++
		if !t.at(t.pos) {
			return t.fail(op, "argument expected")
		}
		return t.unary(op, t.args[t.pos])
	}
	if t.lex(t.pos+1) == testBinary {
		return t.binary()
	}
	return t.args[t.pos] != ""
}

func (t *tester) unary(op, arg string) bool {
	switch op {
	case "-z":
		return arg == ""
	case "-n":
		return arg != ""
	case "-t":
		n := t.number(arg)
		return n >= 0 && n <= 2 && isTerminal(t.s.fds[n].file)
	}
	if arg == "" {
		return false
	}
	path := t.s.path(arg)
	switch op {
	case "-r":
		return unix.Faccessat(unix.AT_FDCWD, path, 4, unix.AT_EACCESS) == nil
	case "-w":
		return unix.Faccessat(unix.AT_FDCWD, path, 2, unix.AT_EACCESS) == nil
	case "-x":
		return unix.Faccessat(unix.AT_FDCWD, path, 1, unix.AT_EACCESS) == nil
	}
	var st syscall.Stat_t
	if op == "-h" || op == "-L" {
		return syscall.Lstat(path, &st) == nil && st.Mode&syscall.S_IFMT == syscall.S_IFLNK
	}
	if syscall.Stat(path, &st) != nil {
		return false
	}
	kind := st.Mode & syscall.S_IFMT
	switch op {
	case "-e":
		return true
	case "-f":
		return kind == syscall.S_IFREG
	case "-d":
		return kind == syscall.S_IFDIR
	case "-c":
		return kind == syscall.S_IFCHR
	case "-b":
		return kind == syscall.S_IFBLK
	case "-p":
		return kind == syscall.S_IFIFO
	case "-S":
		return kind == syscall.S_IFSOCK
	case "-u":
		return st.Mode&syscall.S_ISUID != 0
	case "-g":
		return st.Mode&syscall.S_ISGID != 0
	case "-k":
		return st.Mode&syscall.S_ISVTX != 0
	case "-s":
		return st.Size != 0
	case "-O":
		return int(st.Uid) == syscall.Geteuid()
	case "-G":
		return int(st.Gid) == syscall.Getegid()
	}
	return false
}

func (t *tester) binary() bool {
	left := t.args[t.pos]
	t.pos++
	op := t.args[t.pos]
	t.pos++
	if !t.at(t.pos) {
		return t.fail(op, "argument expected")
	}
	right := t.args[t.pos]
	switch op {
	case "=":
		return left == right
	case "!=":
		return left != right
	case "<":
		return left < right
	case ">":
		return left > right
	case "-nt", "-ot", "-ef":
		return t.compareFiles(op, left, right)
	}
	a := t.number(left)
	if t.msg != "" {
		return false
	}
	b := t.number(right)
	if t.msg != "" {
		return false
	}
	switch op {
	case "-eq":
		return a == b
	case "-ne":
		return a != b
	case "-ge":
		return a >= b
	case "-gt":
		return a > b
	case "-le":
		return a <= b
	}
	return a < b // -lt
}

// number reads a decimal integer with blanks around it.
func (t *tester) number(arg string) int64 {
	digits := strings.TrimLeft(arg, " \t\n\v\f\r")
	digits = strings.TrimRight(digits, " \t\n\v\f\r")
	sign, rest := int64(1), digits
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		if rest[0] == '-' {
			sign = -1
		}
		rest = rest[1:]
	}
	if rest == "" {
		t.fail("", "Illegal number: "+arg)
		return 0
	}
	var v uint64
	for i := 0; i < len(rest); i++ {
		if rest[i] < '0' || rest[i] > '9' {
			t.fail("", "Illegal number: "+arg)
			return 0
		}
		v = v*10 + uint64(rest[i]-'0')
		if v > math.MaxInt64 {
			t.fail("", "Illegal number: "+arg)
			return 0
		}
	}
	return sign * int64(v)
}

func (t *tester) compareFiles(op, a, b string) bool {
	var x, y syscall.Stat_t
	t.s.odd("the order of dates")
	if a == "" || b == "" || syscall.Stat(t.s.path(a), &x) != nil || syscall.Stat(t.s.path(b), &y) != nil {
		return false
	}
	switch op {
	case "-ef":
		return x.Dev == y.Dev && x.Ino == y.Ino
	case "-nt":
		return x.Mtim.Sec > y.Mtim.Sec || x.Mtim.Sec == y.Mtim.Sec && x.Mtim.Nsec > y.Mtim.Nsec
	}
	return x.Mtim.Sec < y.Mtim.Sec || x.Mtim.Sec == y.Mtim.Sec && x.Mtim.Nsec < y.Mtim.Nsec
}

func isTerminal(f *os.File) bool {
	if f == nil {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}
