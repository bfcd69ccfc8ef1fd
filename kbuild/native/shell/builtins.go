package shell

// This file has the builtins of the shell.

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"syscall"
)

// out writes what a builtin prints in one piece, and gives the builtin's status.
func (s *state) out(name, text string, status int) int {
	if text == "" {
		return status
	}
	_, err := io.WriteString(s.writer(1), text)
	if err == nil {
		return status
	}
	if errors.Is(err, syscall.EPIPE) {
		return s.die(syscall.SIGPIPE)
	}
	s.warn(name + ": " + name + ": I/O error")
	return status | 1
}

// die ends this shell process as if by a signal.
func (s *state) die(sig syscall.Signal) int {
	st := Status{Signal: sig}
	s.exiting, s.noExitTrap, s.final = true, true, &st
	return st.ExitCode()
}

// nullCommand is a command without a name: assignments and redirections.
func (s *state) nullCommand(n *simpleNode, _ []string) int {
	for _, a := range n.assigns {
		s.vars.set(a.name, s.expandString(a.value))
	}
	return s.subst
}

func (s *state) colon(*simpleNode, []string) int        { return 0 }
func (s *state) falseCommand(*simpleNode, []string) int { return 1 }

func (s *state) set(_ *simpleNode, argv []string) int {
	s.errexit = argv[1] == "-e"
	return 0
}

// setParams is `set -- words`.
func (s *state) setParams(_ *simpleNode, argv []string) int {
	s.params = argv[2:]
	return 0
}

func (s *state) exit(_ *simpleNode, argv []string) int {
	st := s.status
	if len(argv) > 1 {
		st, _ = strconv.Atoi(argv[1])
	}
	s.exiting = true
	return st
}

// exec runs a program in the shell's place. Without a program it only makes
// redirections permanent, which simple does.
func (s *state) exec(_ *simpleNode, argv []string) int {
	if len(argv) == 1 {
		return 0
	}
	argv = argv[1:]
	var st Status
	path := argv[0]
	if !strings.Contains(path, "/") {
		found, err := s.lookPath(s.vars.path(), path)
		if err != nil {
			s.warn("exec: " + path + ": " + execMessage(err))
			st.Code = execStatus(err)
			s.status, s.exiting = st.Code, true
			return st.Code
		}
		path = found
	}
	native, ok := s.runNative(s.vars, path, argv)
	if ok {
		st = native
	} else {
		st = s.start(s.vars, path, argv, "exec: ")
	}
	s.exiting, s.noExitTrap, s.final = true, true, &st
	return st.ExitCode()
}

func (s *state) pwd(*simpleNode, []string) int {
	return s.out("pwd", s.workingDir()+"\n", 0)
}

// cd follows dash's logical mode: `..` is taken off the name, not looked up.
func (s *state) cd(_ *simpleNode, argv []string) int {
	dest := argv[1]
	if v, ok := s.vars.get("CDPATH"); ok && v != "" && !cdAbsolute(dest) {
		return s.cdPath(dest, v)
	}
	if !s.changeDir(dest) {
		return s.warn("cd: can't cd to " + dest)
	}
	return 0
}

func cdAbsolute(dest string) bool {
	return strings.HasPrefix(dest, "/") || dest == "." || dest == ".." ||
		strings.HasPrefix(dest, "./") || strings.HasPrefix(dest, "../")
}

func (s *state) cdPath(dest, list string) int {
	for _, elem := range strings.Split(list, ":") {
		full := dest
		if elem != "" {
			full = elem + "/" + dest
		}
		var st syscall.Stat_t
		if syscall.Stat(s.path(full), &st) != nil || st.Mode&syscall.S_IFMT != syscall.S_IFDIR {
			continue
		}
		if !s.changeDir(full) {
			return s.warn("cd: can't cd to " + dest) // what follows is not tried
		}
		if elem != "" {
			return s.out("cd", s.curdir+"\n", 0)
		}
		return 0
	}
	if s.changeDir(dest) {
		return 0
	}
	return s.warn("cd: can't cd to " + dest)
}

