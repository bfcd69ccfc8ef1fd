// Search by regular expression, as the C tool does it.

package menu

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"gokbuild/kconfig/internal/model"
)

// Search returns the symbols whose names a POSIX extended regular expression matches, whatever the case of letters:
// first those that it matches as a whole, otherwise by name (sym_re_search in symbol.c). A pattern may begin with the
// prefix of symbols. The error tells what is wrong with a pattern.
func (m *Model) Search(pattern string) ([]*model.Symbol, error) {
	if n := len(m.Prefix); len(pattern) >= n && strings.EqualFold(pattern[:n], m.Prefix) {
		pattern = pattern[n:]
	}
	if pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile("(?i:" + pattern + ")")
	if err != nil {
		var wrong *syntax.Error
		if errors.As(err, &wrong) {
			err = errors.New(wrong.Code.String())
		}
		return nil, err
	}
	re.Longest()
	type match struct {
		s     *model.Symbol
		whole bool
	}
	var found []match
	for _, s := range m.Syms.Order {
		if s.IsConst() || s.Name == "" {
			continue
		}
		if at := re.FindStringIndex(s.Name); at != nil {
			m.solver.Calc(s)
			found = append(found, match{s, at[1]-at[0] == len(s.Name)})
		}
	}
	if !m.D.SearchUnsorted {
		slices.SortStableFunc(found, func(a, b match) int {
			switch {
			case a.whole && !b.whole:
				return -1
			case b.whole && !a.whole:
				return 1
			}
			return strings.Compare(a.s.Name, b.s.Name)
		})
	}
	out := make([]*model.Symbol, len(found))
	for i, f := range found {
		out[i] = f.s
	}
	return out, nil
}
