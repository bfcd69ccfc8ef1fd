package syntax

import (
	"testing"

	"gokbuild/kconfig/internal/model"
)

func TestHelpLayout(t *testing.T) {
	tests := []struct{ in, want string }{
		{"\t  one\n\t    two \n\n\t  three\n", "one\n  two\n\nthree\n"},
		{"  a\n b\n", "a\n"},
		{"\n\n\tx\n\nconfig Y\n", "\n\nx\n"},
		{"config B\n", "config B\n"},
		{"\tx", "x"},
	}
	for _, tt := range tests {
		n, _, _ := scanHelp([]byte(tt.in))
		if got := (&model.Menu{HelpText: model.HelpText{Raw: []byte(tt.in)[:n], Set: true}}).Help(); got != tt.want {
			t.Errorf("%q gives %q, want %q", tt.in, got, tt.want)
		}
	}
}
