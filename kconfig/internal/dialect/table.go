// The tests that read each switch off a tree's sources: one line for each switch.

package dialect

import "strings"

// A test is a switch and whether the sources turn it on.
type test struct {
	of *bool
	on bool
}

// languageTests are the tests about the language.
func (t *tool) languageTests(d *Language) []test {
	option := has(t.grammar, "T_OPTION") && has(strings.ReplaceAll(t.grammar, "T_OPTIONAL", ""), "T_OPTION")
	silentJunk := !has(t.lexer, "ignoring unsupported character")
	eolWarning := has(t.lexer, "no new line at end of file")
	return []test{
		{&d.BusyBox, isBusyBox(t.grammar, t.data)},
		{&d.OldLexer, t.exists("zconf.l")},
		{&d.SilentJunk, silentJunk},
		{&d.NoDashCommand, t.oldLexer && !has(t.lexer, "A-Za-z0-9_-]")},
		{&d.Macros, t.prep != ""},
		{&d.Relational, has(t.grammar, "T_LESS")},
		{&d.Modules, has(t.grammar, "config_option: T_MODULES")},
		{&d.Option, option},
		{&d.OptionEnv, option && has(t.keywords, "T_OPT_ENV")},
		{&d.AllNoConfigY, has(t.keywords, "allnoconfig_y")},
		{&d.Optional, has(t.grammar, "T_OPTIONAL")},
		{&d.NamedChoice, has(t.grammar, "T_CHOICE word_opt") || t.busyBox && has(t.grammar, "word_opt")},
		{&d.ChoiceCommon, has(t.grammar, "choice_block common_stmt") || has(t.grammar, "choice_block:")},
		{&d.Imply, has(t.grammar, "T_IMPLY")},
		{&d.BooleanWord, matches(t.keywords, `"?\bboolean"?,`)},
		{&d.DashHelp, has(t.keywords, "---help---") || t.oldLexer && silentJunk},
		{&d.Transitional, has(t.grammar, "T_TRANSITIONAL")},
		{&d.CondDepends, has(t.grammar, "T_DEPENDS T_ON expr if_expr")},
		{&d.StmtErrorLine, !has(function(t.grammar, "yyerror")+function(t.grammar, "zconferror"), "+ 1")},
		{&d.EOLWarning, eolWarning},
		{&d.NoFinalEOL, eolWarning && !eofSuppliesLine(t.lexer)},
		{&d.StdoutErrors, has(t.lexer, `printf("%s:%d:warning: multi-line`) && !has(t.lexer, "\"%s:%d:warning: multi-line strings not supported\\n\",\n") ||
			has(function(t.lexer, "zconf_initscan"), "\tprintf(")},
		{&d.RewriteMEarly, has(t.menu, "menu_check_dep")},
		{&d.HelpWarnings, has(t.grammar, "more than one help text -- only")},
		{&d.BooleanName, has(function(t.sym, "sym_type_name"), `"boolean"`)},
		{&d.OldTypeWarning, has(t.menu, "redefined from '%s' to '%s'")},
		{&d.MembersCheck, has(t.grammar, "choice member must have a prompt")},
		{&d.StmtFile, has(t.lexer, "zconf_curname")},
		{&d.TitleFirst, t.oldLexer && !has(t.grammar, "menu_has_prompt")},
		{&d.IfLookahead, has(t.grammar, "T_IF expr nl")},
		{&d.LateTargets, !has(t.grammar, "nonconst_symbol")},
		{&d.UnameRelease, has(t.sym, "UNAME_RELEASE")},
		{&d.HelpErrors, has(t.grammar, `zconf_error("menuconfig statement without prompt`)},
		{&d.QuotedLoop, has(t.lexer, "%s:%d: recursive inclusion detected")},
	}
}

