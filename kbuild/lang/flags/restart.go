package flags

// This file writes the command line of a make that starts again because a makefile was remade.

import "strings"

// RestartArgs is the command line as make would run itself again with: names of
// makefiles as they turned out. stdin is the name of the copy of the one that came from standard input, if one did.
func (f *Flags) RestartArgs(args []string, stdin string) []string {
	files := f.Makefiles
	names := f.profile.TempDirChecked
	next := func() (name string, fromStdin bool) {
		if len(files) > 0 {
			name, files = files[0], files[1:]
		}
		return name, name != "" && name == stdin
	}
	out := []string{args[0]}
	for i := 1; i < len(args); i++ {
		a := args[i]
		if !names {
			// Only -f is looked for.
			switch {
			case a == "-f":
				name, _ := next()
				out = append(out, a, name)
				i++
			case strings.HasPrefix(a, "-f"):
				name, _ := next()
				out = append(out, "-f"+name)
			default:
				out = append(out, a)
			}
			continue
		}
		switch {
		case !strings.HasPrefix(a, "-"):
			out = append(out, a)
		case strings.HasPrefix(a, "--"):
			if a == "--file" || a == "--makefile" {
				i++
			} else if !strings.HasPrefix(a, "--file=") && !strings.HasPrefix(a, "--makefile=") {
				out = append(out, a)
				continue
			}
			if name, fromStdin := next(); fromStdin {
				out = append(out, "--temp-stdin="+name)
			} else {
				out = append(out, "-f"+name)
			}
		default:
			at := strings.IndexByte(a, 'f')
			if at < 0 {
				out = append(out, a)
				continue
			}
			last := at == len(a)-1
			if last {
				i++
			}
			name, fromStdin := next()
			switch {
			case fromStdin && at > 1:
				out = append(out, a[:at], "--temp-stdin="+name)
			case fromStdin:
				out = append(out, "--temp-stdin="+name)
			case last:
				out = append(out, a, name)
			default:
				out = append(out, a[:at+1]+name)
			}
		}
	}
	if !names && stdin != "" {
		out = append(out, "-o"+stdin)
	}
	return out
}
