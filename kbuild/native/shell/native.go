package shell

// Programs that run in this process. Every function here does the plain,
// successful case only and says so by returning true; for anything else (an
// option it does not know, a file that is missing, a directory where a file was
// expected) it returns false before it has written output, and the real program
// is started. What has been done by then is what the real one would do first,
// and all of it can be done twice.

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"gokbuild/depgraph/libc"
)

// call is one run of a native program.
type call struct {
	s    *state
	args []string // without the name
	path string
	env  environment
	// silent is set by a program that has told itself what ran.
	silent bool
}

type nativeProgram func(c *call) (Status, bool)

var nativePrograms = map[string]nativeProgram{
	"cat":   (*call).cat,
	"cmp":   (*call).cmp,
	"cp":    (*call).cp,
	"echo":  (*call).echo,
	"false": (*call).falseProgram,
	"head":  (*call).head,
	"ln":    (*call).ln,
	"mkdir": (*call).mkdir,
	"mv":    (*call).mv,
	"rm":    (*call).rm,
	"touch": (*call).touch,
	"true":  (*call).trueProgram,
	"uname": (*call).uname,
}

// runNative runs argv in this process if there is a replacement for file, or if
// file is a simple script.
func (s *state) runNative(env environment, file string, argv []string) (Status, bool) {
	if s.env.Native != nil {
		if f := s.env.Native(s.dir, file); f != nil {
			st, ok := f(s.ctx, &Call{
				Path: file, Argv: argv, Dir: s.dir, Environ: env.environ,
				Stdin: s.fds[0].file, Stdout: s.fds[1].stream(), Stderr: s.fds[2].stream(),
			})
			if ok {
				s.ran(file, argv)
				return st, true
			}
		}
	}
	// A preloaded library may change what programs do: under fakeroot rm also forgets who a file is said to belong to.
	if preload, _ := env.get("LD_PRELOAD"); s.env.NoBuiltinPrograms || preload != "" {
		return Status{}, false
	}
	dir, name := path.Split(file)
	if dir == "/bin/" || dir == "/usr/bin/" {
		if f := nativePrograms[name]; f != nil {
			c := &call{s: s, args: argv[1:], path: file, env: env}
			st, ok := f(c)
			if ok && !c.silent {
				s.ran(file, argv)
			}
			return st, ok
		}
	}
	return s.runScript(env, file, argv)
}

// ran tells the environment that a program ran in this process.
func (s *state) ran(file string, argv []string) {
	if s.env.Ran != nil {
		s.env.Ran(s.dir, file, argv)
	}
}

var done = Status{}

func (c *call) trueProgram() (Status, bool)  { return done, len(c.args) == 0 }
func (c *call) falseProgram() (Status, bool) { return Status{Code: 1}, len(c.args) == 0 }

// operands splits off one leading cluster of options made of letters in allowed.
// ok is false if there is any other option.
func (c *call) operands(allowed string) (opts string, rest []string, ok bool) {
	rest = c.args
	for len(rest) > 0 && len(rest[0]) > 1 && rest[0][0] == '-' {
		for _, o := range rest[0][1:] {
			if !strings.ContainsRune(allowed, o) {
				return "", nil, false
			}
		}
		opts += rest[0][1:]
		rest = rest[1:]
	}
	for _, a := range rest {
		if a == "" || a[0] == '-' {
			return "", nil, false
		}
	}
	return opts, rest, true
}

func (c *call) lstat(name string) (syscall.Stat_t, error) {
	var st syscall.Stat_t
	err := syscall.Lstat(c.s.path(name), &st)
	return st, err
}

func (c *call) stat(name string) (syscall.Stat_t, error) {
	var st syscall.Stat_t
	err := syscall.Stat(c.s.path(name), &st)
	return st, err
}

func isRegular(st syscall.Stat_t) bool { return st.Mode&syscall.S_IFMT == syscall.S_IFREG }
func isDir(st syscall.Stat_t) bool     { return st.Mode&syscall.S_IFMT == syscall.S_IFDIR }
func isLink(st syscall.Stat_t) bool    { return st.Mode&syscall.S_IFMT == syscall.S_IFLNK }

func (c *call) mkdir() (Status, bool) {
	opts, names, ok := c.operands("p")
	if !ok || len(names) == 0 {
		return done, false
	}
	for _, n := range names {
		if opts == "" {
			dir := c.s.path(n)
			if syscall.Mkdir(dir, 0o777) != nil {
				return done, false
			}
			c.made(dir)
			continue
		}
		// It is there afterwards, whatever was there before.
		dir := Resolve(c.s.dir, n)
		if os.MkdirAll(dir, 0o777) != nil {
			return done, false
		}
		c.made(dir)
	}
	return done, true
}

func (c *call) made(dir string) {
	if c.s.env.Made != nil {
		c.s.env.Made(dir)
	}
}

