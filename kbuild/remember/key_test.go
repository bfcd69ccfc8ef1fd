package remember

// This file asks programs which variables they look at.

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gokbuild/depgraph/need"
)

// asking is a library that notes what a program asks of getenv.
const asking = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
static void say(const char *n) { int fd = open(LOG, O_WRONLY | O_APPEND | O_CREAT, 0666);
	if (fd >= 0) { char b[300]; size_t k = strlen(n); if (k < sizeof b) { memcpy(b, n, k); b[k] = '\n'; k = write(fd, b, k + 1); } close(fd); } }
char *getenv(const char *n) { char *(*r)(const char *) = dlsym(RTLD_NEXT, "getenv"); say(n); return r(n); }
char *secure_getenv(const char *n) { char *(*r)(const char *) = dlsym(RTLD_NEXT, "secure_getenv"); say(n); return r(n); }
`

// TestWhatProgramsAsk: what programs look at that count as looking at no variables is in all keys.
func TestWhatProgramsAsk(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		need.Missing(t, "no gcc")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("ask.c", asking)
	write("a.c", "int main(void) { return 0; }\n")
	write("t", "a\nb\n")
	log := filepath.Join(dir, "log")
	run := func(command string, env ...string) {
		words := strings.Fields(command)
		c := exec.CommandContext(t.Context(), words[0], words[1:]...)
		c.Dir, c.WaitDelay, c.Env = dir, 10*time.Second, append(os.Environ(), env...)
		_ = c.Run() // a program that is not there asks nothing
	}
	run(`gcc -shared -fPIC -DLOG="` + log + `" -o ask.so ask.c -ldl`)
	for _, command := range []string{"gcc -c a.c -o a.o", "ld --version", "ar rcs l.a a.o", "nm a.o", "objcopy a.o b.o", "objdump -d a.o",
		"readelf -a a.o", "strip b.o", "size a.o", "git rev-parse HEAD", "git status --porcelain", "git describe --always", "sed s/a/b/ t", "grep a t",
		"sort t", "ls -l t", "cp t t2", "mv t2 t3", "find . -name t", "xargs echo", "diff t a.c", "cmp t t", "gzip -c t", "xz -c t", "zstd -c t", "bc",
		"m4 t", "flex --version", "bison --version", "sh -c :", "mktemp -u", "stat t", "uname -a", "hostname", "id", "whoami", "depmod -V",
		"timeout 1 true", "nice true", "install t t4", "tr a b", "expand t", "od t", "head t", "wc t", "touch t", "seq 2", "sha1sum t", "join t t", "nl t"} {
		run(command, "LD_PRELOAD="+filepath.Join(dir, "ask.so"))
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(text))
	slices.Sort(names)
	if names = slices.Compact(names); len(names) < 20 {
		t.Errorf("few asked: %q", names)
	}
	for _, name := range names {
		if name == "bar" {
			continue // a trick of LLVM's, by which linkers keep its passes: the answer decides nothing
		}
		if free(name) && !windowVariables.Has(name) && name != "PWD" {
			t.Errorf("a program looks at %s, which is in no key", name)
		}
	}
}
