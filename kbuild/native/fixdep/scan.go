package fixdep

// Finding symbols in a file. Each function reports names in the order and with
// the repetitions of the program; use removes what was seen before.

import "bytes"

var configMark = []byte("CONFIG_")

// scanFile gives the distinct symbols of one file in order of appearance.
func scanFile(kind scanKind, data []byte) []string {
	if kind.stopsAtNul() {
		if i := bytes.IndexByte(data, 0); i >= 0 {
			data = data[:i]
		}
	}
	var names []string
	seen := map[string]bool{}
	use := func(name []byte) {
		if !seen[string(name)] {
			s := string(name)
			seen[s] = true
			names = append(names, s)
		}
	}
	switch kind {
	case scanInside, scanModule:
		scanInts(data, kind == scanModule, use)
	case scanAnywhere:
		scanStrings(data, false, use)
	case scanWord:
		scanStrings(data, true, use)
	case scanBusybox:
		scanIdentifiers(data, use)
	case scanUBoot:
		scanCalls(data, 0, use)
	case scanUBoot1:
		scanCalls(data, 1, use)
	}
	return names
}

// wordEnd is the end of the identifier characters from i on.
func wordEnd(data []byte, i int) int {
	for i < len(data) && wordByte(data[i]) {
		i++
	}
	return i
}

// scanInts follows the versions that compare aligned words of four bytes: they
// find the mark at any place but the first byte, also within another mark's
// name, and they drop a name that runs to the end of the file.
func scanInts(data []byte, module bool, use func([]byte)) {
	for from := 1; ; {
		if from > len(data) {
			return
		}
		i := bytes.Index(data[from:], configMark)
		if i < 0 {
			return
		}
		p := from + i + len(configMark)
		from += i + 1
		q := wordEnd(data, p)
		if q == len(data) {
			continue
		}
		if module && bytes.HasSuffix(data[:q], []byte("_MODULE")) {
			q -= len("_MODULE")
		}
		if q < p {
			continue
		}
		use(data[p:q])
	}
}

// scanStrings follows the versions built on strstr. word asks for the mark at
// the beginning of a word.
func scanStrings(data []byte, word bool, use func([]byte)) {
	for p := 0; ; {
		i := bytes.Index(data[p:], configMark)
		if i < 0 {
			return
		}
		start := p + i
		p = start + len(configMark)
		if word && start > 0 && wordByte(data[start-1]) {
			continue
		}
		q := wordEnd(data, p)
		r := q
		// Without word the mark itself may lend the underscore.
		if bytes.HasSuffix(data[p:q], []byte("_MODULE")) || !word && bytes.HasSuffix(data[:q], []byte("_MODULE")) {
			r -= len("_MODULE")
		}
		if r > p {
			use(data[p:r])
		}
		p = q
	}
}

// scanIdentifiers is busybox's: after a hit it goes on one byte behind the
// beginning of the name, as if a word began there.
func scanIdentifiers(data []byte, use func([]byte)) {
	end3, end7 := len(data)-3, len(data)-7
	for p := 0; p <= end3; p++ {
		if !wordByte(data[p]) {
			continue
		}
		off := 0
		switch {
		case p < end7 && data[p+6] == '_' && markAt(data[p:p+6]):
			off = 7
		case data[p] == 'I' && data[p+1] == 'F' && data[p+2] == '_':
			off = 3
		default:
			for p <= end3 && wordByte(data[p]) {
				p++
			}
			continue
		}
		p += off
		if q := wordEnd(data, p); q != p {
			use(data[p:q])
		}
	}
}

func markAt(b []byte) bool {
	switch string(b) {
	case "CONFIG", "ENABLE", "IF_NOT":
		return true
	}
	return false
}

// scanCalls is U-Boot's, for targets without a phase prefix. A later form does
// not look at the first byte.
func scanCalls(data []byte, from int, use func([]byte)) {
	if len(data) < from {
		return
	}
	for p := from; ; {
		i := bytes.Index(data[p:], configMark)
		if i < 0 {
			return
		}
		start := p + i
		p = start + len(configMark)
		if start > 0 && wordByte(data[start-1]) {
			continue
		}
		q := wordEnd(data, p)
		r := q
		if bytes.HasSuffix(data[p:q], []byte("_MODULE")) {
			r -= len("_MODULE")
		}
		if rest := data[p:]; bytes.HasPrefix(rest, []byte("IS_ENABLED(")) || bytes.HasPrefix(rest, []byte("VAL(")) {
			p = q + 1
			r = wordEnd(data, p)
		}
		if r > p {
			use(data[p:r])
		}
		p = r
	}
}
