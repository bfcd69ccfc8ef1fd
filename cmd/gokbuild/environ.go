package main

// This file reads the environment.

import (
	"bytes"
	"os"
	"strings"
)

// environ is the environment of this process. Of a variable that it holds twice the last counts, as for make and for shells;
// os.Environ keeps the first.
func environ() []string {
	env := os.Environ()
	data, err := os.ReadFile("/proc/self/environ")
	if err != nil {
		return env
	}
	seen, twice := make(map[string]bool, len(env)), make(map[string]string)
	for entry := range bytes.SplitSeq(data, []byte{0}) {
		if name, _, ok := strings.Cut(string(entry), "="); ok && seen[name] {
			twice[name] = string(entry)
		} else {
			seen[name] = true
		}
	}
	for i, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if last, ok := twice[name]; ok {
			env[i] = last
		}
	}
	return env
}
