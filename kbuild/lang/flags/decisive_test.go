package flags

import (
	"strings"
	"testing"
)

// TestDecisive: how many jobs run and options that only tell decide nothing. What is the argument of another option stays.
func TestDecisive(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"make", "make"},
		{"make -j4 all", "make all"},
		{"make -j 4 all", "make all"},
		{"make -j all", "make all"},
		{"make --jobs=4 --jobs all", "make all"},
		{"make -kj4 all", "make -kj4 all"},
		{"make -f -j x", "make -f -j x"},
		{"make -f --json x", "make -f --json x"},
		{"make --json --sarif f --trace=f --trace V=1", "make --trace V=1"},
		{"make --report=x --stats --why=a --cache --remote-exec grpc://h all", "make all"},
		{"make --jobserver-auth=3,4 --sync-mutex=fnm:x --jobserver-style=pipe -w", "make -w"},
		{"make --nosuch --jsn", "make --nosuch --jsn"},
		{"make O=x -- --json -j4", "make O=x -- --json -j4"},
		{" ks -j --jobserver-auth=fifo:/tmp/x", " ks"},
	} {
		if got := strings.Join(Decisive(strings.Split(c.words, " ")), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.words, got, c.want)
		}
	}
}
