package flags

// This file prints --help and --version.

import (
	"fmt"
	"runtime"
	"strings"

	"gokbuild/kbuild/lang/profile"
)

// helpEntry is one option as --help shows it: the forms on the left, the explanation in its column, or on the next line if the
// forms leave no room.
type helpEntry struct {
	forms, means string
	since        profile.Family
}

// helpColumn is where explanations begin.
const helpColumn = 30

// helpEntries are the lines of make's --help, which must match byte for byte. The forms of --eval differ in old releases.
var helpEntries = []helpEntry{
	{forms: "-b, -m", means: "Ignored for compatibility."},
	{forms: "-B, --always-make", means: "Unconditionally make all targets."},
	{forms: "-C DIRECTORY, --directory=DIRECTORY", means: "Change to DIRECTORY before doing anything."},
	{forms: "-d", means: "Print lots of debugging information."},
	{forms: "--debug[=FLAGS]", means: "Print various types of debugging information."},
	{forms: "-e, --environment-overrides", means: "Environment variables override makefiles."},
	{forms: "-E STRING, --eval=STRING", means: "Evaluate STRING as a makefile statement."},
	{forms: "-f FILE, --file=FILE, --makefile=FILE", means: "Read FILE as a makefile."},
	{forms: "-h, --help", means: "Print this message and exit."},
	{forms: "-i, --ignore-errors", means: "Ignore errors from recipes."},
	{forms: "-I DIRECTORY, --include-dir=DIRECTORY", means: "Search DIRECTORY for included makefiles."},
	{forms: "-j [N], --jobs[=N]", means: "Allow N jobs at once; infinite jobs with no arg."},
	{forms: "--jobserver-style=STYLE", means: "Select the style of jobserver to use.", since: profile.V44},
	{forms: "-k, --keep-going", means: "Keep going when some targets can't be made."},
	{forms: "-l [N], --load-average[=N], --max-load[=N]", means: "Don't start multiple jobs unless load is below N."},
	{forms: "-L, --check-symlink-times", means: "Use the latest mtime between symlinks and target."},
	{forms: "-n, --just-print, --dry-run, --recon", means: "Don't actually run any recipe; just print them."},
	{forms: "-o FILE, --old-file=FILE, --assume-old=FILE", means: "Consider FILE to be very old and don't remake it."},
	{forms: "-O[TYPE], --output-sync[=TYPE]", means: "Synchronize output of parallel jobs by TYPE."},
	{forms: "-p, --print-data-base", means: "Print make's internal database."},
	{forms: "-q, --question", means: "Run no recipe; exit status says if up to date."},
	{forms: "-r, --no-builtin-rules", means: "Disable the built-in implicit rules."},
	{forms: "-R, --no-builtin-variables", means: "Disable the built-in variable settings."},
	{forms: "--shuffle[={SEED|random|reverse|none}]", means: "Perform shuffle of prerequisites and goals.", since: profile.V44},
	{forms: "-s, --silent, --quiet", means: "Don't echo recipes."},
	{forms: "--no-silent", means: "Echo recipes (disable --silent mode).", since: profile.V43},
	{forms: "-S, --no-keep-going, --stop", means: "Turns off -k."},
	{forms: "-t, --touch", means: "Touch targets instead of remaking them."},
	{forms: "--trace", means: "Print tracing information."},
	{forms: "-v, --version", means: "Print the version number of make and exit."},
	{forms: "-w, --print-directory", means: "Print the current directory."},
	{forms: "--no-print-directory", means: "Turn off -w, even if it was turned on implicitly."},
	{forms: "-W FILE, --what-if=FILE, --new-file=FILE, --assume-new=FILE", means: "Consider FILE to be infinitely new."},
	{forms: "--warn-undefined-variables", means: "Warn when an undefined variable is referenced."},
}