// valuesTests are the tests about the data model and values.
func (t *tool) valuesTests(d *Values) []test {
	return []test{
		{&d.NewChoices, has(t.headers, "choice_members")},
		{&d.SharedExprs, has(t.expr, "val_is_valid") || has(t.expr, "expr_hashtable")},
		{&d.ChoiceNewInRead, has(function(t.data, "conf_read"), "flags | ~SYMBOL_DEF_USER")},
		{&d.CancelNegated, has(t.expr, "expr_eliminate_dups2")},
		{&d.BrokenNotEqualYes, has(t.transform, "expr_alloc_one(E_NOT, e->left.expr)")},
		{&d.TransBool, has(t.finalize, "expr_trans_bool")},
		{&d.MenuLinks, !has(t.menu, "P_SYMBOL")},
		{&d.TypedConstants, has(section(t.sym, "symbol_yes = {", "}"), ".type")},
		{&d.NumericTristate, has(section(t.expr, "expr_parse_string", "\n}"), `strcmp(str, "n")`)},
		{&d.StringCompare, !has(t.expr, "expr_parse_string")},
		{&d.PromptDeps, has(t.finalize, "parentdep = parent->prompt->visible.expr")},
		{&d.StickyWrite, matches(t.calc, `if \(!sym_is_choice_value\(sym\)\)\s*sym->flags &= ~SYMBOL_WRITE`)},
		{&d.ModulesByName, has(t.grammar, `sym_lookup("MODULES"`)},
		{&d.IntRanges, has(t.sym, "static int sym_get_range_val")},
		{&d.RangeText, has(function(t.sym, "sym_validate_range"), "range_sym")},
		{&d.DropOutOfRange, has(function(t.data, "conf_read"), "sym_string_within_range")},
		{&d.ResetInvisible, has(function(t.data, "conf_read"), "visible == no")},
		{&d.NumberStart, has(t.calc, `"0x0"`)},
		{&d.QuietDefaultN, matches(t.calc, `if \(newval\.tri != no\)\s*sym->flags \|= SYMBOL_WRITE`)},
		{&d.ImplyObeysDeps, matches(t.calc, `EXPR_AND\(newval\.tri,\s*sym->dir_dep\.tri\)`)},
		{&d.ImpliedNotMod, has(function(t.sym, "sym_tristate_within_range"), "implied.tri == yes")},
		{&d.UnmetAnyLevel, has(t.calc, "dir_dep.tri < sym->rev_dep.tri")},
		{&d.UnmetOldStyle, has(t.sym, "selects %s which has unmet") || has(t.sym, "which has unmet direct")},
		{&d.NoUnmet, !has(t.sym, "unmet direct dependencies")},
		{&d.VisibleSetsUser, has(function(t.menu, "menu_is_visible"), "SYMBOL_DEF_USER")},
		{&d.ByteSumHash, !has(t.sym, "fnv32") && !has(t.util+t.sym+t.text("lkc_proto.h")+t.headers, "hash_str") && !has(t.sym, "0x01000193")},
	}
}

// loopsTests are the tests about dependency loops.
func (t *tool) loopsTests(d *Loops) []test {
	return []test{
		{&d.LoopFatal, t.loopFatal()},
		{&d.LoopMenuOrder, matches(t.grammar, `menu_for_each_entry\(menu\) \{[^}]*sym_check_deps`)},
		{&d.LoopPos, has(t.recursive, ":error: recursive dependency")},
		{&d.LoopGoesOn, has(function(t.sym, "sym_check_deps"), "sym2 == sym")},
		{&d.LoopNoDirDep, !has(function(t.sym, "sym_check_sym_deps"), "dir_dep.expr")},
		{&d.LoopNoImply, !has(function(t.sym, "sym_check_sym_deps"), "implied.expr")},
		{&d.LoopValueFirst, strings.Index(t.recursive, "value contains") < strings.Index(t.recursive, "contains symbol")},
		{&d.LoopAdviceFirst, strings.Index(t.recursive, "For a resolution") < strings.Index(t.recursive, "value contains")},
		{&d.LoopAdviceStep, t.loopAdvice != "" && strings.Count(t.recursive, "fprintf(stderr,\n\t\t\"For a resolution") == 0 &&
			!matches(t.recursive, `(?m)^\tfprintf\(stderr,\s*$|^\tfprintf\(stderr,\s*\n?\s*"For a res`)},
	}
}

// programTests are the tests about the program.
func (t *tool) programTests(d *Program) []test {
	echo := has(function(t.conf, "xfgets"), "tty_stdio")
	about := t.menu // what tells about symbols; at first it was part of mconf
	if !has(about, "get_prompt_str(") {
		about = t.text("mconf.c")
	}
	return []test{
		{&d.ShortSilent, t.modes["silent"] || has(t.main, `"s"`) || has(t.main, `"hs"`)},
		{&d.HelpOption, has(t.main, `"hs"`)},
		{&d.SyncMissingFatal, has(t.main, "*** Configuration file")},
		{&d.Seed, has(t.conf, "KCONFIG_SEED")},
		{&d.SeedStdout, matches(t.conf, `[^f]printf\(\s*"KCONFIG_SEED`)},
		{&d.Probability, has(t.conf+t.data, "KCONFIG_PROBABILITY")},
		{&d.RandomMenuOrder, has(t.allNew, "menu_for_each_entry")},
		{&d.AllConfigAlways, !has(t.main, "KCONFIG_ALLCONFIG set, but no")},
		{&d.DefconfigList, has(t.read, "KCONFIG_DEFCONFIG_LIST")},
		{&d.DefconfigListHidden, matches(t.menu, `sym_defconfig_list->flags\s*\|=`)},
		{&d.DefconfigListSym, has(t.data, "sym_defconfig_list")},
		{&d.ListNewValues, has(t.conf, "print_symbol_for_listconfig") || has(t.conf, "%s%s=%s\\n") || has(t.conf, "print_symbol_for_list")},
		{&d.OnlyNewMenus, has(function(t.conf, "conf"), "oldaskconfig && rootEntry != menu") || has(function(t.conf, "conf"), "input_mode != oldaskconfig")},
		{&d.Echo, echo},
		{&d.EmptyEcho, !echo && has(function(t.conf, "conf_askvalue"), `printf("\n")`)},
		{&d.HelpMark, has(t.conf, "if (sym->help)") || has(t.conf, "menu_has_help(menu)") && has(t.conf, `printf("/?")`)},
		{&d.EOFExit, has(function(t.conf, "conf_string"), "feof(stdin)")},
		{&d.WError, has(t.conf+t.data, "KCONFIG_WERROR")},
		{&d.WErrorSyms, has(t.conf, "sym_dep_errors")},
		{&d.WarnUnknown, has(t.data, "KCONFIG_WARN_UNKNOWN_SYMBOLS")},
		{&d.MissingStdout, matches(t.conf, `\bprintf\(_?\(?"%s: Kconfig file missing`)},
		{&d.RevdepLists, has(t.menu, "Selected by [y]")},
		{&d.HelpPromptPos, has(function(about, "get_prompt_str"), "Defined at %s:%d")},
		{&d.HelpBare, has(about, "get_prompt_str(") && !has(about, "Type  : ")},
		{&d.SearchUnsorted, !has(function(t.sym, "sym_re_search"), "qsort(")},
		{&d.LocationAbove, has(function(about, "get_prompt_str"), "menu = prop->menu->parent")},
		{&d.JumpsInText, has(function(t.menu, "get_prompt_str"), "get_jump_key_char")},
		{&d.HelpNew, has(t.menu, "Print the definitions with prompts") || has(t.menu, `"Defined at %s:%d\n"`)},
		{&d.SyncRedirected, has(t.conf, "Console input/output is redirected")},
		{&d.ErrorsStdout, matches(t.main, `[^f]printf\(_?\(?\s*"\*\*\*\\n`)},
		{&d.WriteUpdateWord, has(t.main, "Error during update of the configuration")},
		{&d.DefconfigOptional, matches(t.conf, `\{\s*"defconfig",\s*optional_argument`)},
	}
}

