package facts

// This file counts dates that lie far away.

import (
	"syscall"
	"testing"
)

// TestNanoseconds: a date that make can tell, from 1970 to 2514, is right as an unsigned number; every other one is greater than these.
func TestNanoseconds(t *testing.T) {
	const end = 1 << 34
	for _, sec := range []int64{0, 1, 9223372036, 9223372037, 1e10, end - 1} { // 9223372036 is the last second of an int64, in 2262
		if ns := uint64(Nanoseconds(syscall.Timespec{Sec: sec, Nsec: 5})); ns != uint64(sec)*1e9+5 {
			t.Errorf("second %d is %d", sec, ns)
		}
	}
	for _, sec := range []int64{end, 2 * end, -1, -1266874888, -1266874889, -2e9, -1 << 40} {
		if ns := uint64(Nanoseconds(syscall.Timespec{Sec: sec, Nsec: 5})); ns < end*1e9 {
			t.Errorf("second %d is %d", sec, ns)
		}
	}
}