// ownHelp are the options that make does not have, in groups, as docs/manual.md has them: what is used most comes first.
var ownHelp = []struct {
	title   string
	entries []helpEntry
}{
	{"Why is this built?", []helpEntry{
		{forms: "--explain", means: "Say why each target is remade."},
		{forms: "--why=TARGET", means: "Say why TARGET is remade, or why not."},
		{forms: "--mtime", means: "Remake what is older than it should be, even if nothing it needs has changed its content."},
		{forms: "--no-wait", means: "Fail at once if another gokbuild is at work in the output directory."},
		{forms: "--stats", means: "Print figures about the run at the end."},
	}},
	{"What a build tells", []helpEntry{
		{forms: "--summary", means: "Print errors, new warnings and figures at the end."},
		{forms: "--report[=FILE]", means: "Write a page about the run to FILE (gokbuild-report.html)."},
		{forms: "--messages", means: "Print what tools said of targets that are as they left them. Nothing is made."},
		{forms: "--progress=auto|always|never|plain", means: "Show a status line while the build runs: on a terminal, always, never, or now and then a whole line."},
		{forms: "--color[=auto|always|never]", means: "Colour what gokbuild itself says at the end."},
		{forms: "--replay-warnings", means: "Print again what was said of targets that are up to date."},
		{forms: "--trace=FILE", means: "Write the run to FILE for Perfetto: which command ran when, in which job slot."},
		{forms: "--json=FILE|-|fd:N", means: "Write what happens to FILE, one JSON object a line."},
		{forms: "--sarif=FILE", means: "Write errors and warnings to FILE in SARIF 2.1.0."},
	}},
	{"Instead of a build", []helpEntry{
		{forms: "--query=WHAT [ARG...]", means: "Tell what is known of the tree; nothing is built. WHAT may be help."},
		{forms: "--json", means: "Answer a query in JSON; without one, write what happens to standard output."},
		{forms: "--dot", means: "Draw a tree of a query for Graphviz."},
		{forms: "--depth=N", means: "Show so many levels of a tree."},
		{forms: "--reverse", means: "Show what needs a target, not what it needs."},
		{forms: "--compdb[=FILE|clang]", means: "Write compile_commands.json for the goals; nothing is built."},
		{forms: "--lsp", means: "Be a language server for an editor, on standard input and output."},
		{forms: "--mcp", means: "Be a server of the Model Context Protocol for an agent, on standard input and output."},
		{forms: "--completion=SHELL", means: "Print what bash, zsh or fish must read to complete words, and end."},
	}},
	{"More than one build", []helpEntry{
		{forms: "--watch", means: "Build, and build again whenever something is changed that the goals are made of."},
		{forms: "--each-commit=A..B", means: "Build each commit of a range in a worktree of its own; tell what it changes."},
		{forms: "--each-config=CONFIG[,...]", means: "... in these configurations: what is typed to configure, or a file."},
		{forms: "--each-bad=errors|warnings|TEXT", means: "What makes a commit bad: it cannot be built; a new warning; a message with TEXT."},
		{forms: "--each-size=FILE[,...]", means: "Measure these linked files (vmlinux)."},
		{forms: "--each-again", means: "Build also what was built by an earlier run."},
	}},
	{"Not to build the same twice, or not here", []helpEntry{
		{forms: "--cache[=auto|rw|whole|ro|all|off]", means: "Restore what was built before, here or elsewhere, and keep what is built now."},
		{forms: "--why-missed[=TARGET]", means: "Say why things that were built were not in the cache."},
		{forms: "--cache-verify[=N]", means: "Build N of 100 things that the cache has all the same, and compare."},
		{forms: "--cache-gc, --cache-list", means: "Bring the cache within its bounds; list what is in it; and end."},
		{forms: "--cache-export=FILE, --cache-import=FILE", means: "Write the cache to FILE, or add FILE to it, and end."},
		{forms: "--remote-cache=URL", means: "Look for what was built on a server: grpc(s)://HOST:PORT, http(s)://HOST:PORT/PATH."},
		{forms: "--remote-cache-write[=yes|no]", means: "Send what is built to that server; so it is in CI jobs."},
		{forms: "--remote-instance=NAME", means: "The instance of the server, if it has several."},
		{forms: "--remote-token-file=FILE", means: "FILE holds what proves who we are to the server."},
		{forms: "--remote-ca=FILE", means: "FILE holds further certificates to believe the server by."},
		{forms: "--remote-flush=SECONDS", means: "How long to wait at the end for what is still to be sent (2)."},
		{forms: "--cache-trust=FILE", means: "Believe only what is signed by a key in FILE."},
		{forms: "--cache-sign=FILE", means: "Sign what is sent with the key in FILE."},
		{forms: "--remote-exec=URL", means: "Have compilers run by a server: grpc(s)://HOST:PORT."},
		{forms: "--remote-platform=NAME=VALUE", means: "On which of its workers."},
		{forms: "--dist=icecc|distcc", means: "Have compilers started by icecc or distcc."},
	}},
	{"To be like make, or like another one", []helpEntry{
		{forms: "--no-native[=STEP,...]", means: "Run the tree's own tools instead of built-in steps."},
		{forms: "--make-version=VERSION", means: "Imitate this version of GNU make (4.2, 4.3, 4.4.1)."},
		{forms: "--accept-mixed-rules", means: "Let both halves of rules like \"config %config:\" work, as makes before 3.82 did."},
	}},
}

