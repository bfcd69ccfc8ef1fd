package cache

import (
	"strings"
	"testing"
)

// FuzzScan: any text can be scanned, and what is found stands in it.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{"#include \"a.h\"\n", "# /* c */ include <x>\n#include MACRO\n", "CONFIG_A CONFIG_B_MODULE CONFIG_##x", "%:include \"y\"", "#include \"", "asm(\".incbin\")", "#include_next <z>\n# \\\n import \"w\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s := scanText(text)
		text = append(append(text[:len(text):len(text)], 0), joinLines(text)...)
		for _, symbol := range s.symbols {
			if symbol == "" || !strings.Contains(string(text), "CONFIG_"+symbol) {
				t.Errorf("%q: symbol %q", text, symbol)
			}
		}
		for _, name := range s.quoted {
			if strings.Contains(name, "\n") || !strings.Contains(string(text), "\""+name+"\"") {
				t.Errorf("%q: %q in quotes", text, name)
			}
		}
	})
}

// FuzzConfig: the header of a configuration may hold anything.
func FuzzConfig(f *testing.F) {
	f.Add("/* c */\n#define CONFIG_A 1\n#define CONFIG_B_MODULE 1\n#define CONFIG_C \"x y\"\n")
	f.Add("/*\n * generated\n */\n#define X\n")
	f.Fuzz(func(t *testing.T, text string) {
		c := parseConfig(text)
		for name, value := range c.symbols {
			if !strings.Contains(text, "#define CONFIG_"+name) || strings.Contains(value, "\n") {
				t.Errorf("%q: %q is %q", text, name, value)
			}
		}
	})
}

// FuzzReadsAll: a program that reads all of its input does so no more with a rule that ends it.
func FuzzReadsAll(f *testing.F) {
	for _, seed := range []string{check, "/[a/]b/ { x = \"\\\"\" }", "BEGIN{}END{exit}", "func f(a) { return a / 2 }\n!x", "# END {\n{\"}\"}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, program string) {
		if more := program + "\nNR { exit }"; readsAll(more) {
			t.Errorf("%q", more)
		}
	})
}
