package conf

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"gokbuild/kconfig/internal/testkit"
)

// TestBusyOrder sees that the header is never older than what its rule in BusyBox's Makefile compares it with: the
// configuration would be read again for nothing. File times move in ticks, so it takes several runs for a wrong order
// to show.
func TestBusyOrder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "include"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Config.in"), []byte("config A\n\tbool \"a\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	date := func(name string) time.Time {
		t.Helper()
		st, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return st.ModTime()
	}
	for range 200 {
		if st := Main(Invocation{Args: []string{"-n", "Config.in"}, Dir: dir, Dialect: testkit.BusyBox()}); st != 0 {
			t.Fatalf("status %d", st)
		}
		for _, name := range []string{".config", ".kconfig.d"} {
			if header := date("include/autoconf.h"); header.Before(date(name)) {
				t.Fatalf("include/autoconf.h is %v older than %s", date(name).Sub(header), name)
			}
		}
	}
}
