// Reading a tree's dialect off its sources.

package dialect

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gokbuild/kconfig/internal/ctext"
)

// Detect reads the switches off the scripts/kconfig directory of a source tree. A tree without one gets the switches of
// [Newest].
func Detect(tree string) Dialect {
	s := sources{filepath.Join(tree, "scripts", "kconfig")}
	conf, data := s.text("conf.c"), s.text("confdata.c")
	if conf == "" || data == "" {
		return *Newest()
	}
	t := newTool(s, conf, data)
	d := Dialect{}
	for _, x := range slices.Concat(t.languageTests(&d.Language), t.valuesTests(&d.Values), t.loopsTests(&d.Loops),
		t.programTests(&d.Program), t.filesTests(&d.Files)) {
		*x.of = x.on
	}
	t.numbersAndTexts(&d)
	return d
}

// HasTool reports whether a tree holds sources that the dialect can be read off.
func HasTool(tree string) bool {
	s := sources{filepath.Join(tree, "scripts", "kconfig")}
	return s.exists("conf.c") && s.exists("confdata.c")
}

// Imitates reports whether the sources in dir, a tree's scripts/kconfig, are those of a conf that package conf can
// stand in for: it has the options with long names that conf has had since linux 2.6.36, or is BusyBox's.
func Imitates(dir string) bool {
	s := sources{dir}
	data := s.text("confdata.c")
	return data != "" && (has(s.text("conf.c"), "getopt_long") || isBusyBox(s.text("parser.y", "zconf.y"), data))
}

func isBusyBox(grammar, data string) bool {
	return has(grammar, "Busybox") || has(data, "Busybox version")
}

// tool is what the tests look at: the sources of a tree's tool, and those of its functions that several tests read.
type tool struct {
	sources
	conf, data, sym, menu, expr, util, prep string
	lexer, grammar, keywords, headers       string

	main, calc, read, setval, allNew, recursive, autocmd, finalize, transform string

	busyBox  bool            // the fork of BusyBox
	oldLexer bool            // zconf.l
	modes    map[string]bool // long options
	// loopAdvice is the file that the report of a dependency loop points to, empty for none.
	loopAdvice string
}

func newTool(s sources, conf, data string) *tool {
	t := &tool{sources: s, conf: conf, data: data, modes: map[string]bool{}}
	t.sym, t.menu, t.expr = s.text("symbol.c"), s.text("menu.c"), s.text("expr.c")
	t.util, t.prep = s.text("util.c"), s.text("preprocess.c")
	t.lexer = s.text("lexer.l", "zconf.l")
	t.grammar = s.text("parser.y", "zconf.y")
	t.keywords = s.text("zconf.gperf", "kconf_id.c", "lexer.l")
	t.headers = s.text("expr.h") + s.text("internal.h") + s.text("lkc.h") + s.text("lkc_proto.h")
	t.main = function(conf, "main")
	t.calc = function(t.sym, "sym_calc_value")
	t.read = function(data, "conf_read_simple")
	t.setval = function(data, "conf_set_sym_val")
	t.allNew = function(conf, "conf_set_all_new_symbols") + function(data, "conf_set_all_new_symbols")
	t.recursive = function(t.sym, "sym_check_print_recursive")
	t.autocmd = function(data, "conf_write_autoconf_cmd")
	t.finalize = function(t.menu, "menu_finalize") + function(t.menu, "_menu_finalize")
	t.transform = function(t.expr, "expr_transform")
	t.busyBox = isBusyBox(t.grammar, data)
	t.oldLexer = s.exists("zconf.l")
	for _, m := range regexp.MustCompile(`\{\s*"([a-z0-9]+)",\s*(?:no|required|optional)_argument`).FindAllStringSubmatch(conf, -1) {
		t.modes[m[1]] = true
	}
	t.loopAdvice = found(t.recursive, `For a resolution refer to ([^\\"]+)`, "")
	return t
}

// numbersAndTexts sets what is no mere switch.
func (t *tool) numbersAndTexts(d *Dialect) {
	for _, m := range regexp.MustCompile(`p = getenv\("([A-Z]+)"\)`).FindAllStringSubmatch(function(t.sym, "sym_init"), -1) {
		d.PredefinedEnv = append(d.PredefinedEnv, m[1])
	}
	d.ShellBytes = maxShellOutput
	if n := found(function(t.prep, "do_shell"), `char buf\[(\d+)\]`, ""); n != "" {
		d.ShellBytes = ctext.Atoi(n) - 1
	}
	if !has(t.read, "getline") {
		d.ShortLines = ctext.Atoi(found(t.read, `char line\[(\d+)\]`, ""))
	}
	d.HashSize = hashSize(t.headers)
	d.LoopAdvice = t.loopAdvice
	d.Modes = t.modes
	d.Usage = printedText(function(t.conf, "conf_usage"))
	d.DefaultTitle = found(t.grammar, `"(Main menu|[A-Za-z ]*Configuration)"`, "Linux Kernel Configuration")
	d.DefaultConfig = found(t.data, `conf_defname\[\] = "([^"]*)"`, "")
	switch {
	case t.busyBox:
		d.CmdStyle = CmdBusy
	case has(t.autocmd, "autoconfig :="):
		d.CmdStyle = CmdNew
	case has(t.autocmd, `%s: $(deps_config)`):
		d.CmdStyle = CmdMid
	}
}

// eofSuppliesLine reports whether the lexer ends an unfinished last line of the top-level file as it does those of
// included files.
func eofSuppliesLine(lexer string) bool {
	rule := lexer
	if i := strings.Index(lexer, "no new line at end of file"); i >= 0 {
		rule = lexer[i:]
	}
	return has(rule, "if (current_file)")
}

// hashSize is the number of buckets of the symbol table.
func hashSize(headers string) uint32 {
	if n := ctext.Atoi(found(headers, `SYMBOL_HASHSIZE\s+\(?\s*1U?\s*<<\s*(\d+)`, "")); n > 0 && n < 31 {
		return 1 << n
	}
	if n := ctext.Atoi(found(headers, `SYMBOL_HASHSIZE\s+(\d+)`, "")); n > 0 {
		return uint32(n)
	}
	return 9973
}
