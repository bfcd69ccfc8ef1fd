package kbuild

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/lang/flags"
)

// memoryKey names the invocation: all that decides it but for files. How many jobs may run and where the job server is
// does not, nor do variables that tell one terminal from another.
func (inv *Invocation) memoryKey() memory.Key {
	parts := []string{"make", inv.profile.Version, strings.Join(inv.flags.NoNative, ","), strconv.FormatBool(inv.flags.ByDate), strconv.FormatBool(inv.flags.AcceptMixed),
		inv.dir, inv.call.Dir}
	if inv.parent == nil {
		parts = append(parts, terminalText(inv.session.terminals[0]), terminalText(inv.session.terminals[1]), itoa(os.Geteuid()))
	}
	parts = append(append(parts, inv.shellsPWD()), inv.ownWindow()...)
	argv := withoutJobs(inv.call.Argv)
	parts = append(append(parts, inv.parallelText(), itoa(len(argv))), argv...)
	return memory.NewKey(append(parts, decisiveEnv(inv.call.Env, inv.call.Dir)...)...)
}

// parallelText tells whether jobs run side by side: makefiles see it in MAKEFLAGS. How many they are does not count.
func (inv *Invocation) parallelText() string {
	switch {
	case inv.flags.JobserverAuth != "":
		return "jobserver"
	case inv.flags.Jobs == flags.JobsUnset:
		return ""
	case inv.flags.Jobs == 1:
		return "-j1"
	}
	return "-j"
}

func terminalText(f *os.File) string {
	if f == nil {
		return ""
	}
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return ""
	}
	const null = 1<<8 | 3 // /dev/null
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && sys.Rdev == null {
		return ""
	}
	return "terminal"
}

