//go:build linux && (amd64 || arm64)

package trace

// Where the text comes from that an interpreter is given: a shell without an operand reads it from standard input, and
// so does `awk -f -`. What arrives through a pipe is not seen (texts.go), so it proves nothing.

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// givenText looks at where a program that has just been executed gets its text from, if it is an interpreter that was called
// by its own name.
func (t *tracer) givenText(k *task, argv []string) {
	var (
		p     = &k.proc.program
		files []string
		to    = &t.shell
	)
	switch {
	case len(argv) == 0:
		return
	case shells.Has(p.name):
		files = shellText(argv[1:])
	case awks.Has(p.name):
		files, to = awkTexts(argv[1:]), &t.awk
	}
	for _, file := range files {
		if fd, ok := descriptor(file); ok {
			t.textFrom(k, fd, to)
		}
	}
}

// textFrom reads the text that a descriptor leads to. The file may be gone when the command has ended.
func (t *tracer) textFrom(k *task, fd uint64, to *strings.Builder) {
	var st unix.Stat_t
	if err := unix.Stat(k.fdLink(fd), &st); err != nil || keyOf(&st).constant() || t.given(k, fd) {
		return // nothing, or what is seen when it is read
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		t.impure("%s gets its text from a pipe", k.proc.program.describe())
		return
	}
	t.read(to, map[string]bool{k.fdLink(fd): true})
}

// descriptor recognises the names of a process's own descriptors. "-" is standard input.
func descriptor(name string) (fd uint64, ok bool) {
	if name == "-" || name == "/dev/stdin" {
		return 0, true
	}
	for _, dir := range []string{"/dev/fd/", "/proc/self/fd/"} {
		if number, ok := strings.CutPrefix(name, dir); ok {
			fd, err := strconv.ParseUint(number, 10, 31)
			return fd, err == nil
		}
	}
	return 0, false
}

// shellText is what a shell with these arguments reads its commands from, see sh(1) and bash(1): none if they are an
// argument.
func shellText(args []string) []string {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "-" || arg == "--":
			return append(args, "-")[:1]
		case arg == "--version" || arg == "--help":
			return nil
		case arg == "--rcfile" || arg == "--init-file":
			args = args[min(1, len(args)):]
		case strings.HasPrefix(arg, "--"):
		case strings.HasPrefix(arg, "-") || strings.HasPrefix(arg, "+"):
			if arg[0] == '-' && strings.Contains(arg, "s") {
				return []string{"-"}
			}
			if arg[0] == '-' && strings.Contains(arg, "c") {
				return nil
			}
			args = args[min(strings.Count(arg, "o")+strings.Count(arg, "O"), len(args)):]
		default:
			return []string{arg}
		}
	}
	return []string{"-"}
}

// awkTexts are the files that an awk with these arguments reads its program from: -f, gawk's -E and -i, and their long
// names, which may be cut short.
func awkTexts(args []string) []string {
	var files []string
	for i, arg := range args {
		option, value, joined := arg, "", false
		switch {
		case arg == "--":
			return files
		case strings.HasPrefix(arg, "--"):
			option, value, joined = strings.Cut(arg, "=")
			option = option[1:min(3, len(option))]
		case strings.HasPrefix(arg, "-") && len(arg) > 2:
			option, value, joined = arg[:2], arg[2:], true
		}
		if option != "-f" && option != "-E" && option != "-e" && option != "-i" {
			continue
		}
		if !joined && i+1 < len(args) {
			value = args[i+1]
		}
		files = append(files, value)
	}
	return files
}
