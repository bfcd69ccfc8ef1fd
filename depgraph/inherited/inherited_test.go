package inherited

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("PRINT_INHERITED") != "" {
		os.Stdout.WriteString(Text())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestText: whatever a shell sets for the programs that it starts shows.
func TestText(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text := func(before string) string {
		c := exec.Command("/bin/bash", "-c", before+`; exec "$0"`, exe)
		c.Env = append(os.Environ(), "PRINT_INHERITED=1")
		out, err := c.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Umask") {
			t.Fatalf("%s: %v\n%s", before, err, out)
		}
		return string(out)
	}
	plain := text(":")
	if again := text(":"); again != plain {
		t.Errorf("twice the same:\n%s%s", plain, again)
	}
	for _, before := range []string{"umask 0777", "ulimit -S -n 345", "ulimit -H -n 4000; ulimit -S -n 4000",
		"ulimit -S -s 4321", "ulimit -S -f 100000",
		"renice -n +3 -p $$ >/dev/null", "trap '' INT"} {
		if text(before) == plain {
			t.Errorf("%s does not show", before)
		}
	}
}