func (c *call) rm() (Status, bool) {
	opts, names, ok := c.operands("frR")
	if !ok || !strings.Contains(opts, "f") {
		return done, false // may ask questions
	}
	recursive := strings.ContainsAny(opts, "rR")
	for _, n := range names {
		if base := path.Base(n); strings.HasSuffix(n, "/") || base == "." || base == ".." {
			return done, false
		}
		full := c.s.path(n)
		err := syscall.Unlink(full)
		switch {
		case err == nil, err == syscall.ENOENT:
		case recursive:
			if os.RemoveAll(full) != nil {
				return done, false
			}
		default:
			return done, false
		}
	}
	return done, true
}

func (c *call) mv() (Status, bool) {
	opts, names, ok := c.operands("f")
	if !ok || len(names) != 2 || !c.replaceable(names[0], names[1]) {
		return done, false
	}
	if opts == "" {
		// Without -f mv may ask before it replaces a file that is not writable.
		if _, err := c.lstat(names[1]); err == nil && syscall.Access(c.s.path(names[1]), 2) != nil {
			return done, false
		}
	}
	return done, syscall.Rename(c.s.path(names[0]), c.s.path(names[1])) == nil
}

// replaceable: from is a plain file, and to is nothing or another plain file.
func (c *call) replaceable(from, to string) bool {
	if strings.HasSuffix(from, "/") || strings.HasSuffix(to, "/") {
		return false
	}
	src, err := c.lstat(from)
	if err != nil || !isRegular(src) {
		return false
	}
	dst, err := c.lstat(to)
	if err != nil {
		return err == syscall.ENOENT
	}
	return isRegular(dst) && (src.Dev != dst.Dev || src.Ino != dst.Ino)
}

