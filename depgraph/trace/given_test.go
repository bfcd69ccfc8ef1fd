//go:build linux && (amd64 || arm64)

package trace

import (
	"slices"
	"strings"
	"testing"

	"gokbuild/depgraph/need"
)

// TestTextThroughPipe: commands that a shell or an awk is handed through a pipe are not seen, so nothing is proved. Where they come
// from a file they are judged like any other.
func TestTextThroughPipe(t *testing.T) {
	dir := sandbox(t, `echo 'echo "$FOO"' >s; echo 'echo $PPID' >n; echo 'BEGIN { print ENVIRON["FOO"] }' >p; echo 'BEGIN { print 1 }' >q
		printf '#!/bin/sh\ncat >/dev/null\n' >script; chmod +x script; echo 'BEGIN { srand() }' >r`)
	for _, c := range need.Sample(t, []struct {
		run    string
		impure string // part of the reason; "": proved
		name   string // among the names that were looked at
		all    bool   // any may have been
	}{
		{run: "cat s | sh", impure: "pipe"},
		{run: "cat s | sh -", impure: "pipe"},
		{run: "cat s | sh -e -u", impure: "pipe"},
		{run: "cat s | sh -o errexit", impure: "pipe"},
		{run: "cat s | sh -s -- x", impure: "pipe"},
		{run: "cat s | sh -es x", impure: "pipe"},
		{run: "cat s | sh /dev/stdin x", impure: "pipe"},
		{run: "cat s | sh -e /dev/fd/0", impure: "pipe"},
		{run: "cat s | sh /proc/self/fd/0", impure: "pipe"},
		{run: "cat s | env sh", impure: "pipe"},
		{run: "cat s | (. /dev/stdin)", impure: "pipe"},
		{run: "cat s | bash", impure: "pipe"},
		{run: "cat s | bash --norc -eo pipefail", impure: "pipe"},
		{run: "bash -c 'bash <(cat s)'", impure: "pipe"},
		{run: "bash -c 'source <(cat s)'", impure: "pipe"},
		{run: "cat p | awk -f -", impure: "pipe"},
		{run: "cat p | awk -f-", impure: "pipe"},
		{run: "cat p | awk -v x=1 -f /dev/stdin", impure: "pipe"},

		{run: "sh <s", name: "FOO"},
		{run: "sh -s <s", name: "FOO"},
		{run: "sh /dev/stdin <s", name: "FOO"},
		{run: "bash <s", name: "FOO"},
		{run: "cp s t; exec 3<t; rm t; sh <&3", name: "FOO"},
		{run: "sh <n", impure: "PPID"},
		{run: "cp n t; exec 3<t; rm t; sh <&3", impure: "PPID"},
		{run: "awk -f - <p", all: true},
		{run: "awk -f - <r", impure: "awk"},
		{run: "awk -f - <q"},
		{run: "cp n t; sh t; rm t", impure: "PPID"},
		{run: "cp n t; . ./t; rm t", impure: "PPID"},
		{run: "cp n t; . ./t; echo >t; rm t", impure: "PPID"},
		{run: "cp n t; . ./t; mv t u; rm u", impure: "PPID"},
		{run: "cp n t; . ./t; cp s u; mv u t; rm t", impure: "PPID"},
		{run: "cp s t; sh t; rm t", name: "FOO"},
		{run: "cp p t; awk -f t; rm t", all: true},
		{run: "sh </dev/null"},
		{run: "cat s | sh s", name: "FOO"},
		{run: "cat n | sh -c 'cat >/dev/null'"},
		{run: "cat n | sh -ec 'cat >/dev/null'"},
		{run: "cat n | ./script"},
		{run: "cat n | bash --version | head -1"},
		{run: "cat n | awk '{ print 1 }'"},
		{run: "cat n | awk -F - '{ print 1 }'"},
		{run: "cat n | awk -f q -"},
		{run: "bash -c 'while read x; do echo \"$x\"; done < <(cat s)'"},
	}, 16) {
		r, text := runShell(t, "", dir, c.run)
		switch {
		case (c.impure == "") != (r.Impure == "") || !strings.Contains(r.Impure, c.impure):
			t.Errorf("%s: Impure = %q, want %q", c.run, r.Impure, c.impure)
		case c.impure == "" && (r.AnyName != c.all || c.name != "" && !slices.Contains(r.Names, c.name)):
			t.Errorf("%s: names %v, %v; it printed %q", c.run, r.Names, r.AnyName, text)
		}
	}
}

func TestAwkTexts(t *testing.T) {
	for args, want := range map[string]string{
		"-f - x": "-", "-f- x": "-", "--file=- x": "-", "--file - x": "-", "--fi - x": "-", "-E /dev/stdin": "/dev/stdin",
		"--exec=- x": "-", "-f a -i - -f b": "a - b", "-F - {print} x": "", "{print} -": "", "-f a -- -f -": "a", "-f": "",
	} {
		if got := strings.TrimSpace(strings.Join(awkTexts(strings.Fields(args)), " ")); got != want {
			t.Errorf("awk %s: %q, want %q", args, got, want)
		}
	}
}
