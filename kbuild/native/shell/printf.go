package shell

// The printf builtin. The format is parsed with the line: its directives decide
// whether we take the command at all.

import (
	"math"
	"strconv"
	"strings"
)

type printfFormat struct {
	items []printfItem
}

// printfItem is literal text or one conversion.
type printfItem struct {
	text  string
	verb  byte // 0 for text
	minus bool
	plus  bool
	space bool
	sharp bool
	zero  bool
	width int
	prec  int // -1: none
}

func parsePrintf(format string) (*printfFormat, error) {
	if strings.HasPrefix(format, "-") {
		return nil, refusal("printf option")
	}
	f := &printfFormat{}
	var text []byte
	flush := func() {
		if len(text) > 0 {
			f.items = append(f.items, printfItem{text: string(text)})
			text = nil
		}
	}
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c == '\\' {
			c, used := escape(format[i+1:])
			text = append(text, c)
			i += used
			continue
		}
		if c != '%' {
			text = append(text, c)
			continue
		}
		if i+1 < len(format) && format[i+1] == '%' {
			text = append(text, '%')
			i++
			continue
		}
		flush()
		it, n, err := parseDirective(format[i+1:])
		if err != nil {
			return nil, err
		}
		f.items = append(f.items, it)
		i += n
	}
	flush()
	return f, nil
}

func parseDirective(d string) (it printfItem, n int, err error) {
	it.prec = -1
	for ; n < len(d); n++ {
		switch d[n] {
		case '-':
			it.minus = true
		case '+':
			it.plus = true
		case ' ':
			it.space = true
		case '#':
			it.sharp = true
		case '0':
			it.zero = true
		default:
			goto width
		}
	}
width:
	number := func() (int, bool) {
		v, digits := 0, 0
		for n < len(d) && d[n] >= '0' && d[n] <= '9' {
			v = 10*v + int(d[n]-'0')
			n++
			if digits++; digits > 6 {
				return 0, false
			}
		}
		return v, true
	}
	var ok bool
	if it.width, ok = number(); !ok {
		return it, n, refusal("printf width")
	}
	if n < len(d) && d[n] == '.' {
		n++
		if it.prec, ok = number(); !ok {
			return it, n, refusal("printf precision")
		}
	}
	if n >= len(d) {
		return it, n, refusal("printf directive")
	}
	switch d[n] {
	case 's', 'b', 'c', 'd', 'i', 'o', 'u', 'x', 'X':
		it.verb = d[n]
	default:
		return it, n, refusal("printf directive") // * and floating point too
	}
	return it, n + 1, nil
}

func (s *state) printfCommand(n *simpleNode, argv []string) int {
	args := argv[2:]
	status := 0
	var out []byte
	for {
		used := false
		var stop bool
		next := func() (string, bool) {
			if len(args) == 0 {
				return "", false
			}
			a := args[0]
			args = args[1:]
			used = true
			return a, true
		}
		for _, it := range n.printf.items {
			switch it.verb {
			case 0:
				out = append(out, it.text...)
			case 's':
				a, _ := next()
				out = it.pad(out, it.cut(a))
			case 'b':
				a, _ := next()
				var b []byte
				b, stop = appendEscaped(nil, a)
				if it.plain() {
					out = append(out, b...)
				} else {
					out = it.pad(out, it.cut(string(b)))
				}
			case 'c':
				a, _ := next()
				if a == "" {
					a = "\x00"
				}
				out = it.pad(out, a[:1])
			default:
				a, ok := next()
				var digits string
				var neg bool
				digits, neg, msg := printfNumber(a, ok, it.verb)
				if msg != "" {
					// dash has printed what came before only if its buffer was full.
					s.warn("printf: " + a + ": " + msg)
					status = 1
				}
				out = it.padNumber(out, digits, neg)
			}
			if stop {
				return s.out("printf", string(out), status)
			}
		}
		if !used || len(args) == 0 {
			return s.out("printf", string(out), status)
		}
	}
}

func (it *printfItem) plain() bool {
	return it.width == 0 && it.prec < 0 && !it.minus && !it.zero && !it.plus && !it.space && !it.sharp
}

