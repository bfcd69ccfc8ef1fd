package remember

// This file names makes and commands: a key holds all that decides them but for files.

import (
	"encoding/binary"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"gokbuild/depgraph/memory"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/setting"
)

// makeKey names a make. How many jobs may run and where the job server is decides nothing, nor do variables that tell one
// terminal from another.
func (m *Memory) makeKey(mk *setting.Make) memory.Key {
	parts := []string{"make", inheritedKey(), mk.Profile.Version, strings.Join(mk.Flags.NoNative, ","), strconv.FormatBool(mk.Flags.ByDate),
		strconv.FormatBool(mk.Flags.AcceptMixed),
		mk.Dir, mk.Call.Dir}
	if mk.Parent == nil {
		parts = append(parts, terminalText(mk.Terminals[0]), terminalText(mk.Terminals[1]), strconv.Itoa(os.Geteuid()))
	}
	parts = append(append(parts, m.shellsPWD(mk)), m.ownWindow(mk)...)
	argv := withoutJobs(mk.Call.Argv)
	parts = append(append(parts, parallelText(mk.Flags), strconv.Itoa(len(argv))), argv...)
	return memory.NewKey(append(parts, decisiveEnv(mk.Call.Env, mk.Call.Dir)...)...)
}

// commandKey names a command. The answer to $(shell) is kept apart from what a recipe does.
func commandKey(mk *setting.Make, use event.Use, argv, env []string) memory.Key {
	parts := append([]string{"command", useText(use), mk.Dir, inheritedKey(), terminalText(mk.Call.Stdout), terminalText(mk.Call.Stderr),
		strconv.Itoa(len(argv))}, argv...)
	return memory.NewKey(append(parts, decisiveEnv(env, mk.Dir)...)...)
}

// cheapKey names a command without its environment.
func cheapKey(mk *setting.Make, use event.Use, argv []string) memory.Key {
	return memory.NewKey(append([]string{"line", useText(use), mk.Dir}, argv...)...)
}

func useText(use event.Use) string {
	if use == event.ShellFunc {
		return "$(shell)"
	}
	return ""
}

func terminalText(f *os.File) string {
	if setting.IsTerminal(f) {
		return "terminal"
	}
	return ""
}

// shellsPWD returns the value of PWD if it is not what the first make found: a shell has set it to where it called this
// make, or one above.
func (m *Memory) shellsPWD(mk *setting.Make) string {
	pwd := mk.Env["PWD"]
	if mk.Parent == nil || m.Environ["PWD="+pwd] {
		return ""
	}
	return pwd
}

// ownWindow lists the variables of the window that a make above has set in another way than the first make got them.
func (m *Memory) ownWindow(mk *setting.Make) (own []string) {
	if mk.Parent == nil {
		return nil
	}
	for _, name := range windowNames {
		value, set := mk.Env[name]
		if setting := name + "=" + value; set && !m.Environ[setting] {
			own = append(own, setting)
		} else if !set && !m.Environ[name] {
			own = append(own, name)
		}
	}
	return own
}

// told stands for what a recipe with the given environment tells the makes that it calls.
func told(env []string, dir string) uint64 {
	key := memory.NewKey(decisiveEnv(env, dir)...)
	return max(1, binary.LittleEndian.Uint64(key[:]))
}

// parallelText tells whether jobs run side by side: makefiles see it in MAKEFLAGS. How many they are does not count.
func parallelText(f *flags.Flags) string {
	switch {
	case f.JobserverAuth != "":
		return "jobserver"
	case f.Jobs == flags.JobsUnset:
		return ""
	case f.Jobs == 1:
		return "-j1"
	}
	return "-j"
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
