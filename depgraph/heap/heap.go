// Package heap answers one question: how does this process get the memory that it is going to need?
//
// The kernel gives a process its memory page by page, each when it is first touched. Where a page of 4 KB costs 10 µs and more, as in some
// virtual machines, the 60 MB of a large tree's Kconfig files cost more than reading them does. Pages of 2 MB cost next to nothing, but
// most kernels give them only to who asks (madvise(2), Documentation/admin-guide/mm/transhuge.rst), and Go's runtime does not.
package heap

import (
	"bytes"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// Kconfig is what the Kconfig files of a kernel take, Plan what a plan of a whole kernel takes, in bytes.
	Kconfig = 96 << 20
	Plan    = 320 << 20
	// page is the size of a large page.
	page = 2 << 20
)

// Large has the memory that this process takes next, up to so many bytes, given in large pages. It takes address space until it is used.
// Who is about to need tens of megabytes calls it; all calls but the first do nothing. It takes a collection of garbage, so it is too dear
// for who needs little.
func Large(room int) {
	once.Do(func() {
		if !advisable() {
			return
		}
		percent := debug.SetGCPercent(-1)
		advise(room)
		debug.SetGCPercent(percent)
		runtime.GC() // it frees the block, whose pages stay mapped: the runtime uses them for what comes
	})
}

var once sync.Once

// advisable reports whether the kernel goes by advice, and address space is not short. With "always" the runtime gets large pages anyhow,
// with "never" nobody does.
func advisable() bool {
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_AS, &limit) != nil || limit.Cur < 1<<62 {
		return false
	}
	// Where memory may not be promised to more than there is, the block would count.
	if policy, err := os.ReadFile("/proc/sys/vm/overcommit_memory"); err != nil || string(bytes.TrimSpace(policy)) == "2" {
		return false
	}
	mode, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled")
	return err == nil && bytes.Contains(mode, []byte("[madvise]"))
}

// advise takes a block from the runtime, so that it maps memory, and marks that for large pages. While the heap is small none of it is touched.
func advise(room int) {
	block := make([]byte, room)
	start := uintptr(unsafe.Pointer(&block[0]))
	skip := int(-start & (page - 1))
	_ = unix.Madvise(block[skip:skip+(room-skip)&^(page-1)], unix.MADV_HUGEPAGE)
}
