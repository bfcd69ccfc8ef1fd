package pattern

// This file has tables of words, which are made when they are first used, for the same reason.

import (
	"strings"
	"sync"
)

// Words is a set of words.
type Words struct {
	list string
	once sync.Once
	set  map[string]struct{}
}

// NewWords returns the set of the words of a list, between which there are blanks.
func NewWords(list string) *Words { return &Words{list: list} }

// Has reports whether a word is one of them.
func (w *Words) Has(word string) bool {
	w.once.Do(func() {
		w.set = make(map[string]struct{}, strings.Count(w.list, " ")+1)
		for each := range strings.FieldsSeq(w.list) {
			w.set[each] = struct{}{}
		}
	})
	_, is := w.set[word]
	return is
}
