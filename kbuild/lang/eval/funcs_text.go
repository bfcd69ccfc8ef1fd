package eval

// This file has the functions of text and lists of words.

import (
	"slices"
	"strconv"
	"strings"
)

func fnSubst(_ *Interp, dst []byte, args []string) []byte {
	from, to, text := args[0], args[1], args[2]
	if from == "" {
		return append(append(dst, text...), to...)
	}
	for {
		i := strings.Index(text, from)
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:i]...), to...)
		text = text[i+len(from):]
	}
}

func fnPatsubst(_ *Interp, dst []byte, args []string) []byte {
	before, after, ok := splitPercent(args[0])
	if !ok {
		return substWords(dst, args[2], before, args[1])
	}
	return patsubst(dst, args[2], before, after, args[1])
}

func fnStrip(_ *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[0], func(dst []byte, w string) []byte { return append(dst, w...) })
}

// appendWords appends f of each word, one blank between them.
func appendWords(dst []byte, text string, f func([]byte, string) []byte) []byte {
	first := true
	for w := range Words(text) {
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = f(dst, w)
	}
	return dst
}

func fnFindstring(_ *Interp, dst []byte, args []string) []byte {
	if strings.Contains(args[1], args[0]) {
		return append(dst, args[0]...)
	}
	return dst
}

func fnFilter(_ *Interp, dst []byte, args []string) []byte { return filter(dst, args, true) }

func fnFilterOut(_ *Interp, dst []byte, args []string) []byte { return filter(dst, args, false) }

// filter keeps the words that match (or do not match) any of the patterns.
// Patterns without '%' are looked up in a table: kernel makefiles filter lists
// of tens of thousands of words by as many names.
func filter(dst []byte, args []string, keep bool) []byte {
	type pattern struct{ before, after string }
	var patterns []pattern
	var plain []string
	for p := range Words(args[0]) {
		before, after, ok := splitPercent(p)
		if ok {
			patterns = append(patterns, pattern{before, after})
		} else {
			plain = append(plain, before)
		}
	}
	var table map[string]bool
	if len(plain) > 8 {
		table = make(map[string]bool, len(plain))
		for _, p := range plain {
			table[p] = true
		}
	}
	matches := func(w string) bool {
		if table != nil {
			if table[w] {
				return true
			}
		} else if slices.Contains(plain, w) {
			return true
		}
		for _, p := range patterns {
			if _, ok := MatchPercent(w, p.before, p.after); ok {
				return true
			}
		}
		return false
	}
	first := true
	for w := range Words(args[1]) {
		if matches(w) != keep {
			continue
		}
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = append(dst, w...)
	}
	return dst
}

func fnSort(_ *Interp, dst []byte, args []string) []byte {
	var words []string
	for w := range Words(args[0]) {
		words = append(words, w)
	}
	slices.Sort(words)
	for i, w := range slices.Compact(words) {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, w...)
	}
	return dst
}

func (in *Interp) number(s, which, fn string) int {
	t := trim(s)
	if !in.Dialect.NumbersParsed {
		if s == "" || strings.Trim(t, "0123456789") != "" {
			in.failExpanding("non-numeric " + which + " argument to '" + fn + "' function: '" + s + "'")
		}
		// Digits are converted by C's atoi: blanks are 0, and too many digits the
		// low bits of the greatest number.
		n, err := strconv.ParseInt("0"+t, 10, 64)
		if err != nil {
			return -1
		}
		return int(int32(n))
	}
	msg := "invalid " + which + " argument to '" + fn + "' function: "
	if t == "" {
		in.failExpanding(msg + "empty value")
	}
	n, err := strconv.Atoi(t)
	if e, ok := err.(*strconv.NumError); ok && e.Err == strconv.ErrRange {
		in.failExpanding(msg + "'" + s + "' out of range")
	} else if err != nil {
		in.failExpanding(msg + "'" + s + "'")
	}
	return n
}

func fnWord(in *Interp, dst []byte, args []string) []byte {
	n := in.number(args[0], "first", "word")
	if n == 0 || n < 0 && in.Dialect.NumbersParsed {
		in.failExpanding("first argument to 'word' function must be greater than 0")
	}
	for w := range Words(args[1]) {
		if n--; n == 0 {
			return append(dst, w...)
		}
	}
	return dst
}

func fnWordlist(in *Interp, dst []byte, args []string) []byte {
	from := in.number(args[0], "first", "wordlist")
	to := in.number(args[1], "second", "wordlist")
	if from < 1 {
		in.failExpanding("invalid first argument to 'wordlist' function: '" + args[0] + "'")
	}
	if to < 0 && in.Dialect.NumbersParsed {
		in.failExpanding("invalid second argument to 'wordlist' function: '" + args[1] + "'")
	}
	// The words keep the blanks between them.
	rest, start, i := args[2], -1, 0
	whole := args[2]
	for {
		w, after := cutWord(rest)
		if w == "" {
			if start >= 0 {
				return append(dst, strings.TrimRight(whole[start:], " \t\n\r\v\f")...)
			}
			return dst
		}
		i++
		if i == from {
			start = len(whole) - len(after) - len(w)
		}
		if i >= to {
			if start >= 0 && to >= from {
				return append(dst, whole[start:len(whole)-len(after)]...)
			}
			return dst
		}
		rest = after
	}
}

func fnWords(_ *Interp, dst []byte, args []string) []byte {
	n := 0
	for range Words(args[0]) {
		n++
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func fnFirstword(_ *Interp, dst []byte, args []string) []byte {
	w, _ := cutWord(args[0])
	return append(dst, w...)
}

func fnLastword(_ *Interp, dst []byte, args []string) []byte {
	last := ""
	for w := range Words(args[0]) {
		last = w
	}
	return append(dst, last...)
}

func fnJoin(_ *Interp, dst []byte, args []string) []byte {
	a, b := args[0], args[1]
	for first := true; ; first = false {
		var wa, wb string
		wa, a = cutWord(a)
		wb, b = cutWord(b)
		if wa == "" && wb == "" {
			return dst
		}
		if !first {
			dst = append(dst, ' ')
		}
		dst = append(append(dst, wa...), wb...)
	}
}

func fnAddprefix(_ *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[1], func(dst []byte, w string) []byte { return append(append(dst, args[0]...), w...) })
}

func fnAddsuffix(_ *Interp, dst []byte, args []string) []byte {
	return appendWords(dst, args[1], func(dst []byte, w string) []byte { return append(append(dst, w...), args[0]...) })
}
