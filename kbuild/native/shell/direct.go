package shell

// The lines that make runs without any shell. GNU make looks for characters and
// command words that need one; what is left it splits into words itself and
// executes. There is a difference to be seen: no PWD is added to the
// environment, `echo` is the program and not the builtin, and the message about
// a missing program is make's.

import (
	"context"
	"strings"
	"syscall"

	"gokbuild/depgraph/libc"

	"gokbuild/depgraph/pattern"
)

// directSpecial are the characters for which make starts a shell, outside single
// quotes.
const directSpecial = "#;\"*?[]&|<>(){}$`^~!"

// directWords are the command names for which make starts a shell.
var directWords = pattern.NewWords(`. : alias bg break case cd command continue eval exec exit export fc fg
	for getopts hash if jobs login logout read readonly return set shift test times trap type ulimit
	umask unalias unset wait while`)

// Direct decides as make does whether line runs without a shell, and gives its
// words. A line without words gives no words and true: nothing is run. It
// presumes the default SHELL and .SHELLFLAGS, an IFS that is unset or usual, and
// no .ONESHELL.
func Direct(line string) (argv []string, ok bool) {
	var word []byte
	inWord := false     // a word has begun, perhaps an empty quoted one
	sawCommand := false // a word without "=" is complete
	hasEquals := false  // in the current word
	endWord := func() bool {
		argv = append(argv, string(word))
		if hasEquals && !sawCommand {
			return false
		}
		sawCommand = sawCommand || !hasEquals
		hasEquals = false
		word, inWord = word[:0], false
		return len(argv) != 1 || !directWords.Has(argv[0])
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case strings.IndexByte(directSpecial, c) >= 0:
			return nil, false
		case c == '=' && !sawCommand:
			return nil, false
		case c == '=':
			hasEquals, inWord = true, true
			word = append(word, c)
		case c == '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				return nil, false
			}
			word = append(word, line[i+1:i+1+end]...)
			inWord = true
			i += end + 1
		case c == '\\' && i+1 < len(line) && line[i+1] == '\n':
			i++
			if !inWord {
				for i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t') {
					i++
				}
			}
		case c == '\\':
			if i+1 < len(line) {
				i++
				word = append(word, line[i])
				inWord = true
			}
		case c == ' ' || c == '\t':
			if !inWord && len(argv) == 0 {
				continue // make has taken leading blanks off already
			}
			if inWord && !endWord() {
				return nil, false
			}
		default:
			word = append(word, c)
			inWord = true
		}
	}
	if inWord && !endWord() {
		return nil, false
	}
	return argv, true
}

// Command makes a program of words that make executes itself.
func Command(argv []string) *Program {
	return &Program{direct: argv, arg0: "make", need: atStart}
}

// ExecError is why a program could not be executed directly. make prints its
// text behind its own name and takes the status as 127.
type ExecError struct {
	Name  string
	Errno syscall.Errno
}

func (e *ExecError) Error() string { return e.Name + ": " + libc.Errno(e.Errno) }
func (e *ExecError) Unwrap() error { return e.Errno }

// runDirect executes argv with the environment as it is.
func (s *state) runDirect(argv []string) (Status, error) {
	if len(argv) == 0 {
		return Status{}, nil
	}
	if err := s.ctx.Err(); err != nil {
		return Status{Signal: interruptSignal(s.ctx)}, context.Cause(s.ctx)
	}
	file := argv[0]
	if !strings.Contains(file, "/") {
		list, ok := s.vars.from.get("PATH")
		if !ok {
			list = "/bin:/usr/bin"
		}
		found, err := s.lookPath(list, file)
		if err != nil {
			errno, _ := err.(syscall.Errno)
			return Status{Code: 127}, &ExecError{argv[0], errno}
		}
		file = found
	}
	if st, ok := s.runNative(s.vars.from, file, argv); ok {
		return st, s.err
	}
	p := &Process{
		Path: file, Argv: argv, Env: s.vars.from.environ(), Dir: s.dir,
		Stdin: s.fds[0].file, Stdout: s.fds[1].file, Stderr: s.fds[2].file,
	}
	finish, err := s.collect(p)
	if err != nil {
		return Status{Code: 127}, err
	}
	st, err := s.startProcess(p)
	finish()
	if err == nil {
		if s.ctx.Err() != nil {
			return Status{Signal: interruptSignal(s.ctx)}, context.Cause(s.ctx)
		}
		return st, nil
	}
	if errno, ok := underlyingErrno(err); ok {
		return Status{Code: 127}, &ExecError{argv[0], errno}
	}
	return Status{Code: 127}, err
}
