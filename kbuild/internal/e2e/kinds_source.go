package main

// This file has the edits of sources, makefiles and scripts.

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func sourceKinds() []kind {
	return []kind{
		{"source: comment at the end", 3, sourceComment, true},
		{"source: comment at the top", 2, sourceTop, true},
		{"source: code", 5, sourceCode, true},
		{"source: same size", 3, sourceDigit, true},
		{"source: exported symbol", 3, sourceExport, true},
		{"source: does not compile", 2, sourceBroken, false},
		{"assembly: data", 1, assemblyCode, true},
		{"header: comment", 3, headerComment, true},
		{"header: code", 3, headerCode, true},
		{"makefile: comment", 2, makefileComment, true},
		{"makefile: flags", 3, makefileFlags, true},
		{"makefile: new object", 2, makefileObject, true},
		{"script makefile: comment", 1, scriptComment, true},
		{"Kconfig: comment", 2, kconfigComment, true},
		{"Kconfig: help", 1, kconfigHelp, true},
		{"Kconfig: new symbol", 2, kconfigSymbol, true},
		{"Kconfig: default", 1, kconfigDefault, false},
		{"touch: source", 3, touchSource, true},
		{"touch: header", 2, touchHeader, true},
		{"touch: makefile or Kconfig", 2, touchMakefile, true},
		{"50 files written again", 3, rewriteMany, false},
		{"past: code with an old date", 3, sourcePast, false},
		{"past: code with size and date kept", 1, sourceHidden, false},
		{"future: code with a date to come", 1, sourceFuture, false},
		{"link: source behind a symbolic link", 2, sourceLink, false},
		{"link: equal copy with its date", 1, sourceCopy, false},
		{"wildcard: header instead of a wrapper", 2, wrapperGone, false},
		{"wildcard: localversion file", 1, localVersion, false},
		{"wildcard: unrelated new file", 2, strayFile, true},
		{"script: comment", 2, scriptText, true},
		{"source folder away and back", 1, folderBack, false},
		{"source folder away", 1, folderAway, false},
	}
}

func sourceComment(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("/* edit %d */\n", p.step))}}
}

func sourceTop(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, fmt.Sprintf("/* edit %d */\n", p.step)+text)}}
}

// newData is a definition no compiler drops.
func (p *picker) newData() string {
	return fmt.Sprintf("static const unsigned int e2e_%d __attribute__((__used__)) = %d;\n", p.step, p.Uint32N(1<<20))
}

func sourceCode(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+p.newData())}}
}

// sourceDigit changes a number to another of the same length, which leaves most sizes as they are.
func sourceDigit(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	_, body, found := strings.Cut(text, "*/") // more often code than a licence
	if !found {
		body = text
	}
	at, ok := pick(p, number.FindAllStringIndex(body, -1))
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, otherDigit(text, len(text)-len(body)+at[0]))}}
}

// otherDigit changes the digit at a place, which is not 0, to another one.
func otherDigit(text string, i int) string {
	return text[:i] + string('1'+(text[i]-'1'+1)%9) + text[i+1:]
}

// sourceExport adds what other modules could use, so that not only the object changes.
func sourceExport(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	name := fmt.Sprintf("e2e_export_%d", p.step)
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("#include <linux/export.h>\nint %s(void);\nint %s(void) { return %d; }\nEXPORT_SYMBOL(%s);\n",
		name, name, p.Uint32N(1000), name))}}
}

func sourceBroken(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	return &edit{what: path, fails: true, ops: []op{p.rewrite(path, text+fmt.Sprintf("#error edit %d\n", p.step))}}
}

func assemblyCode(p *picker) *edit {
	path, text, ok := p.pickSource(".S")
	if !ok || strings.HasSuffix(path, ".lds.S") {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("\n.pushsection .rodata, \"a\"\n.long %d\n.popsection\n", p.Uint32N(1<<20)))}}
}

func headerComment(p *picker) *edit {
	h, text, ok := p.pickHeader()
	if !ok {
		return nil
	}
	return &edit{what: fmt.Sprintf("%s (%d objects)", h.path, h.users), ops: []op{p.rewrite(h.path, text+fmt.Sprintf("/* edit %d */\n", p.step))}}
}

func headerCode(p *picker) *edit {
	h, text, ok := p.pickHeader()
	if !ok {
		return nil
	}
	guard := fmt.Sprintf("E2E_EDIT_%d", p.step)
	text += fmt.Sprintf("#if !defined(__ASSEMBLY__) && !defined(%s)\n#define %s\n%s#endif\n", guard, guard, p.newData())
	return &edit{what: fmt.Sprintf("%s (%d objects)", h.path, h.users), ops: []op{p.rewrite(h.path, text)}}
}