func (it *printfItem) cut(a string) string {
	if it.prec >= 0 && len(a) > it.prec {
		return a[:it.prec]
	}
	return a
}

func (it *printfItem) pad(out []byte, a string) []byte {
	fill := it.width - len(a)
	if fill > 0 && !it.minus {
		out = append(out, strings.Repeat(" ", fill)...)
	}
	out = append(out, a...)
	if fill > 0 && it.minus {
		out = append(out, strings.Repeat(" ", fill)...)
	}
	return out
}

// printfNumber converts an argument as strtoimax or strtoumax would, and formats
// its magnitude. msg is what is wrong with it.
func printfNumber(a string, given bool, verb byte) (digits string, neg bool, msg string) {
	var v uint64
	signed := verb == 'd' || verb == 'i'
	switch {
	case !given:
	case a == "":
		// A missing number is zero without complaint: nothing is left over.
	case a[0] == '"' || a[0] == '\'':
		if len(a) > 1 {
			v = uint64(a[1])
		}
	default:
		v, msg = strtol(a, signed)
	}
	if signed && int64(v) < 0 {
		neg = true
		v = -v
	}
	switch verb {
	case 'o':
		digits = strconv.FormatUint(v, 8)
	case 'x':
		digits = strconv.FormatUint(v, 16)
	case 'X':
		digits = strings.ToUpper(strconv.FormatUint(v, 16))
	default:
		digits = strconv.FormatUint(v, 10)
	}
	return digits, neg, msg
}

// strtol reads an integer in C notation: 0x… and 0… are other bases.
func strtol(a string, signed bool) (uint64, string) {
	const notNumber, leftOver, outOfRange = "expected numeric value", "not completely converted", "Numerical result out of range"
	i := 0
	for i < len(a) && (a[i] == ' ' || a[i] >= '\t' && a[i] <= '\r') {
		i++
	}
	neg := false
	if i < len(a) && (a[i] == '+' || a[i] == '-') {
		neg = a[i] == '-'
		i++
	}
	base := uint64(10)
	switch {
	case i+2 < len(a) && a[i] == '0' && (a[i+1] == 'x' || a[i+1] == 'X') && hexDigit(a[i+2]) < 16:
		base = 16
		i += 2
	case i < len(a) && a[i] == '0':
		base = 8
	}
	var v uint64
	start, over := i, false
	for ; i < len(a); i++ {
		d := hexDigit(a[i])
		if d >= base {
			break
		}
		if v > (math.MaxUint64-d)/base {
			over = true
		}
		v = v*base + d
	}
	if i == start {
		return 0, notNumber
	}
	if signed && !over {
		over = v > math.MaxInt64 && !(neg && v == 1<<63)
	}
	switch {
	case over && !signed:
		v = math.MaxUint64
	case over && neg:
		v = 1 << 63
	case over:
		v = math.MaxInt64
	case neg:
		v = -v
	}
	if i < len(a) {
		return v, leftOver
	}
	if over {
		return v, outOfRange
	}
	return v, ""
}

func hexDigit(c byte) uint64 {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0')
	case c >= 'a' && c <= 'f':
		return uint64(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return uint64(c-'A') + 10
	}
	return 99
}

func (it *printfItem) padNumber(out []byte, digits string, neg bool) []byte {
	signed := it.verb == 'd' || it.verb == 'i'
	isZero := digits == "0"
	if it.prec == 0 && isZero {
		digits = ""
	}
	if it.prec > len(digits) {
		digits = strings.Repeat("0", it.prec-len(digits)) + digits
	}
	prefix := ""
	switch {
	case neg:
		prefix = "-"
	case signed && it.plus:
		prefix = "+"
	case signed && it.space:
		prefix = " "
	case it.sharp && it.verb == 'o' && !strings.HasPrefix(digits, "0"):
		digits = "0" + digits
	case it.sharp && it.verb == 'x' && !isZero:
		prefix = "0x"
	case it.sharp && it.verb == 'X' && !isZero:
		prefix = "0X"
	}
	if it.zero && !it.minus && it.prec < 0 {
		if fill := it.width - len(prefix) - len(digits); fill > 0 {
			digits = strings.Repeat("0", fill) + digits
		}
	}
	return it.pad(out, prefix+digits)
}
