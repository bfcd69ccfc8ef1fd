// rand() of the GNU C library.

package conf

// glibcRand is the additive feedback generator behind rand() of the GNU C library, so that a seed gives the same draws.
type glibcRand struct {
	r    [31]uint32
	f, b int // front and rear pointers
}

func (g *glibcRand) seed(seed uint32) {
	if seed == 0 {
		seed = 1
	}
	word := int32(seed)
	g.r[0] = uint32(word)
	for i := 1; i < 31; i++ {
		hi, lo := word/127773, word%127773
		word = 16807*lo - 2836*hi
		if word < 0 {
			word += 2147483647
		}
		g.r[i] = uint32(word)
	}
	g.f, g.b = 3, 0
	for range 310 {
		g.next()
	}
}

func (g *glibcRand) next() int {
	g.r[g.f] += g.r[g.b]
	v := g.r[g.f] >> 1
	if g.f++; g.f == 31 {
		g.f = 0
	}
	if g.b++; g.b == 31 {
		g.b = 0
	}
	return int(v)
}
