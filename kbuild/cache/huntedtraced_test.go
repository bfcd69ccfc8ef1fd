package cache

// This file holds ways in which programs under trace change files, to see what is restored of them.

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestHuntedTraced runs a program twice by way of the cache, in a folder that is as it was the first time or not, and a third time without:
// it leaves the same.
func TestHuntedTraced(t *testing.T) {
	for _, c := range []struct{ name, body, first, second string }{
		{"a part of a file", `int f = open("made", O_WRONLY); pwrite(f, "B", 1, 1);`, "AAAA", "CCCC"},
		{"a part of a new file", `int f = open("made", O_WRONLY | O_CREAT, 0666); pwrite(f, "B", 1, 1);`, "AAAA", "CCCCCC"},
		{"the end of a file", `int f = open("made", O_WRONLY | O_APPEND); write(f, "B", 1);`, "AAAA", "CCCC"},
		{"a file that is cut", `truncate("made", 2);`, "AAAA", "CCCC"},
		{"a file that is cut by its descriptor", `int f = open("made", O_RDWR); ftruncate(f, 2);`, "AAAA", "CCCC"},
		{"a file in memory", `int f = open("made", O_RDWR); char *m = mmap(0, 4, PROT_WRITE, MAP_SHARED, f, 0); m[0] = 'B';`, "AAAA", "CCCC"},
		{"permissions", `chmod("made", 0600);`, "AAAA", "AAAA"},
		{"permissions by a descriptor", `int f = open("made", O_RDONLY); fchmod(f, 0600);`, "AAAA", "AAAA"},
		{"a removed file", `unlink("made"); int f = open("other", O_WRONLY | O_CREAT | O_TRUNC, 0666); write(f, "x", 1);`, "AAAA", "AAAA"},
		{"a renamed file", `int f = open("tmp", O_WRONLY | O_CREAT | O_TRUNC, 0666); write(f, "x", 1); rename("made", "old"); rename("tmp", "made");`, "AAAA", "CCCC"},
		{"a kept copy", `rename("made", "old"); int f = open("made", O_WRONLY | O_CREAT, 0666); write(f, "x", 1);`, "AAAA", "CCCC"},
		{"a link", `link("made", "other"); int f = open("made", O_WRONLY | O_TRUNC); write(f, "x", 1);`, "AAAA", "CCCC"},
		{"a copy", `int f = open("made", O_RDONLY), g = open("other", O_WRONLY | O_CREAT | O_TRUNC, 0666); sendfile(g, f, 0, 4);`, "AAAA", "CCCC"},
		{"a range", `int f = open("made", O_RDONLY), g = open("other", O_WRONLY | O_CREAT, 0666); copy_file_range(f, 0, g, 0, 2, 0);`, "AAAA", "CCCC"},
		{"exchanged names", `int f = open("other", O_WRONLY | O_CREAT | O_TRUNC, 0666); write(f, "x", 1); renameat2(AT_FDCWD, "made", AT_FDCWD, "other", 2);`, "AAAA", "CCCC"},
		{"a size", `struct stat s; stat("made", &s); int f = open("other", O_WRONLY | O_CREAT | O_TRUNC, 0666); dprintf(f, "%d", (int) s.st_size);`, "AAAA", "CCCCCC"},
		{"blocks", `struct stat s; stat("made", &s); int f = open("other", O_WRONLY | O_CREAT | O_TRUNC, 0666); dprintf(f, "%d", (int) s.st_nlink);`, "AAAA", "CCCC"},
		{"the end of output", `dprintf(1, "%d", (int) lseek(1, 0, SEEK_END));`, "AAAA", "CCCC"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.write("out/tool.c", "#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stdio.h>\n#include <sys/mman.h>\n#include <sys/sendfile.h>\n#include <sys/stat.h>\n#include <unistd.h>\nint main(void) {"+c.body+" return 0; }\n")
			cmd := exec.Command("gcc", "-w", "-o", "tool", "tool.c")
			cmd.Dir = p.out
			if text, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			start := func(text string) {
				for _, name := range []string{"made", "other", "old", "tmp"} {
					os.Remove(p.out + "/" + name)
				}
				p.write("out/made", text)
				if err := os.Chmod(p.out+"/made", 0o644); err != nil {
					t.Fatal(err)
				}
				p.build()
			}
			state := func() string {
				var b strings.Builder
				for _, name := range []string{"made", "other", "old", "tmp"} {
					if st, err := os.Stat(p.out + "/" + name); err == nil {
						b.WriteString(name + " " + st.Mode().String() + " " + p.read(name) + "\n")
					}
				}
				return b.String()
			}
			start(c.first)
			p.compile("./tool")
			for _, text := range []string{c.first, c.second} {
				start(text)
				p.compile("./tool")
				got := state()
				start(text)
				cmd := exec.Command("./tool")
				cmd.Dir = p.out
				if err := cmd.Run(); err != nil {
					t.Fatal(err)
				}
				if want := state(); got != want {
					t.Errorf("%s: %q, and it leaves %q; %v", text, got, want, p.cache.Summary())
				}
			}
		})
	}
}
