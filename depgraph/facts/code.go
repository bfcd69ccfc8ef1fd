package facts

// This file tells programs in machine code from scripts.

import (
	"debug/elf"
	"os"
)

// MachineCode reports whether a path leads to a file in machine code (ELF). What a script does is not told by its name.
func MachineCode(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [len(elf.ELFMAG)]byte
	n, _ := f.ReadAt(head[:], 0)
	return n == len(head) && string(head[:]) == elf.ELFMAG
}
