// Which version of the script is at hand.

package merge

import (
	"bytes"
	"hash/fnv"
)

// version says what the versions of the script do differently.
type version struct {
	create  bool // a missing base file is made
	newline bool // an empty line is put in front of each fragment
	quiet   bool // option -Q
	strict  bool // option -s
}

// mergeScripts are the versions known, by a hash of their text without comments and empty lines.
var versions = map[uint64]version{
	0xfed1ee3e828f736f: {newline: true},                                          // as in 5.4
	0x4bf36feac2f12ab4: {strict: true},                                           // 5.15
	0x21d75216a288d0c3: {create: true, newline: true, strict: true},              // 6.1
	0xb8cacc184bac0e40: {quiet: true, strict: true},                              // 6.8
	0x52c45ffb4d544be5: {create: true, newline: true, quiet: true, strict: true}, // 6.12
}

// recognise recognises the text of a script.
func recognise(text []byte) (d version, ok bool) {
	h := fnv.New64a()
	for line := range bytes.Lines(text) {
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' {
			h.Write(line)
		}
	}
	d, ok = versions[h.Sum64()]
	return d, ok
}
