package main

// This file gets along with the memory there is: it sets the pace of garbage collection, and fits into a limited address space.

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"

	"gokbuild/depgraph/inherited"
)

const (
	// freeHeap is the size up to which the heap grows without a collection of garbage, but for that of heap.Large. Most runs that only look, or make a
	// configuration, are over before it.
	freeHeap = 96 << 20
	// easyHeap is the size up to which a larger one may grow to four times what lives in it. Beyond it grows by a third.
	easyHeap = 240 << 20
)

// collectSeldom sets the pace of garbage collection. A build allocates much and
// keeps little; collecting less often costs some memory and saves a tenth of the
// time of a build where nothing changed.
func collectSeldom() {
	if room := addressSpace(); room < 1<<62 {
		debug.SetMemoryLimit(room)
	}
	// The runtime collects at 4 MB for each 100 percent, or later.
	const most = freeHeap >> 22 * 100
	percent := most
	debug.SetGCPercent(percent)
	afterCollection(func() {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		if now.NextGC > 1<<50 {
			return // package heap has switched it off for a moment
		}
		// What lives is told by the size at which the next collection begins.
		live := max(int(now.NextGC)/(100+percent)*100, 1)
		percent = min(max(easyHeap*100/live-100, 33), 300)
		percent = min(max(percent, freeHeap*100/live-100), most)
		debug.SetGCPercent(percent) // always: package heap may have put back another one
	})
}

// afterCollection calls f after each collection of garbage.
func afterCollection(f func()) {
	type mark [16]byte
	var again func(*mark)
	again = func(*mark) {
		f()
		runtime.SetFinalizer(new(mark), again)
	}
	runtime.SetFinalizer(new(mark), again)
}

// addressSpace is how much memory the heap may have: three quarters of what ulimit -v leaves.
func addressSpace() int64 {
	// The maps of the runtime take much, of which little is ever used.
	const reserved = 700 << 20
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil || limit.Cur > 1<<62 {
		return 1 << 62
	}
	return max(int64(limit.Cur)-reserved, reserved/8) / 4 * 3
}

// fitAddressSpace starts this program anew if ulimit -v leaves less than the C library is used to take: 8 MB for the stack of
// each thread, and 64 MB or more for what each thread allocates. One that was built without C (CGO_ENABLED=0) takes neither.
func fitAddressSpace() {
	const (
		plenty  = 8 << 30
		threads = 256 << 10 // the size of a stack that is enough for a thread of Go's
		arenas  = "MALLOC_ARENA_MAX"
	)
	if bytes, again := inherited.Stack(); again {
		os.Unsetenv(inherited.StackVariable)
		if os.Getenv(arenas) == "1" {
			os.Unsetenv(arenas)
		}
		setStack(bytes)
		return
	}
	var limit, stack syscall.Rlimit
	if !withC || syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil || limit.Cur > plenty ||
		syscall.Getrlimit(syscall.RLIMIT_STACK, &stack) != nil || stack.Cur <= threads {
		return
	}
	env := append(os.Environ(), inherited.StackVariable+"="+strconv.FormatUint(stack.Cur, 10))
	if _, set := os.LookupEnv(arenas); !set {
		env = append(env, arenas+"=1")
	}
	setStack(threads)
	// Where it cannot be started, it goes on as it is.
	syscall.Exec("/proc/self/exe", os.Args, env)
	setStack(stack.Cur)
}

// setStack sets the limit for the size of stacks that programs inherit.
func setStack(bytes uint64) {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_STACK, &limit) == nil {
		limit.Cur = bytes
		syscall.Setrlimit(syscall.RLIMIT_STACK, &limit)
	}
}