func (p *picker) pickMakefile() (path, text string, ok bool) {
	if path, ok = pick(p, p.cat.dirs); !ok {
		return
	}
	text, ok = p.text(path)
	return path, text, ok
}

func makefileComment(p *picker) *edit {
	path, text, ok := p.pickMakefile()
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("# edit %d\n", p.step))}}
}

func makefileFlags(p *picker) *edit {
	path, text, ok := p.pickMakefile()
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("\nccflags-y += -DE2E_EDIT_%d\n", p.step))}}
}

func makefileObject(p *picker) *edit {
	path, text, ok := p.pickMakefile()
	if !ok {
		return nil
	}
	goal := "obj-y"
	if p.IntN(3) == 0 {
		goal = "obj-m"
	}
	name := fmt.Sprintf("e2e_%d", p.step)
	source := filepath.Join(filepath.Dir(path), name+".c")
	code := p.newData()
	if goal == "obj-m" {
		code = "#include <linux/module.h>\n" + code + "MODULE_LICENSE(\"GPL\");\n"
	}
	return &edit{what: path + ": " + goal + " += " + name + ".o", ops: []op{
		{kind: opReplace, path: source, data: []byte(code)}, p.rewrite(path, text+fmt.Sprintf("\n%s += %s.o\n", goal, name))}}
}

// scriptComment changes a makefile that every folder's build reads.
func scriptComment(p *picker) *edit {
	l, err := filepath.Glob(p.w.path("src/scripts/Makefile.*"))
	path, ok := pick(p, append(l, p.w.path("src/Makefile")))
	if err != nil || !ok {
		return nil
	}
	path = strings.TrimPrefix(path, p.w.dir+"/")
	text, ok := p.text(path)
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("# edit %d\n", p.step))}}
}

func (p *picker) pickKconfig() (path, text string, ok bool) {
	if path, ok = pick(p, p.cat.kconfigs); !ok {
		return
	}
	text, ok = p.text(path)
	return path, text, ok
}

func kconfigComment(p *picker) *edit {
	path, text, ok := p.pickKconfig()
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("# edit %d\n", p.step))}}
}

var helpLine = regexp.MustCompile(`(?m)^\s+help\n([\t ]+)\S`)

func kconfigHelp(p *picker) *edit {
	path, text, ok := p.pickKconfig()
	if !ok {
		return nil
	}
	at, ok := pick(p, helpLine.FindAllStringSubmatchIndex(text, -1))
	if !ok {
		return nil
	}
	text = text[:at[2]] + text[at[2]:at[3]] + fmt.Sprintf("Edit %d.\n", p.step) + text[at[2]:]
	return &edit{what: path, ops: []op{p.rewrite(path, text)}}
}

func kconfigSymbol(p *picker) *edit {
	path, text, ok := p.pickKconfig()
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("\nconfig E2E_EDIT_%d\n\tdef_bool y\n", p.step))}}
}

var defaultLine = regexp.MustCompile(`(?m)^\s+(def_bool|default) ([yn])\b`)

func kconfigDefault(p *picker) *edit {
	path, text, ok := p.pickKconfig()
	if !ok {
		return nil
	}
	at, ok := pick(p, defaultLine.FindAllStringSubmatchIndex(text, -1))
	if !ok {
		return nil
	}
	value := "n"
	if text[at[4]] == 'n' {
		value = "y"
	}
	line := strings.Count(text[:at[2]], "\n") + 1
	return &edit{what: fmt.Sprintf("%s:%d to %s", path, line, value), fails: true, // too often to be left
		ops: []op{p.rewrite(path, text[:at[4]]+value+text[at[5]:])}}
}

func touchSource(p *picker) *edit {
	path, _, ok := p.pickSource("")
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{{kind: opTouch, path: path}}}
}

func touchHeader(p *picker) *edit {
	h, _, ok := p.pickHeader()
	if !ok {
		return nil
	}
	return &edit{what: fmt.Sprintf("%s (%d objects)", h.path, h.users), ops: []op{{kind: opTouch, path: h.path}}}
}

func touchMakefile(p *picker) *edit {
	path, ok := pick(p, append(append([]string{"src/Makefile"}, p.cat.dirs...), p.cat.kconfigs...))
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{{kind: opTouch, path: path}}}
}

