package heap

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"
)

// TestLarge: what is taken afterwards lies where the kernel gives large pages, if it goes by advice, and garbage is collected at the same pace.
func TestLarge(t *testing.T) {
	before := debug.SetGCPercent(2400)
	defer debug.SetGCPercent(before)
	Large(Kconfig)
	if percent := debug.SetGCPercent(2400); percent != 2400 {
		t.Errorf("the percentage is %d", percent)
	}
	block := make([]byte, 32<<20)
	if flags := flagsAt(t, uintptr(unsafe.Pointer(&block[16<<20]))); strings.Contains(flags+" ", " hg ") != advisable() {
		t.Errorf("the flags of the memory are %q, and to advise is %v", flags, advisable())
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
