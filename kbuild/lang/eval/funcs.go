package eval

// This file calls functions, and has those that decide, loop or tell of variables.

import (
	"strconv"
	"strings"

	"gokbuild/kbuild/lang/syntax"
)

// A function appends its result to dst. Arguments are already expanded.
type function func(in *Interp, dst []byte, args []string) []byte

// A lazyFunction expands its arguments itself.
type lazyFunction func(in *Interp, dst []byte, args []*syntax.Expr) []byte

var functions [syntax.NumFuncs]function
var lazyFunctions [syntax.NumFuncs]lazyFunction

func init() {
	functions = [syntax.NumFuncs]function{
		syntax.FuncAbspath:    fnAbspath,
		syntax.FuncAddprefix:  fnAddprefix,
		syntax.FuncAddsuffix:  fnAddsuffix,
		syntax.FuncBasename:   fnBasename,
		syntax.FuncCall:       fnCall,
		syntax.FuncDir:        fnDir,
		syntax.FuncError:      fnError,
		syntax.FuncEval:       fnEval,
		syntax.FuncFile:       fnFile,
		syntax.FuncFilter:     fnFilter,
		syntax.FuncFilterOut:  fnFilterOut,
		syntax.FuncFindstring: fnFindstring,
		syntax.FuncFirstword:  fnFirstword,
		syntax.FuncFlavor:     fnFlavor,
		syntax.FuncInfo:       fnInfo,
		syntax.FuncJoin:       fnJoin,
		syntax.FuncLastword:   fnLastword,
		syntax.FuncNotdir:     fnNotdir,
		syntax.FuncOrigin:     fnOrigin,
		syntax.FuncPatsubst:   fnPatsubst,
		syntax.FuncRealpath:   fnRealpath,
		syntax.FuncShell:      fnShell,
		syntax.FuncSort:       fnSort,
		syntax.FuncStrip:      fnStrip,
		syntax.FuncSubst:      fnSubst,
		syntax.FuncSuffix:     fnSuffix,
		syntax.FuncValue:      fnValue,
		syntax.FuncWarning:    fnWarning,
		syntax.FuncWildcard:   fnWildcard,
		syntax.FuncWord:       fnWord,
		syntax.FuncWordlist:   fnWordlist,
		syntax.FuncWords:      fnWords,
	}
	lazyFunctions = [syntax.NumFuncs]lazyFunction{
		syntax.FuncAnd:     fnAnd,
		syntax.FuncForeach: fnForeach,
		syntax.FuncIf:      fnIf,
		syntax.FuncIntcmp:  fnIntcmp,
		syntax.FuncLet:     fnLet,
		syntax.FuncOr:      fnOr,
	}
}

func (in *Interp) appendCall(dst []byte, p *syntax.Part) []byte {
	if f := lazyFunctions[p.Func]; f != nil {
		return f(in, dst, p.Args)
	}
	var few [6]string
	args := few[:0]
	for _, a := range p.Args {
		args = append(args, in.Expand(a))
	}
	return functions[p.Func](in, dst, args)
}

// stripped expands an argument of which the blanks around it do not count.
func (in *Interp) stripped(e *syntax.Expr) string {
	text := trim(e.Source)
	if len(text) == len(e.Source) {
		return in.Expand(e)
	}
	return in.ExpandText(text)
}

func fnIf(in *Interp, dst []byte, args []*syntax.Expr) []byte {
	if in.stripped(args[0]) != "" {
		return in.Append(dst, args[1])
	}
	if len(args) > 2 {
		return in.Append(dst, args[2])
	}
	return dst
}

func fnOr(in *Interp, dst []byte, args []*syntax.Expr) []byte {
	for _, a := range args {
		if s := in.stripped(a); s != "" {
			return append(dst, s...)
		}
	}
	return dst
}

func fnAnd(in *Interp, dst []byte, args []*syntax.Expr) []byte {
	last := ""
	for _, a := range args {
		if last = in.stripped(a); last == "" {
			return dst
		}
	}
	return append(dst, last...)
}