func (s *state) changeDir(dest string) bool {
	old := s.workingDir()
	dir := logicalPath(old, dest)
	s.named(dir)
	var st syscall.Stat_t
	if syscall.Stat(dir, &st) != nil || st.Mode&syscall.S_IFMT != syscall.S_IFDIR || syscall.Access(dir, 1) != nil {
		return false
	}
	s.dir, s.curdir = physical(dir), dir
	s.vars.put("OLDPWD", variable{old, true})
	s.vars.put("PWD", variable{dir, true})
	return true
}

func logicalPath(cur, dest string) string {
	var parts []string
	if !strings.HasPrefix(dest, "/") {
		parts = strings.Split(cur, "/")
	}
	out := make([]string, 0, 16)
	for _, p := range append(parts, strings.Split(dest, "/")...) {
		switch p {
		case "", ".":
		case "..":
			if len(out) > 0 {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, p)
		}
	}
	return "/" + strings.Join(out, "/")
}

// commandV is `command -v name`.
func (s *state) commandV(_ *simpleNode, argv []string) int {
	name := argv[1]
	if dashBuiltins.Has(name) || reservedWords.Has(name) {
		return s.out("command", name+"\n", 0)
	}
	if strings.Contains(name, "/") {
		var st syscall.Stat_t
		if syscall.Stat(s.path(name), &st) != nil {
			return 127
		}
		return s.out("command", name+"\n", 0)
	}
	path, err := s.lookPath(s.vars.path(), name)
	if err != nil {
		return 127
	}
	return s.out("command", path+"\n", 0)
}

// echo interprets backslash escapes in all its arguments; -n is its one option.
func (s *state) echo(_ *simpleNode, argv []string) int {
	var b []byte
	args, end := argv[1:], "\n"
	if len(args) > 0 && args[0] == "-n" {
		args, end = args[1:], ""
	}
	for i, a := range args {
		if i > 0 {
			b = append(b, ' ')
		}
		var stop bool
		if b, stop = appendEscaped(b, a); stop {
			return s.out("echo", string(b), 0)
		}
	}
	b = append(b, end...)
	return s.out("echo", string(b), 0)
}

// appendEscaped interprets the escapes of echo and of printf's %b. stop is set
// by \c, after which nothing more is printed.
func appendEscaped(b []byte, a string) (out []byte, stop bool) {
	for i := 0; i < len(a); i++ {
		c := a[i]
		if c != '\\' {
			b = append(b, c)
			continue
		}
		if i+1 >= len(a) {
			b = append(b, '\\')
			break
		}
		i++
		switch c = a[i]; c {
		case 'c':
			return b, true
		case '0':
			// \0 and up to three octal digits
			n, digits := 0, 0
			for digits < 3 && i+1 < len(a) && a[i+1] >= '0' && a[i+1] <= '7' {
				n = n<<3 + int(a[i+1]-'0')
				i++
				digits++
			}
			b = append(b, byte(n))
		default:
			var used int
			c, used = escape(a[i:])
			b = append(b, c)
			i += used - 1
		}
	}
	return b, false
}

// escape reads one escape sequence after its backslash. used is 0 when the
// backslash stands for itself.
func escape(a string) (c byte, used int) {
	if a == "" {
		return '\\', 0
	}
	switch a[0] {
	case '\\':
		return '\\', 1
	case 'a':
		return 7, 1
	case 'b':
		return '\b', 1
	case 'e':
		return 0x1b, 1 // since 0.5.12; Parse refuses it where it can be seen
	case 'f':
		return '\f', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'v':
		return '\v', 1
	}
	n, digits := 0, 0
	for digits < 3 && digits < len(a) && a[digits] >= '0' && a[digits] <= '7' {
		n = n<<3 + int(a[digits]-'0')
		digits++
	}
	if digits == 0 {
		return '\\', 0
	}
	return byte(n), digits
}
