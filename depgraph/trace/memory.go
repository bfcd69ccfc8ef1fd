//go:build linux && (amd64 || arm64)

package trace

// This file reads and writes the memory of a stopped task. Both architectures are little-endian with 64-bit words.

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

const pageSize = 4096 // the smallest there is: reads must not cross into a page that is not there

// read fills buf from the task's memory as far as possible and returns how far that was.
func (k *task) read(addr uint64, buf []byte) int {
	if len(buf) == 0 {
		return 0
	}
	local := []unix.Iovec{{Base: &buf[0], Len: uint64(len(buf))}}
	remote := []unix.RemoteIovec{{Base: uintptr(addr), Len: len(buf)}}
	n, err := unix.ProcessVMReadv(k.tid, local, remote, 0)
	if err != nil {
		return 0
	}
	return n
}

// readString reads a string that ends with a zero byte. Without one in the first PATH_MAX bytes the kernel refuses it too.
func (k *task) readString(addr uint64) (string, bool) { return k.readUpTo(addr, unix.PathMax) }

// maxArguments is how many arguments of a program are looked at, maxArgument how long the kernel lets one be.
const (
	maxArguments = 4096
	maxArgument  = 128 << 10
)

// readText reads an argument of a program.
func (k *task) readText(addr uint64) (string, bool) { return k.readUpTo(addr, maxArgument) }

func (k *task) readUpTo(addr uint64, limit int) (string, bool) {
	var (
		buf  [pageSize]byte
		text []byte
	)
	for len(text) < limit {
		// The first piece is short, as most paths are.
		size := min(256, pageSize-int(addr%pageSize))
		if len(text) > 0 {
			size = pageSize - int(addr%pageSize)
		}
		n := k.read(addr, buf[:size])
		if n == 0 {
			return "", false
		}
		if end := bytes.IndexByte(buf[:n], 0); end >= 0 {
			return string(append(text, buf[:end]...)), true
		}
		text = append(text, buf[:n]...)
		addr += uint64(n)
	}
	return "", false
}

// readWords reads 64-bit words.
func (k *task) readWords(addr uint64, words []uint64) bool {
	buf := make([]byte, 8*len(words))
	if k.read(addr, buf) != len(buf) {
		return false
	}
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(buf[8*i:])
	}
	return true
}

// readStrings reads an array of strings that ends with a null pointer, at most limit of them.
func (k *task) readStrings(addr uint64, limit int) []string {
	var list []string
	for addr != 0 && len(list) < limit {
		var pointer [1]uint64
		if !k.readWords(addr, pointer[:]) || pointer[0] == 0 {
			break
		}
		s, ok := k.readText(pointer[0])
		if !ok {
			break
		}
		list = append(list, s)
		addr += 8
	}
	return list
}

// poke writes one word.
func (k *task) poke(addr, word uint64) error {
	return ptrace(unix.PTRACE_POKEDATA, k.tid, uintptr(addr), uintptr(word))
}
