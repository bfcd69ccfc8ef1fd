package builtin

// This file is the table of the built-in rules.

// suffixRules are the built-in rules in their old form. The space that begins or ends some recipe lines is make's; it shows when
// the line is echoed.
var suffixRules = []SuffixRule{
	{Target: ".o", Recipe: []string{"$(LINK.o) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".c", Recipe: []string{"$(LINK.c) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".c.ln", Recipe: []string{"$(LINT.c) -C$* $<"}},
	{Target: ".c.o", Recipe: []string{"$(COMPILE.c) $(OUTPUT_OPTION) $<"}},
	{Target: ".cc", Recipe: []string{"$(LINK.cc) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".cc.o", Recipe: []string{"$(COMPILE.cc) $(OUTPUT_OPTION) $<"}},
	{Target: ".C", Recipe: []string{"$(LINK.C) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".C.o", Recipe: []string{"$(COMPILE.C) $(OUTPUT_OPTION) $<"}},
	{Target: ".cpp", Recipe: []string{"$(LINK.cpp) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".cpp.o", Recipe: []string{"$(COMPILE.cpp) $(OUTPUT_OPTION) $<"}},
	{Target: ".p", Recipe: []string{"$(LINK.p) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".p.o", Recipe: []string{"$(COMPILE.p) $(OUTPUT_OPTION) $<"}},
	{Target: ".f", Recipe: []string{"$(LINK.f) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".f.o", Recipe: []string{"$(COMPILE.f) $(OUTPUT_OPTION) $<"}},
	{Target: ".F", Recipe: []string{"$(LINK.F) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".F.o", Recipe: []string{"$(COMPILE.F) $(OUTPUT_OPTION) $<"}},
	{Target: ".F.f", Recipe: []string{"$(PREPROCESS.F) $(OUTPUT_OPTION) $<"}},
	{Target: ".m", Recipe: []string{"$(LINK.m) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".m.o", Recipe: []string{"$(COMPILE.m) $(OUTPUT_OPTION) $<"}},
	{Target: ".r", Recipe: []string{"$(LINK.r) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".r.o", Recipe: []string{"$(COMPILE.r) $(OUTPUT_OPTION) $<"}},
	{Target: ".r.f", Recipe: []string{"$(PREPROCESS.r) $(OUTPUT_OPTION) $<"}},
	{Target: ".y.ln", Recipe: []string{"$(YACC.y) $< ", " $(LINT.c) -C$* y.tab.c ", " $(RM) y.tab.c"}},
	{Target: ".y.c", Recipe: []string{"$(YACC.y) $< ", " mv -f y.tab.c $@"}},
	{Target: ".l.ln", Recipe: []string{"@$(RM) $*.c", " $(LEX.l) $< > $*.c", "$(LINT.c) -i $*.c -o $@", " $(RM) $*.c"}},
	{Target: ".l.c", Recipe: []string{"@$(RM) $@ ", " $(LEX.l) $< > $@"}},
	{Target: ".l.r", Recipe: []string{"$(LEX.l) $< > $@ ", " mv -f lex.yy.r $@"}},
	{Target: ".ym.m", Recipe: []string{"$(YACC.m) $< ", " mv -f y.tab.c $@"}},
	{Target: ".s", Recipe: []string{"$(LINK.s) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".s.o", Recipe: []string{"$(COMPILE.s) -o $@ $<"}},
	{Target: ".S", Recipe: []string{"$(LINK.S) $^ $(LOADLIBES) $(LDLIBS) -o $@"}},
	{Target: ".S.o", Recipe: []string{"$(COMPILE.S) -o $@ $<"}},
	{Target: ".S.s", Recipe: []string{"$(PREPROCESS.S) $< > $@"}},
	{Target: ".mod", Recipe: []string{"$(COMPILE.mod) -o $@ -e $@ $^"}},
	{Target: ".mod.o", Recipe: []string{"$(COMPILE.mod) -o $@ $<"}},
	{Target: ".def.sym", Recipe: []string{"$(COMPILE.def) -o $@ $<"}},
	{Target: ".tex.dvi", Recipe: []string{"$(TEX) $<"}},
	{Target: ".texinfo.info", Recipe: []string{"$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@"}},
	{Target: ".texinfo.dvi", Recipe: []string{"$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<"}},
	{Target: ".texi.info", Recipe: []string{"$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@"}},
	{Target: ".texi.dvi", Recipe: []string{"$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<"}},
	{Target: ".txinfo.info", Recipe: []string{"$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@"}},
	{Target: ".txinfo.dvi", Recipe: []string{"$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<"}},
	{Target: ".w.c", Recipe: []string{"$(CTANGLE) $< - $@"}},
	{Target: ".w.tex", Recipe: []string{"$(CWEAVE) $< - $@"}},
	{Target: ".web.p", Recipe: []string{"$(TANGLE) $<"}},
	{Target: ".web.tex", Recipe: []string{"$(WEAVE) $<"}},
	{Target: ".sh", Recipe: []string{"cat $< >$@ ", " chmod a+x $@"}},
	{Target: ".lm.m", Recipe: []string{"@$(RM) $@ ", " $(LEX.m) $< > $@"}},
}

// patternRules are those that no suffix rule can express, in order of definition.
var patternRules = []PatternRule{
	{Targets: []string{"(%)"}, Prereqs: []string{"%"}, Recipe: []string{"$(AR) $(ARFLAGS) $@ $<"}},
	{Targets: []string{"%.out"}, Prereqs: []string{"%"}, Recipe: []string{"@rm -f $@ ", " cp $< $@"}},
	{Targets: []string{"%.c"}, Prereqs: []string{"%.w", "%.ch"}, Recipe: []string{"$(CTANGLE) $^ $@"}},
	{Targets: []string{"%.tex"}, Prereqs: []string{"%.w", "%.ch"}, Recipe: []string{"$(CWEAVE) $^ $@"}},
	{Targets: []string{"%"}, Prereqs: []string{"%,v"}, DoubleColon: true, Recipe: []string{"$(CHECKOUT,v)"}},
	{Targets: []string{"%"}, Prereqs: []string{"RCS/%,v"}, DoubleColon: true, Recipe: []string{"$(CHECKOUT,v)"}},
	{Targets: []string{"%"}, Prereqs: []string{"RCS/%"}, DoubleColon: true, Recipe: []string{"$(CHECKOUT,v)"}},
	{Targets: []string{"%"}, Prereqs: []string{"s.%"}, DoubleColon: true, Recipe: []string{"$(GET) $(GFLAGS) $(SCCS_OUTPUT_OPTION) $<"}},
	{Targets: []string{"%"}, Prereqs: []string{"SCCS/s.%"}, DoubleColon: true, Recipe: []string{"$(GET) $(GFLAGS) $(SCCS_OUTPUT_OPTION) $<"}},
}

var suffixes = []string{
	".out", ".a", ".ln", ".o", ".c", ".cc", ".C", ".cpp", ".p", ".f", ".F", ".m",
	".r", ".y", ".l", ".ym", ".yl", ".s", ".S", ".mod", ".sym", ".def", ".h", ".info",
	".dvi", ".tex", ".texinfo", ".texi", ".txinfo", ".w", ".ch", ".web", ".sh", ".elc", ".el",
}
