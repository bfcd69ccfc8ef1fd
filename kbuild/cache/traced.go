package cache

// This file knows the values of what only the tracer sees.

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"gokbuild/depgraph/facts"
	"gokbuild/depgraph/store"
)

// statusValue works out a fact about an absolute name.
func statusValue(kind facts.Kind, name string) (v store.Digest, ok bool) {
	if kind == facts.System {
		n, err := facts.SystemValue(name)
		return store.Sum(strconv.AppendUint([]byte("system "), n, 16)), err == nil
	}
	st := facts.Look(kind, "", name)
	switch {
	case st.Errno == syscall.ENOENT || st.Errno == syscall.ENOTDIR:
		return absentValue, true
	case st.Errno != 0:
		return v, false
	}
	text := strconv.FormatUint(uint64(st.Mode), 8) + " " + strconv.FormatUint(st.Owner(), 16)
	switch kind {
	case facts.Exists:
	case facts.Dated:
		text += " " + strconv.FormatInt(st.Mtime, 10)
		if st.Format() == syscall.S_IFREG {
			text += " " + strconv.FormatInt(st.Size, 10)
		}
	case facts.Link:
		to, err := os.Readlink(name)
		if err != nil {
			return v, false
		}
		text = "link " + to
	case facts.List:
		entries, err := os.ReadDir(name)
		if err != nil {
			return v, false
		}
		var names []string
		for _, e := range entries {
			if e.Name() != facts.OwnDir {
				names = append(names, e.Name()+"\x00"+e.Type().String())
			}
		}
		slices.Sort(names)
		text = "list " + strings.Join(names, "\x00")
	default:
		return v, false
	}
	return store.Sum([]byte(text)), true
}
