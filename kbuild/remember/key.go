package remember

// This file names makes and commands: a key holds all that decides them but for files.

import (
	"encoding/binary"
	"os"
	"slices"
	"strconv"
	"strings"

	"gokbuild/depgraph/memory"
	"gokbuild/depgraph/pattern"
	"gokbuild/kbuild/event"
	"gokbuild/kbuild/lang/flags"
	"gokbuild/kbuild/native/probe"
	"gokbuild/kbuild/setting"
)

// makeKey names a make. How many jobs may run and where the job server is decides nothing. What comes from the user's
// environment is no part of it, unless programs may look at it unseen; what makes above have set is. Needed are the
// conditions under which that is so.
func (m *Memory) makeKey(mk *setting.Make) (key memory.Key, needed []string) {
	parts := []string{"make", inheritedKey(), mk.Profile.Version, strings.Join(mk.Flags.NoNative, ","), strconv.FormatBool(mk.Flags.ByDate),
		strconv.FormatBool(mk.Flags.AcceptMixed),
		mk.Dir, mk.Call.Dir}
	if mk.Parent == nil {
		parts = append(parts, terminalText(mk.Terminals[0]), terminalText(mk.Terminals[1]), strconv.Itoa(os.Geteuid()))
	}
	parts = append(parts, m.shellsPWD(mk))
	argv := flags.Decisive(mk.Call.Argv)
	parts = append(append(parts, parallelText(mk.Flags), strconv.Itoa(len(argv))), argv...)
	own, needed := m.ownEnv(mk.Call.Env, mk.Call.Dir)
	return memory.NewKey(append(parts, own...)...), needed
}

// Words are all that decides a make but for files: its options, where it runs, what it inherits, its whole environment.
func Words(mk *setting.Make) []string {
	s := settingsOfMake(mk)
	words := []string{inheritedKey(), mk.Profile.Version, strings.Join(mk.Flags.NoNative, ","), strconv.FormatBool(mk.Flags.ByDate),
		strconv.FormatBool(mk.Flags.AcceptMixed), mk.Dir, mk.Call.Dir, terminalText(mk.Call.Stdout), terminalText(mk.Call.Stderr),
		strconv.Itoa(os.Geteuid()), s.condition(standardInput), s.condition(jobsSetting), parallelText(mk.Flags)}
	argv := flags.Decisive(mk.Call.Argv)
	return append(append(append(words, strconv.Itoa(len(argv))), argv...), Environ(mk.Call.Env)...)
}

