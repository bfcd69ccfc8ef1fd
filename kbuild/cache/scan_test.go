package cache

// This file tests what is found in the text of a source.

import "testing"

// TestAssemblerReads: what has the assembler read a file is found, whole or in the parts of strings; what only looks like it is not.
func TestAssemblerReads(t *testing.T) {
	for text, want := range map[string]bool{
		`asm(".incbin \"blob\"");`:                true,
		`asm(".InCbIn \"blob\"");`:                true,
		`asm(".inc" "bin \"blob\"");`:             true,
		"#define A \".i\"\nasm(A \"ncbin 'b'\");": true,
		`X(".i", "ncbin 'b'")`:                    true,
		`.include "other.s"`:                      true,
		".macro take op\n.\\op \"v.s\"\n.endm":    true,
		`asm(".i\\[x]");`:                         true,
		`pr_info("%c", ".i"[idle]);`:              false,
		`pr_info("%c", ".I" [idle]);`:             false,
		`pr_info("a - b.\n");`:                    false,
		`x.in = y.include;`:                       false,
	} {
		if got := scanText([]byte(text)).reads; got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