func fnForeach(in *Interp, dst []byte, args []*syntax.Expr) []byte {
	name, list := trim(in.Expand(args[0])), in.Expand(args[1])
	v := &Var{Name: name, Origin: OriginAutomatic}
	base := len(in.locals)
	in.locals = append(in.locals, local{v: v})
	first := true
	for w := range Words(list) {
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		v.Value = w
		dst = in.Append(dst, args[2])
	}
	in.locals = in.locals[:base]
	return dst
}

func fnLet(in *Interp, dst []byte, args []*syntax.Expr) []byte {
	names, list := in.Expand(args[0]), in.Expand(args[1])
	base := len(in.locals)
	for name, rest := cutWord(names); name != ""; {
		value := ""
		next, more := cutWord(rest)
		if next == "" {
			value = trimLeft(list)
		} else {
			value, list = cutWord(list)
		}
		in.locals = append(in.locals, local{v: &Var{Name: name, Value: value, Origin: OriginAutomatic}})
		name, rest = next, more
	}
	dst = in.Append(dst, args[2])
	in.locals = in.locals[:base]
	return dst
}

func fnIntcmp(in *Interp, dst []byte, args []*syntax.Expr) []byte {
	a, b := in.stripped(args[0]), in.stripped(args[1])
	for i, s := range []string{a, b} {
		if s == "" {
			in.failExpanding("non-numeric " + []string{"first", "second"}[i] + " argument to 'intcmp' function: empty value")
		}
	}
	na, ea := parseBig(a)
	nb, eb := parseBig(b)
	if !ea {
		in.failExpanding("non-numeric first argument to 'intcmp' function: '" + a + "'")
	}
	if !eb {
		in.failExpanding("non-numeric second argument to 'intcmp' function: '" + b + "'")
	}
	cmp := na.compare(nb)
	if len(args) == 2 {
		if cmp == 0 {
			return append(dst, na.String()...)
		}
		return dst
	}
	pick := args[2]
	if cmp >= 0 {
		pick = nil
		if len(args) > 3 {
			pick = args[3]
			if cmp > 0 && len(args) > 4 {
				pick = args[4]
			}
		}
	}
	if pick == nil {
		return dst
	}
	return in.Append(dst, pick)
}

// fnCall is $(call name,args…): name's value with the arguments as $(1), $(2) …
// A built-in function may be called by its name.
func fnCall(in *Interp, dst []byte, args []string) []byte {
	name := trim(args[0])
	if name == "" {
		return dst
	}
	if id := in.Dialect.LookupFunc(name); id != syntax.FuncNone {
		return in.callBuiltin(dst, id, args[1:])
	}
	v := in.Lookup(name)
	if v == nil {
		in.undefined(name)
		return dst
	}
	if v.Value == "" {
		return dst
	}
	args = append([]string(nil), args...)
	args[0] = name
	base := len(in.locals)
	in.locals = append(in.locals, local{args: args})
	saved := v.calls
	v.calls = 1 << 30
	if v.Recursive {
		dst = in.appendVar(dst, v)
	} else {
		dst = append(dst, v.Value...)
	}
	v.calls = saved
	in.locals = in.locals[:base]
	return dst
}

func (in *Interp) callBuiltin(dst []byte, id syntax.FuncID, args []string) []byte {
	desc := &syntax.Funcs[id]
	if len(args) < desc.Min {
		in.failExpanding("insufficient number of arguments (" + strconv.Itoa(len(args)) + ") to function '" + desc.Name + "'")
	}
	if len(args) == 0 {
		return dst
	}
	if f := lazyFunctions[id]; f != nil {
		exprs := make([]*syntax.Expr, len(args))
		for i, a := range args {
			exprs[i] = syntax.Compile(a, in.Dialect)
		}
		return f(in, dst, exprs)
	}
	return functions[id](in, dst, args)
}

func fnEval(in *Interp, dst []byte, args []string) []byte {
	in.EvalText(args[0])
	return dst
}

