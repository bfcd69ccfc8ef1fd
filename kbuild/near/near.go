package near

// This file counts slips.

import "strings"

// Name returns the name of a list that is most like a word; "" if none is like it. A word of four letters may have one slip, one of
// eight or more two: a letter too many, one too few, a wrong one, or two that changed places. Case, and '-' for '_', are no slips.
func Name(word string, names []string) string {
	best, least := "", min(max(len(word)/4, 1), 2)+1
	if len(word) < 3 {
		return ""
	}
	for _, name := range names {
		if d := len(name) - len(word); name == word || d >= least || -d >= least {
			continue
		}
		if d := slips(fold(word), fold(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

// slips counts the slips between two words: the optimal string alignment distance, row by row.
func slips(a, b string) int {
	before, last, row := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, make([]int, len(b)+1)
	}
	return last[len(b)]
}