func (c *call) cp() (Status, bool) {
	opts, names, ok := c.operands("f")
	if !ok || opts != "" || len(names) != 2 || !c.replaceable(names[0], names[1]) {
		return done, false
	}
	in, err := openBlocking(c.s.path(names[0]), os.O_RDONLY)
	if err != nil {
		return done, false
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil || info.Mode()&(os.ModeSetuid|os.ModeSetgid|os.ModeSticky) != 0 {
		return done, false
	}
	fd, err := syscall.Open(c.s.path(names[1]), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|syscall.O_CLOEXEC, uint32(info.Mode().Perm()))
	if err != nil {
		return done, false
	}
	out := os.NewFile(uintptr(fd), names[1])
	_, err = io.Copy(out, in)
	if e := out.Close(); err == nil {
		err = e
	}
	return done, err == nil
}

// openInput opens a file cat can read without surprises.
func (c *call) openInput(name string, out *os.File) (*os.File, bool) {
	// Even to open a fifo has an effect: it lets its writer go on.
	if st, err := c.stat(name); err != nil || !isRegular(st) {
		return nil, false
	}
	f, err := openBlocking(c.s.path(name), os.O_RDONLY|syscall.O_NONBLOCK)
	if err != nil {
		return nil, false
	}
	var in, to syscall.Stat_t
	if syscall.Fstat(int(f.Fd()), &in) != nil || !isRegular(in) {
		f.Close()
		return nil, false
	}
	if out != nil && syscall.Fstat(int(out.Fd()), &to) == nil && in.Dev == to.Dev && in.Ino == to.Ino {
		f.Close()
		return nil, false // "input file is output file"
	}
	return f, true
}

func (c *call) cat() (Status, bool) {
	_, names, ok := c.operands("")
	if !ok || len(names) > atStart {
		return done, false
	}
	var files []*os.File
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	for _, n := range names {
		f, ok := c.openInput(n, c.s.fds[1].file)
		if !ok {
			return done, false
		}
		files = append(files, f)
	}
	inputs := files
	if len(names) == 0 {
		in := c.s.fds[0].file
		if in == nil {
			return done, true
		}
		// A terminal, or a pipe of somebody else's, is not read in this process: it
		// could keep it from ending.
		var a, b syscall.Stat_t
		out := c.s.fds[1].file
		if syscall.Fstat(int(in.Fd()), &a) != nil || !isRegular(a) && !c.s.fds[0].pipe ||
			out != nil && syscall.Fstat(int(out.Fd()), &b) == nil && isRegular(a) && a.Dev == b.Dev && a.Ino == b.Ino {
			return done, false
		}
		inputs = []*os.File{in}
	}
	w := c.s.writer(1)
	buf := make([]byte, 64<<10)
	for _, f := range inputs {
		for {
			n, err := f.Read(buf)
			if n > 0 {
				if _, err := w.Write(buf[:n]); err != nil {
					return c.writeError("cat", err), true
				}
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				c.s.writeErr("cat: " + f.Name() + ": " + libc.Error(err) + "\n")
				return Status{Code: 1}, true
			}
		}
	}
	return done, true
}

func (c *call) writeError(name string, err error) Status {
	if errors.Is(err, syscall.EPIPE) {
		return Status{Signal: syscall.SIGPIPE}
	}
	c.s.writeErr(name + ": write error: " + libc.Error(err) + "\n")
	return Status{Code: 1}
}

func (c *call) cmp() (Status, bool) {
	opts, names, ok := c.operands("s")
	if !ok || len(names) != 2 {
		return done, false
	}
	a, ok := c.openInput(names[0], nil)
	if !ok {
		return done, false
	}
	defer a.Close()
	b, ok := c.openInput(names[1], nil)
	if !ok {
		return done, false
	}
	defer b.Close()
	same, err := sameContent(a, b)
	if err != nil {
		return done, false
	}
	if same {
		return done, true
	}
	return Status{Code: 1}, opts != "" // without -s the difference is described
}

func sameContent(a, b *os.File) (bool, error) {
	x, err := a.Stat()
	if err != nil {
		return false, err
	}
	y, err := b.Stat()
	if err != nil {
		return false, err
	}
	if x.Size() != y.Size() {
		return false, nil
	}
	size := min(x.Size()+1, 32<<10)
	p, q := make([]byte, size), make([]byte, size)
	for {
		n, err1 := io.ReadFull(a, p)
		m, err2 := io.ReadFull(b, q)
		if !bytes.Equal(p[:n], q[:m]) {
			return false, nil
		}
		if err1 == io.EOF || err1 == io.ErrUnexpectedEOF {
			return true, nil
		}
		if err1 != nil || err2 != nil {
			return false, errors.Join(err1, err2)
		}
	}
}

func (c *call) touch() (Status, bool) {
	opts, names, ok := c.operands("")
	if !ok || opts != "" || len(names) == 0 {
		return done, false
	}
	for _, n := range names {
		if strings.HasSuffix(n, "/") {
			return done, false
		}
		if st, err := c.stat(n); err == nil && !isRegular(st) {
			return done, false
		}
		f, err := openBlocking(c.s.path(n), os.O_WRONLY|os.O_CREATE|syscall.O_NONBLOCK|syscall.O_NOCTTY)
		if err != nil {
			return done, false
		}
		f.Close()
		now := unix.Timespec{Nsec: unix.UTIME_NOW}
		if unix.UtimesNanoAt(unix.AT_FDCWD, c.s.path(n), []unix.Timespec{now, now}, 0) != nil {
			return done, false
		}
	}
	return done, true
}

// ln makes symbolic links: with -s, and with -n and -f for one that is there.
func (c *call) ln() (Status, bool) {
	opts, names, ok := c.operands("fsn")
	if !ok || len(names) != 2 || !strings.Contains(opts, "s") || strings.HasSuffix(names[1], "/") {
		return done, false
	}
	target, link := names[0], names[1]
	old, err := c.lstat(link)
	if err == syscall.ENOENT {
		return done, syscall.Symlink(target, c.s.path(link)) == nil
	}
	if err != nil || !strings.Contains(opts, "f") {
		return done, false
	}
	if !isLink(old) && !isRegular(old) {
		return done, false
	}
	if st, err := c.stat(link); err == nil && isDir(st) && !strings.Contains(opts, "n") {
		return done, false // the link would be made inside
	}
	// Like the real one: a new link under another name, moved over the old.
	for range 8 {
		tmp := path.Join(path.Dir(c.s.path(link)), "Cu"+randomName())
		err := syscall.Symlink(target, tmp)
		if err == syscall.EEXIST {
			continue
		}
		if err != nil {
			return done, false
		}
		if syscall.Rename(tmp, c.s.path(link)) != nil {
			syscall.Unlink(tmp)
			return done, false
		}
		return done, true
	}
	return done, false
}

// head prints the first lines of what comes through a pipe of this pipeline.
func (c *call) head() (Status, bool) {
	if len(c.args) != 2 || c.args[0] != "-n" || !smallNumber(c.args[1]) || !c.s.fds[0].pipe {
		return done, false
	}
	want, _ := strconv.Atoi(c.args[1])
	w := c.s.writer(1)
	buf := make([]byte, 8<<10)
	for want > 0 {
		n, err := c.s.fds[0].file.Read(buf)
		end := 0
		for end < n && want > 0 {
			if buf[end] == '\n' {
				want--
			}
			end++
		}
		if _, err := w.Write(buf[:end]); err != nil {
			return c.writeError("head", err), true
		}
		if err != nil {
			break
		}
	}
	return done, true
}

// echo is the program, not the builtin: make executes it directly, and it knows
// no escapes unless an option says so.
func (c *call) echo() (Status, bool) {
	if len(c.args) > 0 && strings.HasPrefix(c.args[0], "-") {
		return done, false
	}
	if _, err := io.WriteString(c.s.writer(1), strings.Join(c.args, " ")+"\n"); err != nil {
		return c.writeError("echo", err), true
	}
	return done, true
}

func (c *call) uname() (Status, bool) {
	var u unix.Utsname
	if len(c.args) != 1 || unix.Uname(&u) != nil {
		return done, false
	}
	var text []byte
	switch c.args[0] {
	case "-m":
		text = u.Machine[:]
	case "-r":
		text = u.Release[:]
	case "-s":
		text = u.Sysname[:]
	case "-n":
		text = u.Nodename[:]
	default:
		return done, false
	}
	line := unix.ByteSliceToString(text) + "\n"
	if _, err := io.WriteString(c.s.writer(1), line); err != nil {
		return c.writeError("uname", err), true
	}
	return done, true
}