// Usage is the text of --help, and what follows messages about a wrong command line.
func (f *Flags) Usage() string {
	var b strings.Builder
	if f.Version {
		b.WriteString(f.VersionText(""))
		if f.profile.Family >= profile.V44 {
			b.WriteByte('\n')
		}
	}
	fmt.Fprintf(&b, "Usage: %s [options] [target] ...\nOptions:\n", f.Program)
	for _, e := range helpEntries {
		if e.since > f.profile.Family {
			continue
		}
		if f.profile.Family < profile.V43 {
			e.forms = strings.TrimPrefix(e.forms, "-E STRING, ")
		}
		e.write(&b)
	}
	b.WriteString("\nOptions that GNU make does not have:\n")
	for _, group := range ownHelp {
		fmt.Fprintf(&b, "\n %s\n", group.title)
		for _, e := range group.entries {
			e.write(&b)
		}
	}
	fmt.Fprintf(&b, "\nThis program built for %s\n", Host())
	return b.String()
}

func (e helpEntry) write(b *strings.Builder) {
	b.WriteString("  " + e.forms)
	if pad := helpColumn - 2 - len(e.forms); pad >= 2 {
		fmt.Fprintf(b, "%*s", pad, "")
	} else {
		fmt.Fprintf(b, "\n%*s", helpColumn, "")
	}
	b.WriteString(e.means + "\n")
}

// VersionText is the text of --version. Its first line is that of the imitated make, because scripts look for a number there;
// the second says who really answers. precede goes in front of each line ("# " in a data base dump).
func (f *Flags) VersionText(precede string) string {
	return fmt.Sprintf("%[1]sGNU Make %[2]s\n%[1]s%[3]simitating GNU Make %[2]s\n%[1]sBuilt for %[4]s\n",
		precede, f.profile.Version, profile.Marker, Host())
}

// Host is the value of MAKE_HOST: the system in the notation of the GNU tools.
func Host() string {
	if runtime.GOOS != "linux" {
		return runtime.GOARCH + "-" + runtime.GOOS
	}
	switch runtime.GOARCH {
	case "amd64":
		return "x86_64-pc-linux-gnu"
	case "386":
		return "i686-pc-linux-gnu"
	case "arm64":
		return "aarch64-unknown-linux-gnu"
	case "arm":
		return "arm-unknown-linux-gnueabihf"
	case "ppc64le":
		return "powerpc64le-unknown-linux-gnu"
	}
	return runtime.GOARCH + "-unknown-linux-gnu"
}
