package main

// This file writes profiles of gokbuild itself, for who makes it faster or smaller.

import (
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

// profiles begins the profiles that GOKBUILD_CPUPROFILE and GOKBUILD_MEMPROFILE name files for; stop ends them.
func profiles() (stop func()) {
	ends := []func(){profileCPU(os.Getenv("GOKBUILD_CPUPROFILE")), profileMemory(os.Getenv("GOKBUILD_MEMPROFILE"))}
	return func() {
		for _, end := range ends {
			end()
		}
	}
}

func profileCPU(name string) (stop func()) {
	if name == "" {
		return func() {}
	}
	f, err := os.Create(name)
	if err != nil {
		return func() {}
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}
}

// profileMemory writes the heap as it was when it was largest. It looks ten times a second, and writes each time that the heap has
// grown by a tenth.
func profileMemory(name string) (stop func()) {
	if name == "" {
		return func() {}
	}
	var (
		largest uint64
		quit    = make(chan struct{})
		ended   sync.WaitGroup
	)
	look := func() {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		if now.HeapAlloc < largest+largest/10 {
			return
		}
		if f, err := os.Create(name); err == nil {
			largest = now.HeapAlloc
			pprof.Lookup("heap").WriteTo(f, 0)
			f.Close()
		}
	}
	ended.Go(func() {
		const pause = 100 * time.Millisecond
		for {
			select {
			case <-quit:
				look()
				return
			case <-time.After(pause):
				look()
			}
		}
	})
	return func() {
		close(quit)
		ended.Wait()
	}
}
