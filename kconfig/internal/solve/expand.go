// $NAME in texts of trees without macros.

package solve

import "gokbuild/kconfig/internal/ctext"

// ExpandSymbols replaces $NAME by the value of that symbol. A name that is no symbol is nothing, or itself with
// unknown set.
func (c *Solver) ExpandSymbols(in string, unknown bool) string {
	var b []byte
	for i := 0; i < len(in); i++ {
		if in[i] != '$' {
			b = append(b, in[i])
			continue
		}
		j := i + 1
		for j < len(in) && ctext.WordByte[in[j]] && in[j] != '-' {
			j++
		}
		if s := c.Find(in[i+1 : j]); s != nil {
			c.Calc(s)
			b = append(b, s.Text()...)
		} else if unknown {
			b = append(b, in[i+1:j]...)
		}
		i = j - 1
	}
	return string(b)
}
