package forms

// This file knows the small tools: those of coreutils, awk, compressors.

import (
	"os"
	"path"
	"strings"
)

// operands is the form of programs that change every file they are given: chmod takes its mode first.
func operands(c *Command, args []string) (files []string, ok bool) {
	_, files, ok = split(args, "acfiv", "", "--append")
	if ok && path.Base(c.Path) == "chmod" && len(files) > 0 {
		files = files[1:]
	}
	return files, ok
}

// lastOperand is the form of programs that change the last file they are given, in place.
func lastOperand(c *Command, args []string) (files []string, ok bool) {
	if n := len(args); n > 0 && !strings.HasPrefix(args[n-1], "-") {
		return args[n-1:], true
	}
	return nil, false
}

// into lists where cp and ln put their sources: the last operand, or files below it if it is a directory.
func into(c *Command, operands []string) (files []string, ok bool) {
	if len(operands) < 2 {
		return nil, false
	}
	to := operands[len(operands)-1]
	full := to
	if !path.IsAbs(full) {
		full = c.Dir + "/" + full
	}
	st, err := os.Stat(full)
	if err != nil || !st.IsDir() {
		return []string{to}, len(operands) == 2
	}
	for _, from := range operands[:len(operands)-1] {
		files = append(files, strings.TrimSuffix(to, "/")+"/"+path.Base(from))
	}
	return files, true
}

func copies(c *Command, args []string) (files []string, ok bool) {
	_, operands, ok := split(args, "fipuvLPd", "", "--preserve", "--force", "--update")
	if !ok {
		return nil, false
	}
	return into(c, operands)
}

// moves is mv of one file. Once it ran it cannot be told whether its last operand was a directory before, so a directory is
// not known.
func moves(c *Command, args []string) (files []string, ok bool) {
	_, operands, ok := split(args, "finuvT", "", "--force")
	if !ok || len(operands) != 2 {
		return nil, false
	}
	files, ok = into(c, operands)
	return append(files, operands[0]), ok && files[0] == operands[1]
}

func links(c *Command, args []string) (files []string, ok bool) {
	opts, operands, ok := split(args, "fisnvrT", "", "--symbolic", "--force", "--no-dereference", "--relative")
	switch {
	case !ok:
		return nil, false
	case len(operands) == 1:
		return []string{path.Base(operands[0])}, true
	case contains(opts, "-n") || contains(opts, "-T") || contains(opts, "--no-dereference"):
		return operands[len(operands)-1:], len(operands) == 2
	}
	return into(c, operands)
}

func touches(c *Command, args []string) (files []string, ok bool) {
	_, files, ok = split(args, "acmhf", "drt", "--no-create", "--date", "--reference")
	return files, ok
}

func removes(c *Command, args []string) (files []string, ok bool) {
	_, files, ok = split(args, "fiv", "", "--force")
	return files, ok
}

func sorts(c *Command, args []string) (files []string, ok bool) {
	for _, a := range args {
		if strings.HasPrefix(a, "-o") || strings.HasPrefix(a, "--") {
			return nil, false
		}
	}
	return nil, true
}

// compresses is the form of compressors that write to standard output: what they make of files in place is not known.
func compresses(c *Command, args []string) (files []string, ok bool) {
	stdout, operands := false, 0
	for _, a := range args {
		switch {
		case a == "--stdout" || a == "--to-stdout":
			stdout = true
		case strings.HasPrefix(a, "--"):
		case strings.HasPrefix(a, "-"):
			stdout = stdout || strings.Contains(a, "c")
		default:
			operands++
		}
	}
	return nil, stdout || operands == 0
}

// awk is known if its program is in the line and neither writes to files nor runs anything.
func awk(c *Command, args []string) (files []string, ok bool) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-v" || a == "-F":
			i++
		case strings.HasPrefix(a, "-v"), strings.HasPrefix(a, "-F"):
		case strings.HasPrefix(a, "-"):
			return nil, false
		default:
			a = strings.ReplaceAll(a, `| "cat 1>&2"`, "") // how awk prints to standard error
			return nil, !strings.ContainsAny(a, ">|@") && !strings.Contains(a, "system") && !strings.Contains(a, "close")
		}
	}
	return nil, false
}
