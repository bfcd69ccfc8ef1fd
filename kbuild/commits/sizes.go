package commits

// This file measures what was linked.

import (
	"compress/gzip"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Size is how large a linked file is, in bytes. Text, data and bss are those that size (GNU binutils) prints.
type Size struct {
	File string `json:"file"`
	Text uint64 `json:"text"`
	Data uint64 `json:"data"`
	BSS  uint64 `json:"bss"`
	// Sections are those that are loaded, by name.
	Sections map[string]uint64 `json:"sections"`
}

// symbols are the sizes of functions and objects, by name; those of one name are added.
type symbols map[string]uint64

// measure reads a file. The error is about one that is no ELF file.
func measure(dir, name string) (*Size, symbols, error) {
	f, err := elf.Open(filepath.Join(dir, name))
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	s := &Size{File: name, Sections: make(map[string]uint64)}
	for _, section := range f.Sections {
		if section.Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		s.Sections[section.Name] += section.Size
		switch {
		case section.Flags&elf.SHF_EXECINSTR != 0 || section.Flags&elf.SHF_WRITE == 0:
			s.Text += section.Size
		case section.Type != elf.SHT_NOBITS:
			s.Data += section.Size
		default:
			s.BSS += section.Size
		}
	}
	syms := make(symbols)
	table, err := f.Symbols()
	if err != nil {
		return s, syms, nil //nolint:nilerr // a file without symbols has sizes all the same
	}
	for _, sym := range table {
		if kind := elf.ST_TYPE(sym.Info); kind != elf.STT_FUNC && kind != elf.STT_OBJECT || sym.Size == 0 || sym.Section == elf.SHN_UNDEF {
			continue
		}
		syms[plainSymbol(sym.Name)] += sym.Size
	}
	return s, syms, nil
}

// plainSymbol is the name without the number that a compiler gives to a static variable of a function or a clone: "buf.7".
func plainSymbol(name string) string {
	base := strings.TrimRight(name, "0123456789")
	if base != name && strings.HasSuffix(base, ".") && len(base) > 1 {
		return base[:len(base)-1]
	}
	return name
}

// Change says by how many bytes something grew or, if negative, shrank.
type Change struct {
	Name string `json:"name"`
	By   int64  `json:"by"`
}

// changes lists what differs, the largest changes first, at most so many.
func changes(old, new map[string]uint64, most int) (all []Change) {
	for name, size := range new {
		if by := int64(size - old[name]); by != 0 {
			all = append(all, Change{name, by})
		}
	}
	for name, size := range old {
		if _, ok := new[name]; !ok && size != 0 {
			all = append(all, Change{name, -int64(size)})
		}
	}
	abs := func(n int64) int64 { return max(n, -n) }
	slices.SortFunc(all, func(a, b Change) int {
		if d := abs(b.By) - abs(a.By); d != 0 {
			return int(d)
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all[:min(most, len(all))]
}

// writeSymbols keeps the sizes of symbols in a file, by that of the linked file.
func writeSymbols(name string, all map[string]symbols) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	if err := json.NewEncoder(z).Encode(all); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}

// readSymbols reads such a file; nil if there is none that can be read.
func readSymbols(name string) (all map[string]symbols) {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil || json.NewDecoder(z).Decode(&all) != nil {
		return nil
	}
	return all
}

// figure writes a number with a comma between thousands.
func figure(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// files are the linked files that are to be measured: those that were asked for, or the first of the usual names that is there.
func linked(dir string, asked, usual []string) []string {
	if len(asked) > 0 {
		return asked
	}
	for _, name := range usual {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && st.Mode().IsRegular() {
			return []string{name}
		}
	}
	return nil
}
