package cache

// This file tells of a program of awk whether it reads its input to the end.

import "strings"

// readsAll reports whether a program of awk ends no sooner than its input: it has no exit but in END, and has a rule for lines or for
// their end. What it cannot tell apart, such as a division and a regular expression, is not so.
func readsAll(program string) bool {
	code, ok := awkCode(program)
	if !ok {
		return false
	}
	reads := false
	for {
		head, rest, found := strings.Cut(code, "{")
		head = strings.Trim(head, " \t\n;")
		function := strings.HasPrefix(head, "func")
		reads = reads || head != "" && head != "BEGIN" && !function || found && head == ""
		if !found {
			return reads && !mayEnd(head)
		}
		end := closing(rest)
		if end < 0 || mayEnd(head) || head != "END" && mayEnd(rest[:end]) {
			return false
		}
		code = rest[end+1:]
	}
}

// mayEnd reports whether a part of a program can end it, or leave out the rest of its input.
func mayEnd(code string) bool {
	return strings.Contains(code, "exit") || strings.Contains(code, "nextfile")
}

// closing returns where the brace is that closes a block; -1 if there is none.
func closing(code string) int {
	depth := 1
	for i := range len(code) {
		switch code[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// awkCode leaves out of a program what stands in quotes, between slashes, and in comments. ok is false where that is not clear.
func awkCode(program string) (code string, ok bool) {
	var b strings.Builder
	before := byte('\n') // the last character that is no blank
	for i := 0; i < len(program); i++ {
		c := program[i]
		switch c {
		case '\\':
			return "", false
		case '#':
			for i+1 < len(program) && program[i+1] != '\n' {
				i++
			}
			continue
		case '/':
			if !strings.ContainsRune("\n(,~!&|{};", rune(before)) {
				return "", false
			}
			fallthrough
		case '"':
			n := quoted(program[i:])
			if n < 0 {
				return "", false
			}
			i += n
			c = '"'
		}
		b.WriteByte(c)
		if c != ' ' && c != '\t' {
			before = c
		}
	}
	return b.String(), true
}

// quoted returns where a string or regular expression ends that begins a text; -1 if that is not clear.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\n':
			return -1
		case text[i] == '\\':
			i++
		case text[i] == text[0]:
			if open := strings.LastIndexByte(text[:i], '['); text[0] == '/' && open >= 0 && !strings.Contains(text[open:i], "]") {
				return -1 // awks differ on slashes between brackets
			}
			return i
		}
	}
	return -1
}
