package compdb

// This file leaves out options that clang does not know: those of GCC.

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gokbuild/depgraph/pattern"
)

// refused begin the options that no clangd so far accepts (14 to 19), for the case that there is none to be asked.
var refused = strings.Fields(`-mpreferred-stack-boundary= -mindirect-branch= -mindirect-branch-register -mindirect-branch-cs-prefix
	-mfunction-return= -mmanual-endbr -mrecord-mcount -flive-patching= -fno-allow-store-data-races -fconserve-stack
	-fno-var-tracking-assignments -fmin-function-alignment= -fno-tree-loop-im -fno-ipa-sra -fno-ipa-cp-clone -fno-partial-inlining
	-fno-tree-scev-cprop -fno-code-hoisting -fno-section-anchors -ftrivial-auto-var-init= -fzero-call-used-regs= -fstrict-flex-arrays=`)

// rules is counted up when a clangd is asked in another way, or another table is used: answers from before count no more.
const rules = 2

// Refusal is what a clangd says of options.
type Refusal struct {
	// Rules are those by which it was asked.
	Rules int `json:"rules"`
	// Clangd is the program, with its size and date; "" is none.
	Clangd string `json:"clangd"`
	// Asked are the options that it was asked about, Refused those that it does not take. Both are sorted.
	Asked   []string `json:"asked"`
	Refused []string `json:"refused"`
}

// Ask asks a clangd about the options of entries. Without one (""), or one that does not answer, a table says what most
// refuse. known, which may be nil, is an answer from before: it is returned if it was found by the same rules, and is from
// the same program and about these options.
func Ask(ctx context.Context, clangd string, entries []Entry, known *Refusal) *Refusal {
	r := &Refusal{Rules: rules, Clangd: identity(clangd), Asked: options(entries)}
	if known != nil && known.Rules == r.Rules && known.Clangd == r.Clangd && slices.Equal(known.Asked, r.Asked) {
		return known
	}
	if r.Clangd != "" {
		if bad, err := ask(ctx, clangd, r.Asked); err == nil {
			r.Refused = slices.Sorted(maps.Keys(bad))
			return r
		}
		r.Clangd = "" // ask again the next time
	}
	for _, o := range r.Asked {
		if slices.ContainsFunc(refused, func(r string) bool { return o == r || strings.HasSuffix(r, "=") && strings.HasPrefix(o, r) }) {
			r.Refused = append(r.Refused, o)
		}
	}
	return r
}

// identity stands for a program as it is now; "" if there is none.
func identity(program string) string {
	st, err := os.Stat(program)
	if program == "" || err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", program, st.Size(), st.ModTime().UnixNano())
}

// allErrors makes an error of each warning. A tree that is built by GCC asks for it, and for no silence of what clang alone
// warns of.
const allErrors = "-Werror"

// Without returns entries for clang, without the options that it refuses, and without what makes errors of all its warnings.
func Without(entries []Entry, options []string) []Entry {
	bad := map[string]bool{allErrors: true}
	for _, o := range options {
		bad[o] = true
	}
	out := make([]Entry, len(entries))
	for i, e := range entries {
		e.Arguments = slices.DeleteFunc(slices.Clone(e.Arguments), func(a string) bool { return bad[a] })
		out[i] = e
	}
	return out
}

// options lists the options of machines and optimisations, each once: all others have the same meaning to both compilers.
func options(entries []Entry) []string {
	var list []string
	for _, e := range entries {
		for _, a := range e.Arguments {
			if strings.HasPrefix(a, "-f") || strings.HasPrefix(a, "-m") {
				list = append(list, a)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// complaint is how clang names an option that it does not take.
var complaint = pattern.New(`(?:[Uu]nknown argument|[Uu]nsupported option|argument unused|unknown target CPU|not supported[^']*)[^']*'(-[^']+)'|'(-[^']+)' hasn't been enabled`)

// rounds bounds how often clangd is asked again: it may name some options only after others are gone.
const rounds = 12

// ask finds the options that a clangd refuses, by having it check a file of one line.
func ask(ctx context.Context, clangd string, options []string) (bad map[string]bool, err error) {
	dir, err := os.MkdirTemp("", "gokbuild-clangd-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "x.c")
	if err := os.WriteFile(source, []byte("int x;\n"), 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	bad = make(map[string]bool)
	for range rounds {
		left := slices.DeleteFunc(slices.Clone(options), func(o string) bool { return bad[o] })
		entry := Entry{Directory: dir, File: source, Arguments: slices.Concat([]string{"gcc"}, left, []string{"-c", "-o", "x.o", source})}
		text, err := json.Marshal([]Entry{entry})
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, "compile_commands.json"), text, 0o600); err != nil {
			return nil, err
		}
		out, err := exec.CommandContext(ctx, clangd, "--check="+source, "--compile-commands-dir="+dir).CombinedOutput()
		if _, exited := err.(*exec.ExitError); err != nil && !exited {
			return nil, err
		}
		more := false
		for _, m := range complaint.FindAllStringSubmatch(string(out), -1) {
			for _, o := range left {
				if strings.HasPrefix(o, m[1]+m[2]) && !bad[o] {
					bad[o], more = true, true
				}
			}
		}
		if !more {
			return bad, nil
		}
	}
	return bad, nil
}
