// The tests that read each switch off a tree's sources.

package dialect

import (
	"path/filepath"
	"regexp"
	"strings"

	"gokbuild/kconfig/internal/ctext"
)

var longOption = regexp.MustCompile(`\{\s*"([a-z0-9]+)",\s*(no|required|optional)_argument`)

// Detect reads the switches off the scripts/kconfig directory of a source tree. A tree without one gets
// NewestDialect.
func Detect(tree string) Dialect {
	s := sources{filepath.Join(tree, "scripts", "kconfig")}
	conf := s.text("conf.c")
	data := s.text("confdata.c")
	if conf == "" || data == "" {
		return *Newest()
	}
	return detect(s, conf, data)
}

func detect(s sources, conf, data string) Dialect {
	has := strings.Contains
	sym, menu, expr := s.text("symbol.c"), s.text("menu.c"), s.text("expr.c")
	util, prep := s.text("util.c"), s.text("preprocess.c")
	lexer := s.text("lexer.l", "zconf.l")
	grammar := s.text("parser.y", "zconf.y")
	keywords := s.text("zconf.gperf", "kconf_id.c", "lexer.l")
	headers := s.text("expr.h") + s.text("internal.h") + s.text("lkc.h") + s.text("lkc_proto.h")
	main := function(conf, "main")
	calc := function(sym, "sym_calc_value")
	read := function(data, "conf_read_simple")
	setval := function(data, "conf_set_sym_val")
	allNew := function(conf, "conf_set_all_new_symbols") + function(data, "conf_set_all_new_symbols")
	recursive := function(sym, "sym_check_print_recursive")
	autocmd := function(data, "conf_write_autoconf_cmd")
	finalize := function(menu, "menu_finalize") + function(menu, "_menu_finalize")
	transform := function(expr, "expr_transform")

	d := Dialect{}
	d.BusyBox = isBusyBox(grammar, data)
	d.OldLexer = s.exists("zconf.l")
	d.SilentJunk = !has(lexer, "ignoring unsupported character")
	d.NoDashCommand = d.OldLexer && !has(lexer, "A-Za-z0-9_-]")
	d.Macros = prep != ""
	d.Relational = has(grammar, "T_LESS")
	d.Modules = has(grammar, "config_option: T_MODULES")
	d.Option = has(grammar, "T_OPTION") && has(regexpReplace(grammar, "T_OPTIONAL"), "T_OPTION")
	d.OptionEnv = d.Option && has(keywords, "T_OPT_ENV")
	d.AllNoConfigY = has(keywords, "allnoconfig_y")
	d.Optional = has(grammar, "T_OPTIONAL")
	d.NamedChoice = has(grammar, "T_CHOICE word_opt") || d.BusyBox && has(grammar, "word_opt")
	d.ChoiceCommon = has(grammar, "choice_block common_stmt") || has(grammar, "choice_block:")
	d.Imply = has(grammar, "T_IMPLY")
	d.BooleanWord = regexp.MustCompile(`"?\bboolean"?,`).MatchString(keywords)
	d.DashHelp = has(keywords, "---help---") || d.OldLexer && d.SilentJunk
	d.Transitional = has(grammar, "T_TRANSITIONAL")
	d.CondDepends = has(grammar, "T_DEPENDS T_ON expr if_expr")
	d.StmtErrorLine = !has(function(grammar, "yyerror")+function(grammar, "zconferror"), "+ 1")
	d.EOLWarning = has(lexer, "no new line at end of file")
	d.NoFinalEOL = d.EOLWarning && !eofSuppliesLine(lexer)
	d.StdoutErrors = has(lexer, `printf("%s:%d:warning: multi-line`) && !has(lexer, "\"%s:%d:warning: multi-line strings not supported\\n\",\n") ||
		has(function(lexer, "zconf_initscan"), "\tprintf(")
	d.RewriteMEarly = has(menu, "menu_check_dep")
	d.HelpWarnings = has(grammar, "more than one help text -- only")
	d.BooleanName = has(function(sym, "sym_type_name"), `"boolean"`)
	d.OldTypeWarning = has(menu, "redefined from '%s' to '%s'")
	d.MembersCheck = has(grammar, "choice member must have a prompt")
	d.StmtFile = has(lexer, "zconf_curname")
	d.TitleFirst = d.OldLexer && !has(grammar, "menu_has_prompt")
	d.IfLookahead = has(grammar, "T_IF expr nl")
	d.LateTargets = !has(grammar, "nonconst_symbol")
	for _, m := range regexp.MustCompile(`p = getenv\("([A-Z]+)"\)`).FindAllStringSubmatch(function(sym, "sym_init"), -1) {
		d.PredefinedEnv = append(d.PredefinedEnv, m[1])
	}
	d.UnameRelease = has(sym, "UNAME_RELEASE")
	d.HelpErrors = has(grammar, `zconf_error("menuconfig statement without prompt`)
	d.ShellBytes = maxShellOutput
	if m := regexp.MustCompile(`char buf\[(\d+)\]`).FindStringSubmatch(function(s.text("preprocess.c"), "do_shell")); m != nil {
		d.ShellBytes = ctext.Atoi(m[1]) - 1
	}
	d.QuotedLoop = has(lexer, "%s:%d: recursive inclusion detected")
	d.RepeatedInclude = has(lexer, "Repeated inclusion") || has(util+lexer, "repeated inclusion")

	d.NewChoices = has(headers, "choice_members")
	d.SharedExprs = has(expr, "val_is_valid") || has(expr, "expr_hashtable")
	d.ChoiceNewInRead = has(function(data, "conf_read"), "flags | ~SYMBOL_DEF_USER")
	d.CancelNegated = has(expr, "expr_eliminate_dups2")
	d.BrokenNotEqualYes = has(transform, "expr_alloc_one(E_NOT, e->left.expr)")
	d.TransBool = has(finalize, "expr_trans_bool")
	d.MenuLinks = !has(menu, "P_SYMBOL")
	d.TypedConstants = has(section(sym, "symbol_yes = {", "}"), ".type")
	d.NumericTristate = has(section(expr, "expr_parse_string", "\n}"), `strcmp(str, "n")`)
	d.StringCompare = !has(expr, "expr_parse_string")
	d.PromptDeps = has(finalize, "parentdep = parent->prompt->visible.expr")
	d.StickyWrite = regexp.MustCompile(`if \(!sym_is_choice_value\(sym\)\)\s*sym->flags &= ~SYMBOL_WRITE`).MatchString(calc)
	d.ModulesByName = has(grammar, `sym_lookup("MODULES"`)
	d.IntRanges = has(sym, "static int sym_get_range_val")
	d.RangeText = has(function(sym, "sym_validate_range"), "range_sym")
	d.DropOutOfRange = has(function(data, "conf_read"), "sym_string_within_range")
	d.ResetInvisible = has(function(data, "conf_read"), "visible == no")
	d.NumberStart = has(calc, `"0x0"`)
	d.QuietDefaultN = regexp.MustCompile(`if \(newval\.tri != no\)\s*sym->flags \|= SYMBOL_WRITE`).MatchString(calc)
	d.ImplyObeysDeps = regexp.MustCompile(`EXPR_AND\(newval\.tri,\s*sym->dir_dep\.tri\)`).MatchString(calc)
	d.ImpliedNotMod = has(function(sym, "sym_tristate_within_range"), "implied.tri == yes")
	d.UnmetAnyLevel = has(calc, "dir_dep.tri < sym->rev_dep.tri")
	d.UnmetOldStyle = has(sym, "selects %s which has unmet") || has(sym, "which has unmet direct")
	d.NoUnmet = !has(sym, "unmet direct dependencies")
	d.VisibleSetsUser = has(function(menu, "menu_is_visible"), "SYMBOL_DEF_USER")
	d.ByteSumHash = !has(sym, "fnv32") && !has(util+sym+s.text("lkc_proto.h")+headers, "hash_str") && !has(sym, "0x01000193")
	d.HashSize = hashSize(headers)

	d.LoopFatal = regexp.MustCompile(`sym_check_deps\(\w+(->sym)?\)\)\s*\n\s*yynerrs\+\+`).MatchString(grammar) ||
		regexp.MustCompile(`sym_check_deps\(\w+(->sym)?\)\)\s*\n\s*zconfnerrs\+\+`).MatchString(grammar)
	if has(function(sym, "sym_check_deps"), "sym2 == sym") {
		d.LoopFatal = false
	}
	d.LoopMenuOrder = regexp.MustCompile(`menu_for_each_entry\(menu\) \{[^}]*sym_check_deps`).MatchString(grammar)
	d.LoopPos = has(recursive, ":error: recursive dependency")
	if m := regexp.MustCompile(`For a resolution refer to ([^\\"]+)`).FindStringSubmatch(recursive); m != nil {
		d.LoopAdvice = m[1]
	}
	d.LoopAdviceFirst = strings.Index(recursive, "For a resolution") < strings.Index(recursive, "value contains")
	d.LoopAdviceStep = d.LoopAdvice != "" && strings.Count(recursive, "fprintf(stderr,\n\t\t\"For a resolution") == 0 &&
		!regexp.MustCompile(`(?m)^\tfprintf\(stderr,\s*$|^\tfprintf\(stderr,\s*\n?\s*"For a res`).MatchString(recursive)

	d.Modes = map[string]bool{}
	for _, m := range longOption.FindAllStringSubmatch(conf, -1) {
		d.Modes[m[1]] = true
		if m[1] == "defconfig" && m[2] == "optional" {
			d.DefconfigOptional = true
		}
	}
	d.ShortSilent = d.Modes["silent"] || has(main, `"s"`) || has(main, `"hs"`)
	d.HelpOption = has(main, `"hs"`)
	d.SyncConfig = d.Modes["syncconfig"]
	d.SyncMissingFatal = has(main, "*** Configuration file")
	d.Seed = has(conf, "KCONFIG_SEED")
	d.SeedStdout = regexp.MustCompile(`[^f]printf\(\s*"KCONFIG_SEED`).MatchString(conf)
	d.Probability = has(conf+data, "KCONFIG_PROBABILITY")
	d.RandomMenuOrder = has(allNew, "menu_for_each_entry")
	d.AllConfigAlways = !has(main, "KCONFIG_ALLCONFIG set, but no")
	d.DefconfigList = has(read, "KCONFIG_DEFCONFIG_LIST")
	d.DefconfigListHidden = regexp.MustCompile(`sym_defconfig_list->flags\s*\|=`).MatchString(menu)
	d.DefconfigListSym = has(data, "sym_defconfig_list")
	d.ListNewValues = has(conf, "print_symbol_for_listconfig") || has(conf, "%s%s=%s\\n") || has(conf, "print_symbol_for_list")
	d.OnlyNewMenus = has(function(conf, "conf"), "oldaskconfig && rootEntry != menu") || has(function(conf, "conf"), "input_mode != oldaskconfig")
	d.Echo = has(function(conf, "xfgets"), "tty_stdio")
	d.EmptyEcho = !d.Echo && has(function(conf, "conf_askvalue"), `printf("\n")`)
	d.HelpMark = has(conf, "if (sym->help)") || has(conf, "menu_has_help(menu)") && has(conf, `printf("/?")`)
	d.EOFExit = has(function(conf, "conf_string"), "feof(stdin)")
	d.WError = has(conf+data, "KCONFIG_WERROR")
	d.WErrorSyms = has(conf, "sym_dep_errors")
	d.WarnUnknown = has(data, "KCONFIG_WARN_UNKNOWN_SYMBOLS")
	d.Usage = printedText(function(conf, "conf_usage"))
	d.MissingStdout = regexp.MustCompile(`\bprintf\(_?\(?"%s: Kconfig file missing`).MatchString(conf)
	d.HelpPromptPos = has(function(menu, "get_prompt_str"), "Defined at %s:%d")
	d.LocationAbove = has(function(menu, "get_prompt_str"), "menu = prop->menu->parent")
	d.HelpNew = has(menu, "Print the definitions with prompts") || has(menu, `"Defined at %s:%d\n"`)
	d.SyncRedirected = has(conf, "Console input/output is redirected")
	d.ErrorsStdout = regexp.MustCompile(`[^f]printf\(_?\(?\s*"\*\*\*\\n`).MatchString(main)
	d.WriteUpdateWord = has(main, "Error during update of the configuration")

	d.FixedPrefix = !has(headers, `getenv( "CONFIG_"`) && !has(headers, `getenv("CONFIG_")`)
	d.EndOf = has(data, "# end of")
	d.EndOfEmpty = has(data, "end_check")
	d.NoChange = has(data, "No change to")
	d.OldTempName = has(data, ".tmpconfig.%d")
	d.RawStrings = has(setval, "p[strlen(p) - 1]")
	d.AutoUnquoted = has(data, "No escaping for S_DEF_AUTO") || has(data, "escape_string") && has(data, "print_symbol_for_autoconf")
	d.LongCHeading = !has(data, "decoration")
	d.EnabledMacros = has(data, "__enabled_")
	d.TristateConf = has(data, "KCONFIG_TRISTATE")
	d.RustcCfg = has(data, "KCONFIG_RUSTCCFG")
	d.LowerTouch = has(data, "tolower")
	d.WriteClears = !has(data, "SYMBOL_WRITTEN")
	d.AutoClears = has(function(data, "conf_write_autoconf"), "sym_clear_all_valid")
	d.TouchChdir = has(data, `chdir("include/config")`)
	d.TmpConfig = has(data, `".tmpconfig_tristate"`) || has(data, `".tmpconfig.h"`)
	d.TouchVanished = has(read, "conf_touch_dep")
	d.AutoDefines = has(read, "sym_lookup(")
	switch {
	case d.BusyBox:
		d.CmdStyle = CmdBusy
	case has(autocmd, "autoconfig :="):
		d.CmdStyle = CmdNew
	case has(autocmd, `%s: $(deps_config)`):
		d.CmdStyle = CmdMid
	}
	d.AutoAlways = has(data, "is_present(autoconf_name)") || has(data, "!overwrite && is_present")
	d.SyncAlways = d.AutoAlways || has(main, "syncconfig")
	d.NotSetPrefix = has(read, `"is not set", 10`)
	d.NotSetBlank = has(read, "line[1] != ' '")
	d.NNumberInvalid = has(read, `val = "n"`)
	d.NoEqualWarns = strings.Count(read, "unexpected data") > 1
	d.UnexpectedText = has(read, "unexpected data: ")
	d.DefaultTitle = "Linux Kernel Configuration"
	if m := regexp.MustCompile(`"(Main menu|[A-Za-z ]*Configuration)"`).FindStringSubmatch(grammar); m != nil {
		d.DefaultTitle = m[1]
	}
	d.AutoWarns = setval != "" && !has(setval, "S_DEF_AUTO")
	d.TitleBuffer = has(function(data, "conf_write_heading"), "char buf[256]")
	if m := regexp.MustCompile(`char line\[(\d+)\]`).FindStringSubmatch(read); m != nil && !has(read, "getline") {
		d.ShortLines = ctext.Atoi(m[1])
	}
	d.DefaultZero = has(function(sym, "sym_get_string_default"), `"0x0"`)
	d.AutoValidReset = regexp.MustCompile(`def_flags\s*\|\s*SYMBOL_VALID`).MatchString(read)
	d.MakeDirs = has(data, "make_parent_dir")
	d.MakeConfigDirs = has(function(data, "conf_write"), "make_parent_dir")
	d.RevdepLists = has(menu, "Selected by [y]")
	if m := regexp.MustCompile(`conf_defname\[\] = "([^"]*)"`).FindStringSubmatch(data); m != nil {
		d.DefaultConfig = m[1]
	}
	d.WarnChangedInput = has(data, "KCONFIG_WARN_CHANGED_INPUT")
	return d
}

func regexpReplace(s, drop string) string { return strings.ReplaceAll(s, drop, "") }

// eofSuppliesLine reports whether the lexer ends an unfinished last line of the top-level file as it does those of
// included files.
func eofSuppliesLine(lexer string) bool {
	rule := lexer
	if i := strings.Index(lexer, "no new line at end of file"); i >= 0 {
		rule = lexer[i:]
	}
	return strings.Contains(rule, "if (current_file)")
}

func hashSize(headers string) uint32 {
	if m := regexp.MustCompile(`SYMBOL_HASHSIZE\s+\(?\s*1U?\s*<<\s*(\d+)`).FindStringSubmatch(headers); m != nil {
		if n := ctext.Atoi(m[1]); n > 0 && n < 31 {
			return 1 << n
		}
	}
	if m := regexp.MustCompile(`SYMBOL_HASHSIZE\s+(\d+)`).FindStringSubmatch(headers); m != nil {
		if n := ctext.Atoi(m[1]); n > 0 {
			return uint32(n)
		}
	}
	return 9973
}