// filesTests are the tests about files.
func (t *tool) filesTests(d *Files) []test {
	autoAlways := has(t.data, "is_present(autoconf_name)") || has(t.data, "!overwrite && is_present")
	return []test{
		{&d.FixedPrefix, !has(t.headers, `getenv( "CONFIG_"`) && !has(t.headers, `getenv("CONFIG_")`)},
		{&d.EndOf, has(t.data, "# end of")},
		{&d.EndOfEmpty, has(t.data, "end_check")},
		{&d.NoChange, has(t.data, "No change to")},
		{&d.OldTempName, has(t.data, ".tmpconfig.%d")},
		{&d.RawStrings, has(t.setval, "p[strlen(p) - 1]")},
		{&d.AutoUnquoted, has(t.data, "No escaping for S_DEF_AUTO") || has(t.data, "escape_string") && has(t.data, "print_symbol_for_autoconf")},
		{&d.LongCHeading, !has(t.data, "decoration")},
		{&d.EnabledMacros, has(t.data, "__enabled_")},
		{&d.TristateConf, has(t.data, "KCONFIG_TRISTATE")},
		{&d.RustcCfg, has(t.data, "KCONFIG_RUSTCCFG")},
		{&d.LowerTouch, has(t.data, "tolower")},
		{&d.WriteClears, !has(t.data, "SYMBOL_WRITTEN")},
		{&d.AutoClears, has(function(t.data, "conf_write_autoconf"), "sym_clear_all_valid")},
		{&d.TouchChdir, has(t.data, `chdir("include/config")`)},
		{&d.TmpConfig, has(t.data, `".tmpconfig_tristate"`) || has(t.data, `".tmpconfig.h"`)},
		{&d.TouchVanished, has(t.read, "conf_touch_dep")},
		{&d.AutoDefines, has(t.read, "sym_lookup(")},
		{&d.AutoAlways, autoAlways},
		{&d.SyncAlways, autoAlways || has(t.main, "syncconfig")},
		{&d.NotSetPrefix, has(t.read, `"is not set", 10`)},
		{&d.NotSetBlank, has(t.read, "line[1] != ' '")},
		{&d.NNumberInvalid, has(t.read, `val = "n"`)},
		{&d.NoEqualWarns, strings.Count(t.read, "unexpected data") > 1},
		{&d.UnexpectedText, has(t.read, "unexpected data: ")},
		{&d.AutoWarns, t.setval != "" && !has(t.setval, "S_DEF_AUTO")},
		{&d.TitleBuffer, has(function(t.data, "conf_write_heading"), "char buf[256]")},
		{&d.DefaultZero, has(function(t.sym, "sym_get_string_default"), `"0x0"`)},
		{&d.AutoValidReset, matches(t.read, `def_flags\s*\|\s*SYMBOL_VALID`)},
		{&d.MakeDirs, has(t.data, "make_parent_dir")},
		{&d.MakeConfigDirs, has(function(t.data, "conf_write"), "make_parent_dir")},
	}
}

// loopFatal reports whether a dependency loop that the search returns ends the run: the grammar counts it as an error.
func (t *tool) loopFatal() bool {
	return matches(t.grammar, `sym_check_deps\(\w+(->sym)?\)\)\s*\n\s*yynerrs\+\+`) ||
		matches(t.grammar, `sym_check_deps\(\w+(->sym)?\)\)\s*\n\s*zconfnerrs\+\+`)
}
