package heap

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestLarge: what is taken afterwards lies where the kernel gives large pages, and garbage is collected at the same pace.
func TestLarge(t *testing.T) {
	mode, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	if err != nil || !bytes.Contains(mode, []byte("[madvise]")) {
		t.Skipf("the kernel does not ask for advice: %q, %v", mode, err)
	}
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_AS, &limit) != nil || limit.Cur < 1<<62 {
		t.Skip("address space is short here")
	}
	before := debug.SetGCPercent(2400)
	defer debug.SetGCPercent(before)
	Large()
	if percent := debug.SetGCPercent(2400); percent != 2400 {
		t.Errorf("the percentage is %d", percent)
	}
	block := make([]byte, 32<<20)
	if flags := flagsAt(t, uintptr(unsafe.Pointer(&block[16<<20]))); !strings.Contains(flags+" ", " hg ") {
		t.Errorf("the flags of the memory are %q", flags)
	}
}

// flagsAt are the flags of the mapping that holds an address: "VmFlags" of proc(5).
func flagsAt(t *testing.T, address uintptr) string {
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			inside = from <= address && address < to
		} else if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
			return strings.TrimSuffix(flags, "\n")
		}
	}
	t.Fatal("nowhere")
	return ""
}
