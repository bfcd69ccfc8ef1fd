package cache

// This file tests what is done, at the end of a build, about files that were changed while it ran.

import (
	"os"
	"strings"
	"testing"
)

// TestOutdated: a header is edited while a build runs, and edited back. What was restored for the other text is removed, what was restored
// for this one stays.
func TestOutdated(t *testing.T) {
	p := newPlace(t)
	compile := func(source, header string) {
		p.write("src/include/x.h", header)
		p.cache.files.forget([]string{p.src + "/include/x.h"}) // as after the moment for which it is not looked at again
		p.compile(strings.ReplaceAll(plain, "a.", source+"."))
	}
	const one, two = "#define X 1\n", "#define X 2\n"
	p.write("src/a.c", "#include <x.h>\nint a = X;\n", "src/b.c", "#include <x.h>\nint b = X;\n")
	compile("a", one)
	compile("b", two)
	p.build()
	compile("a", one)
	compile("b", two)
	if p.compilers != 2 {
		t.Fatalf("%d compilers ran", p.compilers)
	}
	p.write("src/include/x.h", one)
	p.build()
	if _, err := os.Stat(p.out + "/a.o"); err != nil {
		t.Error("what holds is gone")
	}
	if _, err := os.Stat(p.out + "/b.o"); err == nil {
		t.Error("what was made of the other text is there")
	}
}
