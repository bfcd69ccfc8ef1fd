package setting

import "testing"

func TestName(t *testing.T) {
	for _, c := range []struct {
		level int
		want  string
	}{{0, "make"}, {1, "make[1]"}, {12, "make[12]"}} {
		if got := Name("make", c.level); got != c.want {
			t.Errorf("Name(make, %d) = %q", c.level, got)
		}
	}
}
