package probe

// This file tests which variables arithmetic may have read.

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestArithmetic: arithmetic on numbers depends on no other variable; where a value brings a name into it, that variable counts.
func TestArithmetic(t *testing.T) {
	const script = "#!/bin/sh\nIFS=.\nset -- $(cat data)\necho a$((100 * $1 + 010 * ${2:-0} - (${3:-7} << 2) / 3))b \"$((7 % 4))\" $(($X - -1))\nshift $(($# - 1))\nv=$((${X} * 2)).$1\necho $v\n"
	for _, c := range []struct {
		data, want string
		remembered bool
	}{
		{"1.2.3\n", "a112b 3 5\n8 3\n", true},
		{"12\n", "a1191b 3 5\n8 12\n", true},
		{"N.2\n", "a207b 3 5\n8 2\n", false},
		{"1.N+1\n", "", false},
	} {
		t.Run(c.data, func(t *testing.T) {
			dir, env := toolDir(t, nil)
			write(t, filepath.Join(dir, "script.sh"), script)
			write(t, filepath.Join(dir, "data"), c.data)
			env = append(env, "N=2", "X=4")
			m := Open("")
			const cmd = "./script.sh gcc"
			out, _, err := m.Run(cmd, dir, env, nil, nil)
			if err != nil || c.want != "" && string(out) != c.want {
				t.Fatalf("%q, %v", out, err)
			}
			for _, v := range []struct {
				set  string
				hits bool
			}{{"DISPLAY=:1", c.remembered}, {"N=3", c.remembered}, {"X=5", false}} {
				if _, _, ok := m.Lookup(cmd, dir, append(slices.Clone(env), v.set)); ok != v.hits {
					t.Errorf("with %s remembered: %v", v.set, ok)
				}
			}
		})
	}
}

// TestReckon: only numbers among parameters are asked for; elsewhere arithmetic stays what it is.
func TestReckon(t *testing.T) {
	for text, want := range map[string]string{
		"echo $((1 + $1))":               `echo $(:reckon "1 + $1")`,
		`echo "a $((${x:-3} * 2)) b"`:    `echo "a $(:reckon "${x:-3} * 2") b"`,
		"if test $((2)) = 2; then :; fi": `if test $(:reckon "2") = 2; then :; fi`,
		"echo $((x + 1))":                "echo $((x + 1))",
		"echo $((${x:-N}))":              "echo $((${x:-N}))",
		"echo $(($(cat f)))":             "echo $(($(cat f)))",
		"a=$(($1 / 2)).$((3)) b":         `a=$(:reckon "$1 / 2").$(:reckon "3") b`,
		"a=$((1))$(false)":               "a=$((1))$(false)",
		"shift $(($# - 1))":              `shift $(:reckon "$# - 1")`,
		"echo `echo $((1))`":             "echo `echo $((1))`",
		"echo $(( $((1)) + 1))":          "echo $(( $((1)) + 1))",
		":reckon 1; echo $((1))":         ":reckon 1; echo $((1))",
	} {
		if _, said, ok := observed(text, ""); !ok || said != want {
			t.Errorf("%s: %s, %v", text, said, ok)
		}
	}
}