// withoutJobs drops the options that decide how, not what, is made.
func withoutJobs(argv []string) []string {
	out := make([]string, 0, len(argv))
	for i := 0; i < len(argv); i++ {
		a := argv[i]
		switch {
		case a == "--":
			return append(out, argv[i:]...)
		case a == "-j" || a == "--jobs":
			if i+1 < len(argv) && isNumber(argv[i+1]) {
				i++
			}
		case strings.HasPrefix(a, "-j") && isNumber(a[2:]), strings.HasPrefix(a, "--jobs="),
			strings.HasPrefix(a, "--jobserver-"), strings.HasPrefix(a, "--sync-mutex="),
			a == "--stats", a == "--explain", a == "--no-wait", a == "--replay-warnings", strings.HasPrefix(a, "--why="):
		default:
			out = append(out, a)
		}
	}
	return out
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789.") == "" }

// windowVariables differ from one terminal, editor, login or call to the next and say nothing about what is built. Runs of
// makefiles that look at one of them are remembered for the value it had.
var windowVariables = setOf(`
	_ SHLVL OLDPWD COLUMNS LINES
	WINDOWID DISPLAY WAYLAND_DISPLAY XAUTHORITY SESSION_MANAGER DESKTOP_STARTUP_ID XDG_ACTIVATION_TOKEN GIO_LAUNCHED_DESKTOP_FILE
	GIO_LAUNCHED_DESKTOP_FILE_PID XDG_SESSION_ID XDG_VTNR XDG_SEAT DBUS_SESSION_BUS_ADDRESS
	SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK SSH_AGENT_PID GPG_TTY
	INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID MANAGERPID MEMORY_PRESSURE_WATCH MEMORY_PRESSURE_WRITE
	WINDOW STY TMUX TMUX_PANE ZELLIJ ZELLIJ_PANE_ID ZELLIJ_SESSION_NAME
	TERM_PROGRAM TERM_PROGRAM_VERSION TERM_SESSION_ID SHELL_SESSION_ID LC_TERMINAL LC_TERMINAL_VERSION VTE_VERSION
	GNOME_TERMINAL_SCREEN GNOME_TERMINAL_SERVICE KONSOLE_DBUS_SERVICE KONSOLE_DBUS_SESSION KONSOLE_DBUS_WINDOW KONSOLE_VERSION
	KITTY_WINDOW_ID KITTY_PID KITTY_PUBLIC_KEY KITTY_LISTEN_ON ALACRITTY_WINDOW_ID ALACRITTY_LOG ALACRITTY_SOCKET
	WEZTERM_PANE WEZTERM_UNIX_SOCKET ITERM_SESSION_ID TILIX_ID TERMINATOR_UUID TERMINATOR_DBUS_NAME TERMINATOR_DBUS_PATH WT_SESSION WT_PROFILE_ID
	VSCODE_CWD VSCODE_PID VSCODE_INJECTION VSCODE_IPC_HOOK_CLI VSCODE_GIT_IPC_HANDLE VSCODE_GIT_ASKPASS_NODE VSCODE_GIT_ASKPASS_MAIN
	VSCODE_GIT_ASKPASS_EXTRA_ARGS INSIDE_EMACS VIM VIMRUNTIME MYVIMRC NVIM NVIM_LISTEN_ADDRESS NVIM_LOG_FILE
	MAKE_TERMOUT MAKE_TERMERR
	GOKBUILD_STATS GOKBUILD_EXPLAIN GOKBUILD_WHY GOKBUILD_REPLAY_WARNINGS GOKBUILD_CPUPROFILE`)

func setOf(names string) map[string]bool {
	set := make(map[string]bool)
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// watched reports whether a variable of the environment is no part of the invocation's key.
func watched(name string) bool { return windowVariables[name] || name == "PWD" }

// shellsPWD returns the value of PWD if it is not what the first make found: a shell has set it to where it called this make, or one above.
func (inv *Invocation) shellsPWD() string {
	pwd := inv.env["PWD"]
	if inv.parent == nil || inv.session.memory.Environ["PWD="+pwd] {
		return ""
	}
	return pwd
}

// uses notes that a makefile uses a variable that is no part of the key. All makes get it from the environment of the first.
// Defined tells whether it is there.
func (inv *Invocation) uses(name string, defined bool) {
	if !defined && !watched(name) || name == "PWD" && inv.shellsPWD() != "" {
		return // the key tells
	}
	setting := name
	if defined {
		setting += "=" + inv.env[name]
	}
	// Make itself sets MAKE_TERMOUT and its like for the makes below.
	if !inv.session.memory.Environ[setting] || !defined && strings.HasPrefix(name, "MAKE_") {
		inv.rec.unprove("a makefile uses $(" + name + ")")
		return
	}
	inv.rec.mu.Lock()
	defer inv.rec.mu.Unlock()
	if !slices.Contains(inv.rec.vars, setting) {
		inv.rec.vars = append(inv.rec.vars, setting)
		slices.Sort(inv.rec.vars)
	}
}

// ownWindow lists the variables of the window that a make above has set in another way than the first make got them.
func (inv *Invocation) ownWindow() (own []string) {
	if inv.parent == nil {
		return nil
	}
	for _, name := range windowNames {
		value, set := inv.env[name]
		if setting := name + "=" + value; set && !inv.session.memory.Environ[setting] {
			own = append(own, setting)
		} else if !set && !inv.session.memory.Environ[name] {
			own = append(own, name)
		}
	}
	return own
}

// windowNames are those of windowVariables that are not make's own, in order.
var windowNames = slices.DeleteFunc(slices.Sorted(maps.Keys(windowVariables)), func(name string) bool {
	return strings.HasPrefix(name, "MAKE_") || strings.HasPrefix(name, "GOKBUILD_")
})

// decisiveEnv is the part of an environment that may decide what is done in a directory. PWD is where the user typed the
// command, which shells look at only if it is another name of their own directory.
func decisiveEnv(env []string, dir string) []string {
	out := make([]string, 0, len(env))
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if windowVariables[name] || name == "PWD" && !otherName(value, dir) {
			continue
		}
		if name == "MAKEFLAGS" || name == "MFLAGS" {
			options, variables, found := strings.Cut(" "+value, " -- ")
			e = name + "=" + strings.Join(withoutJobs(strings.Fields(options)), " ")
			if found {
				e += " -- " + variables
			}
		}
		out = append(out, e)
	}
	return out
}

func otherName(name, dir string) bool {
	if name == dir {
		return false
	}
	a, err1 := os.Stat(name)
	b, err2 := os.Stat(dir)
	return err1 == nil && err2 == nil && os.SameFile(a, b)
}
