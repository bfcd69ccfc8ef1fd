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
	s := splitter{plain: -1}
	quote := byte(0)
	for i := 0; i < len(cmd); i++ {
		c := cmd[i]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			} else {
				s.word = append(s.word, c)
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
				s.quoted()
				s.word = append(s.word, cmd[i])
			}
		case quote == '"':
			if c == '"' {
				quote = 0
			} else {
				s.word = append(s.word, c)
			}
		case c == '"' || c == '\'':
			s.quoted()
			quote = c
		case c == ' ' || c == '\t':
			s.end()
		case strings.IndexByte("|&;<>()*?[]#~!{}\n\r", c) >= 0:
			return nil, 0, false
		default:
			s.inWord = true
			s.word = append(s.word, c)
		}
	}
	if quote != 0 {
		return nil, 0, false
	}
	s.end()
	return s.words, s.assigns, true
}

// splitter collects the words of a command line.
type splitter struct {
	words []string
	// assigns counts the first words that are assignments.
	assigns int
	word    []byte
	// inWord is set once a word has begun: it may be empty, as '' is.
	inWord bool
	// plain is the length of the word up to its first quote, -1 if there is none yet.
	plain int
}

// quoted notes that something quoted comes next.
func (s *splitter) quoted() {
	if s.inWord = true; s.plain < 0 {
		s.plain = len(s.word)
	}
}

// end ends the word, if one has begun.
func (s *splitter) end() {
	if !s.inWord {
		return
	}
	if s.plain < 0 {
		s.plain = len(s.word)
	}
	if s.assigns == len(s.words) && isAssignment(string(s.word[:s.plain])) {
		s.assigns++
	}
	s.words = append(s.words, string(s.word))
	s.word, s.inWord, s.plain = s.word[:0], false, -1
}

func isAssignment(word string) bool {
	i := strings.IndexByte(word, '=')
	return i > 0 && eval.Exportable(word[:i])
}
