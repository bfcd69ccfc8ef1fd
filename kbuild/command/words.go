package command

// This file splits command lines as the shell does.

import (
	"strings"

	"gokbuild/kbuild/lang/eval"
)

// PlainWords splits a command line that needs no shell: words and quotes only. go-shellwords splits such lines, too, but not
// all as the shell does, which make calls: it takes the backslash out of "a\b", joins no lines that a backslash continues,
// and does not tell A=1 from 'A=1' (TestShellwordsDiffers).
func PlainWords(cmd string) ([]string, bool) {
	words, _, ok := commandWords(cmd)
	return words, ok
}

// commandWords is PlainWords that also tells how many of the first words are
// assignments for the shell: their names must not be quoted.
func commandWords(cmd string) (words []string, assigns int, ok bool) {
	if strings.IndexByte(cmd, 0) >= 0 {
		return nil, 0, false
	}
	var word []byte
	// inWord is set once a word has begun: it may be empty, as '' is.
	// plain is the length of the word up to its first quote.
	inWord, plain := false, -1
	quoted := func() {
		if inWord = true; plain < 0 {
			plain = len(word)
		}
	}
	end := func() {
		if !inWord {
			return
		}
		if plain < 0 {
			plain = len(word)
		}
		if assigns == len(words) && isAssignment(string(word[:plain])) {
			assigns++
		}
		words = append(words, string(word))
		word, inWord, plain = word[:0], false, -1
	}
	quote := byte(0)
	for i := 0; i < len(cmd); i++ {
		c := cmd[i]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			} else {
				word = append(word, c)
			}
		case c == '$' || c == '`':
			return nil, 0, false
		case c == '\\':
			i++
			switch {
			case i == len(cmd):
				return nil, 0, false
			case cmd[i] == '\n':
			case quote == '"' && cmd[i] != '"' && cmd[i] != '\\':
				// Inside double quotes a backslash is kept before most characters.
				return nil, 0, false
			default:
				quoted()
				word = append(word, cmd[i])
			}
		case quote == '"':
			if c == '"' {
				quote = 0
			} else {
				word = append(word, c)
			}
		case c == '"' || c == '\'':
			quoted()
			quote = c
		case c == ' ' || c == '\t':
			end()
		case strings.IndexByte("|&;<>()*?[]#~!{}\n\r", c) >= 0:
			return nil, 0, false
		default:
			inWord = true
			word = append(word, c)
		}
	}
	if quote != 0 {
		return nil, 0, false
	}
	end()
	return words, assigns, true
}

func isAssignment(word string) bool {
	i := strings.IndexByte(word, '=')
	return i > 0 && eval.Exportable(word[:i])
}