// rewriteMany is what switching branches back and forth leaves: the same bytes in new files with new times.
func rewriteMany(p *picker) *edit {
	var paths []string
	for _, o := range p.cat.objects {
		paths = append(paths, o.source)
	}
	for _, h := range p.cat.headers {
		if h.users < 100 {
			paths = append(paths, h.path)
		}
	}
	paths = append(append(paths, p.cat.dirs...), p.cat.kconfigs...)
	var e edit
	seen := map[string]bool{}
	for range 50 {
		path, ok := pick(p, paths)
		if !ok || seen[path] {
			continue
		}
		seen[path] = true
		data, ok := p.text(path)
		if !ok {
			continue
		}
		e.ops = append(e.ops, op{kind: opReplace, path: path, data: []byte(data)})
	}
	e.what = fmt.Sprintf("%d of them", len(e.ops))
	return &e
}

func sourcePast(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	o := p.rewrite(path, text+p.newData())
	age := time.Duration(1+p.IntN(1000)) * time.Hour
	o.mtime = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(-age)
	return &edit{what: path, ops: []op{o}, unlike: true}
}

var number = regexp.MustCompile(`\b[1-9][0-9]\b`)

// sourceHidden keeps size and date, so that only content and the inode's own times tell.
func sourceHidden(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	info, err := statAt(p.w, path)
	at, ok := pick(p, number.FindAllStringIndex(text, -1))
	if err != nil || !ok {
		return nil
	}
	o := p.rewrite(path, otherDigit(text, at[0]))
	o.mtime = info.ModTime()
	return &edit{what: path, ops: []op{o}, unlike: true, fails: true}
}

func sourceFuture(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	o := p.rewrite(path, text+p.newData())
	o.mtime = time.Now().Add(time.Hour)
	return &edit{what: path, ops: []op{o}, builds: []request{{}, {}}, fails: true}
}

func sourceLink(p *picker) *edit {
	path, text, ok := p.pickSource(".c")
	if !ok {
		return nil
	}
	copied := fmt.Sprintf("%s.e2e-%d", path, p.step)
	return &edit{what: path, ops: []op{{kind: opReplace, path: copied, data: []byte(text)},
		{kind: opSymlink, path: path, to: filepath.Base(copied)}}}
}

func sourceCopy(p *picker) *edit {
	path, text, ok := p.pickSource("")
	if !ok {
		return nil
	}
	info, err := statAt(p.w, path)
	if err != nil {
		return nil
	}
	return &edit{what: path, ops: []op{{kind: opReplace, path: path, data: []byte(text), mtime: info.ModTime()}}}
}

// wrapperGone gives an architecture a header of its own where the build makes one that includes the generic one.
func wrapperGone(p *picker) *edit {
	path, ok := pick(p, p.cat.wrappers)
	if !ok {
		return nil
	}
	text, ok := p.text(path)
	if !ok {
		return nil
	}
	own := strings.Replace("src/"+strings.TrimPrefix(path, "out/"), "/generated/", "/", 1)
	return &edit{what: own, ops: []op{{kind: opReplace, path: own, data: []byte(text)}}}
}

func localVersion(p *picker) *edit {
	path := fmt.Sprintf("src/localversion-e2e%d", p.step)
	return &edit{what: path, ops: []op{{kind: opWrite, path: path, data: []byte(fmt.Sprintf("-e%d\n", p.step))}}}
}

// strayFile is what an editor leaves in a folder that makefiles may list.
func strayFile(p *picker) *edit {
	path, ok := pick(p, p.cat.objects)
	if !ok {
		return nil
	}
	path.source += []string{"~", ".orig", ".e2e.h"}[p.IntN(3)]
	return &edit{what: path.source, ops: []op{{kind: opReplace, path: path.source, data: []byte("stray\n")}}}
}

// scriptText changes a script that builds may run; it does the same after it.
func scriptText(p *picker) *edit {
	var l []string
	for _, pattern := range []string{"src/scripts/*", "src/scripts/*/*"} {
		files, err := filepath.Glob(p.w.path(pattern))
		if err != nil {
			return nil
		}
		for _, f := range files {
			f = strings.TrimPrefix(f, p.w.dir+"/")
			if text, ok := p.text(f); ok && strings.HasPrefix(text, "#!") {
				l = append(l, f)
			}
		}
	}
	path, ok := pick(p, l)
	text, read := p.text(path)
	if !ok || !read {
		return nil
	}
	return &edit{what: path, ops: []op{p.rewrite(path, text+fmt.Sprintf("# edit %d\n", p.step))}}
}

func folderBack(p *picker) *edit {
	path, ok := pick(p, p.cat.folders)
	if !ok {
		return nil
	}
	return &edit{what: path, ops: []op{{kind: opRename, path: path, to: path + ".e2e"}, {kind: opRename, path: path + ".e2e", to: path}}}
}

func folderAway(p *picker) *edit {
	path, ok := pick(p, p.cat.folders)
	if !ok {
		return nil
	}
	return &edit{what: path, fails: true, ops: []op{{kind: opRename, path: path, to: path + ".e2e"}}}
}