// commandKey names a command. The answer to $(shell) is kept apart from what a recipe does.
func (m *Memory) commandKey(mk *setting.Make, use event.Use, argv, env []string) (key memory.Key, needed []string) {
	stdout, stderr := mk.Call.Stdout, mk.Call.Stderr
	if mk.Effects == setting.Settling {
		stdout, stderr = mk.Terminals[0], mk.Terminals[1] // the next run has these
	}
	parts := append([]string{"command", useText(use), mk.Dir, inheritedKey(), terminalText(stdout), terminalText(stderr),
		strconv.Itoa(len(argv))}, argv...)
	own, needed := m.ownEnv(env, mk.Dir)
	return memory.NewKey(append(parts, own...)...), needed
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
	if mk.Parent == nil || m.Environ.Is("PWD", pwd) {
		return ""
	}
	return pwd
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

// windowVariables differ from one terminal, editor, login or call to the next and say nothing about what is built.
var windowVariables = pattern.NewWords(`
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
	GOKBUILD_ACTION_CACHE GOKBUILD_CACHE_VERIFY GOKBUILD_CACHE_SIZE GOKBUILD_WHY_MISSED
	GOKBUILD_STATS GOKBUILD_EXPLAIN GOKBUILD_WHY GOKBUILD_REPLAY_WARNINGS GOKBUILD_CPUPROFILE
	GOKBUILD_MEMPROFILE`)

// unasked are variables that programs look at though no text names them, besides those of compilers and shells
// ([probe.Ambient]): they are in all keys, and so are those that begin like unaskedPrefixes.
var (
	unasked = pattern.NewWords(`HOME SHELL USER LOGNAME EMAIL TERM TERMINFO TERMINFO_DIRS TZ TZDIR MAIL MAILPATH PS1 PS2 FCEDIT HISTFILE HISTSIZE
		OPTIND OPTERR FUNCNEST ENV MAKEFILES MAKE MFLAGS MAKEFLAGS VPATH GPATH SUFFIXES HOSTNAME HOSTTYPE HOSTALIASES LOCALDOMAIN RES_OPTIONS
		BLOCK_SIZE BLOCKSIZE DF_BLOCK_SIZE DU_BLOCK_SIZE LS_BLOCK_SIZE LS_COLORS TIME_STYLE QUOTING_STYLE TABSIZE COLORTERM
		VERSION_CONTROL SIMPLE_BACKUP_SUFFIX GZIP BZIP BZIP2 LZOP XZ_OPT XZ_DEFAULTS M4 M4PATH PAGER LESS EDITOR VISUAL DIFF_OPTIONS
		XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_CACHE_HOME XDG_DATA_HOME SSH_ASKPASS YACC FLEX_TMP_DIR DEBUGINFOD_URLS COLS LPATH
		SSLKEYLOGFILE TAPE`)
	unaskedPrefixes = strings.Fields(`MAKE_ GNUMAKE GOKBUILD_ GIT_ ZSTD_ BISON_ YY BC_ DC_ AWK MAWK GAWK GCOV_ ASAN_ UBSAN_ LSAN_ TSAN_
		OMP_ GOMP_ PERL PYTHON FAKEROOT NSS_ RES_ GETCONF GMON_ SEGFAULT_ FLEX FIND_ GNU_ __GNU LIBCTF
		BINUTILS_ OPENSSL_ PRISTINE_ TAR_`)
)

// free reports whether a variable of the user's environment is in no key: it counts for those who looked at it.
func free(name string) bool {
	return windowVariables.Has(name) || name == "PWD" || isName(name) && !unasked.Has(name) && !probe.Ambient(name) &&
		!slices.ContainsFunc(unaskedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

func isName(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
	return s != "" && (s[0] < '0' || s[0] > '9') && strings.Trim(s, letters) == ""
}

// ownEnv is the part of an environment that names the work in a directory: what is not as the user has it, and what programs
// look at without being asked. Where a makefile gave another value to what the user has, it may have been passed on for that
// reason: needed are the conditions that the user has it.
func (m *Memory) ownEnv(env []string, dir string) (own, needed []string) {
	there := make(map[string]bool, len(env))
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		there[name] = true
		switch {
		case ofProcess(name), name == "PWD" && !setting.OtherName(value, dir):
			continue
		case ofFlags(name):
			e = flagsText(name, value)
		case name != "PWD" && free(name) && !m.twice[name]:
			users, given := m.Environ.Value(name)
			if given && users == value {
				continue
			}
			if given && !ofShells.Has(name) {
				needed = append(needed, name+"="+users)
			}
		}
		own = append(own, e)
	}
	for name, users := range m.Environ.All {
		if !there[name] && free(name) && name != "PWD" {
			own = append(own, "-"+name)
			if !ofShells.Has(name) {
				needed = append(needed, name+"="+users)
			}
		}
	}
	slices.Sort(own)
	return own, needed
}

// ofProcess are variables that this process, or make itself, has for itself.
func ofProcess(name string) bool {
	return windowVariables.Has(name) && (strings.HasPrefix(name, "MAKE_") || strings.HasPrefix(name, "GOKBUILD_"))
}

// ofShells are set by shells, whatever they got.
var ofShells = pattern.NewWords("_ SHLVL OLDPWD PWD")

// decisiveEnv is the part of an environment that may decide what is done in a directory, for all that is known. PWD is where the user typed the
// command, which shells look at only if it is another name of their own directory.
func decisiveEnv(env []string, dir string) []string {
	out := make([]string, 0, len(env))
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if windowVariables.Has(name) || name == "PWD" && !setting.OtherName(value, dir) {
			continue
		}
		if ofFlags(name) {
			e = flagsText(name, value)
		}
		out = append(out, e)
	}
	return out
}

// Environ is an environment as a program sees it of which it is not known what it looks at: all of it counts, but for how many jobs
// run and where the job server is.
func Environ(env []string) []string {
	out := make([]string, 0, len(env))
	for _, e := range env {
		if name, value, _ := strings.Cut(e, "="); ofFlags(name) {
			e = flagsText(name, value)
		}
		out = append(out, e)
	}
	return out
}

// ofFlags reports whether a variable tells programs the options of the make that calls them.
func ofFlags(name string) bool { return name == "MAKEFLAGS" || name == "MFLAGS" }

// flagsText is such a variable, as an element of an environment, without the options that decide how, not what, is made.
func flagsText(name, value string) string {
	options, variables, found := strings.Cut(" "+value, " -- ")
	e := name + "=" + strings.Join(flags.Decisive(append([]string{""}, strings.Fields(options)...))[1:], " ")
	if found {
		e += " -- " + variables
	}
	return e
}
