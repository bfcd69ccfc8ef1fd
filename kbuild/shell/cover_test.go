package shell

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
)

// TestCoverage reports which share of recorded lines Parse takes. The records
// are NUL-terminated argument lists, "-c" and the text separated by \x01.
func TestCoverage(t *testing.T) {
	files := strings.Fields(os.Getenv("SHELL_TRACES"))
	if len(files) == 0 {
		t.Skip("SHELL_TRACES names no recorded lines")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		total, taken, direct := 0, 0, 0
		why := map[string]int{}
		for _, rec := range strings.Split(string(data), "\x00") {
			rec, ok := strings.CutPrefix(rec, "-c\x01")
			if !ok {
				continue
			}
			rec = strings.TrimSuffix(rec, "\x01")
			total++
			if _, ok := Direct(rec); ok {
				direct++
				continue
			}
			if w := Why(rec); w == "" {
				taken++
			} else {
				why[w+" | "+rec[max(0, len(rec)-300):]]++
			}
		}
		t.Logf("%s: %d lines, %d direct, %d parsed, %d refused", f, total, direct, taken, total-direct-taken)
		var keys []string
		for k, n := range why {
			keys = append(keys, fmt.Sprintf("%5d %s", n, k))
		}
		sort.Sort(sort.Reverse(sort.StringSlice(keys)))
		for _, k := range keys {
			t.Log(k)
		}
	}
}