func fnValue(in *Interp, dst []byte, args []string) []byte {
	if v := in.Lookup(args[0]); v != nil {
		return append(dst, v.Value...)
	}
	return dst
}

func fnOrigin(in *Interp, dst []byte, args []string) []byte {
	v := in.Lookup(args[0])
	if v == nil {
		return append(dst, "undefined"...)
	}
	return append(dst, v.Origin.String()...)
}

func fnFlavor(in *Interp, dst []byte, args []string) []byte {
	v := in.Lookup(args[0])
	if v == nil {
		return append(dst, "undefined"...)
	}
	return append(dst, v.Flavor()...)
}

// spoken is what $(info), $(warning) or $(error) says. They get more than one argument from $(call) alone: $(call info,a,b).
func (in *Interp) spoken(args []string) string {
	if in.Dialect.SpeaksFirst {
		return args[0]
	}
	return strings.Join(args, ", ")
}

func fnInfo(in *Interp, dst []byte, args []string) []byte {
	in.Voice.Info(in.spoken(args))
	return dst
}

func fnWarning(in *Interp, dst []byte, args []string) []byte {
	in.Voice.Warn(in.Pos, in.spoken(args))
	return dst
}

func fnError(in *Interp, dst []byte, args []string) []byte {
	in.fail(in.spoken(args))
	return dst
}

// fnShell runs a command; its output becomes one line.
func fnShell(in *Interp, dst []byte, args []string) []byte {
	return append(dst, foldNewlines(in.shell(args[0]), true)...)
}

// foldNewlines makes one line of what a command wrote, up to a NUL. All newlines at its end go with all, else one.
func foldNewlines(text string, all bool) string {
	text = beforeNUL(text)
	if strings.Contains(text, "\r\n") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
	}
	if all {
		text = strings.TrimRight(text, "\n")
	} else {
		text = strings.TrimSuffix(text, "\n")
	}
	return strings.ReplaceAll(text, "\n", " ")
}

// beforeNUL is what make sees of text: it ends with a NUL.
func beforeNUL(text string) string {
	text, _, _ = strings.Cut(text, "\x00")
	return text
}

func (in *Interp) shell(command string) string {
	out, status := in.Host.Shell(command)
	if status != NotRun {
		in.setShellStatus(strconv.Itoa(status))
	}
	return string(out)
}

// setShellStatus defines .SHELLSTATUS in the innermost set there is: that of the call, foreach or let
// whose body is expanded, else that of the target, else the global one.
func (in *Interp) setShellStatus(value string) {
	const name = ".SHELLSTATUS"
	in.changes++
	n := len(in.locals)
	if n == in.outer {
		in.Scope.Set.Define(name, value, OriginOverride, false, Pos{})
		return
	}
	if v := in.locals[n-1].v; v != nil && v.Name == name {
		v.Value = value
		return
	}
	in.locals = append(in.locals, local{v: &Var{Name: name, Value: value, Origin: OriginOverride}})
}

// big is a decimal number of any length: sign and digits without leading zeros.
type big struct {
	neg    bool
	digits string
}

func parseBig(s string) (big, bool) {
	b := big{}
	if s != "" && (s[0] == '-' || s[0] == '+') {
		b.neg = s[0] == '-'
		s = s[1:]
	}
	if s == "" {
		return b, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return b, false
		}
	}
	if b.digits = strings.TrimLeft(s, "0"); b.digits == "" {
		b = big{digits: "0"}
	}
	return b, true
}

func (a big) compare(b big) int {
	if a.neg != b.neg {
		if a.neg {
			return -1
		}
		return 1
	}
	c := len(a.digits) - len(b.digits)
	if c == 0 {
		c = strings.Compare(a.digits, b.digits)
	}
	// Two negative numbers are compared by their digits: make 4.4 does so.
	return c
}

func (a big) String() string {
	if a.neg {
		return "-" + a.digits
	}
	return a.digits
}
