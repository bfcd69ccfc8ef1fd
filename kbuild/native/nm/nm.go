// Package nm answers one question: what does GNU nm print for a plain object
// file? The real program reads such a file in milliseconds, but first loads
// whatever plugins the machine has for link-time optimisation, which can take ten
// times as long; and some trees start it once for each object they compile.
//
// Only what has been compared with the real program is answered: relocatable ELF
// files for x86 without anything special in them. For the rest List says no, and
// the real program runs.
package nm

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"slices"
	"strings"
)

// symbol is a line of the listing.
type symbol struct {
	name  string
	value uint64
	class byte // the letter
}

// List returns what `nm` prints for an object file with this content, by name in
// byte order. byName says that this nm judges a section by its name before it
// looks at its flags, as versions before 2.40 may. ok is false where the real
// program is to be asked.
func List(file []byte, byName bool) (text []byte, ok bool) {
	symbols, digits, ok := read(file, byName)
	if !ok {
		return nil, false
	}
	// qsort(3) promises nothing about equal names.
	slices.SortFunc(symbols, func(a, b symbol) int { return strings.Compare(a.name, b.name) })
	size := 0
	for i, s := range symbols {
		if i > 0 && symbols[i-1].name == s.name && symbols[i-1] != s {
			return nil, false
		}
		size += digits + len(s.name) + 4
	}
	text = make([]byte, 0, size)
	for _, s := range symbols {
		if s.class == 'U' || s.class == 'w' || s.class == 'v' {
			text = append(text, blanks[:digits]...)
		} else {
			for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
				text = append(text, "0123456789abcdef"[s.value>>shift&15])
			}
		}
		text = append(text, ' ', s.class, ' ')
		text = append(text, s.name...)
		text = append(text, '\n')
	}
	return text, true
}

const blanks = "                "

// read collects the symbols that nm lists, and the number of digits in a value.
func read(data []byte, byName bool) (symbols []symbol, digits int, ok bool) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil || f.Type != elf.ET_REL || f.ByteOrder != binary.LittleEndian {
		return nil, 0, false
	}
	switch {
	case f.Class == elf.ELFCLASS64 && f.Machine == elf.EM_X86_64:
		digits = 16
	case f.Class == elf.ELFCLASS32 && f.Machine == elf.EM_386:
		digits = 8
	default:
		return nil, 0, false
	}
	classes := make([]byte, len(f.Sections))
	var table *elf.Section
	for i, s := range f.Sections {
		// Objects made for link-time optimisation belong to the plugins.
		if strings.HasPrefix(s.Name, ".gnu.lto_") || s.Name == ".llvm.lto" || s.Type == elf.SHT_DYNSYM {
			return nil, 0, false
		}
		if s.Type == elf.SHT_SYMTAB {
			if table != nil {
				return nil, 0, false
			}
			table = s
		}
		classes[i] = sectionClass(s, byName)
	}
	if table == nil || int(table.Link) >= len(f.Sections) {
		return nil, 0, false
	}
	entries, err := table.Data()
	if err != nil {
		return nil, 0, false
	}
	names, err := f.Sections[table.Link].Data()
	if err != nil {
		return nil, 0, false
	}
	size := elf.Sym64Size
	if digits == 8 {
		size = elf.Sym32Size
	}
	// The first entry is none. nm complains of a table without others, and not of one that names no more than the source.
	if len(entries)%size != 0 || len(entries) <= size {
		return nil, 0, false
	}
	symbols = make([]symbol, 0, len(entries)/size-1)
	for entries = entries[size:]; len(entries) > 0; entries = entries[size:] {
		s, listed, ok := entry(entries[:size], names, classes)
		if !ok {
			return nil, 0, false
		}
		if listed {
			symbols = append(symbols, s)
		}
	}
	return symbols, digits, true
}

// entry reads one entry of the symbol table. Names of files and sections are not
// listed.
func entry(b, names []byte, classes []byte) (s symbol, listed, ok bool) {
	name := binary.LittleEndian.Uint32(b)
	var info byte
	var index elf.SectionIndex
	if len(b) == elf.Sym64Size {
		info, index = b[4], elf.SectionIndex(binary.LittleEndian.Uint16(b[6:]))
		s.value = binary.LittleEndian.Uint64(b[8:])
	} else {
		info, index = b[12], elf.SectionIndex(binary.LittleEndian.Uint16(b[14:]))
		s.value = uint64(binary.LittleEndian.Uint32(b[4:]))
	}
	kind, bind := elf.ST_TYPE(info), elf.ST_BIND(info)
	switch kind {
	case elf.STT_SECTION, elf.STT_FILE:
		return s, false, true
	case elf.STT_NOTYPE, elf.STT_OBJECT, elf.STT_FUNC, elf.STT_TLS:
	default:
		return s, false, false
	}
	if int64(name) >= int64(len(names)) {
		return s, false, false
	}
	end := bytes.IndexByte(names[name:], 0)
	if end <= 0 {
		return s, false, false
	}
	s.name = string(names[name : int(name)+end])
	for i := range len(s.name) {
		if s.name[i] <= ' ' || s.name[i] > '~' || s.name[i] == '@' {
			return s, false, false // shown in another way, or a version
		}
	}
	switch {
	case index == elf.SHN_UNDEF:
		switch {
		case bind == elf.STB_GLOBAL:
			s.class = 'U'
		case bind == elf.STB_WEAK && kind == elf.STT_OBJECT:
			s.class = 'v'
		case bind == elf.STB_WEAK:
			s.class = 'w'
		default:
			return s, false, false
		}
		return s, true, true
	case index == elf.SHN_ABS:
		s.class = 'a'
	case int(index) < len(classes) && index < elf.SHN_LORESERVE:
		s.class = classes[index]
	}
	if s.class == 0 {
		return s, false, false
	}
	switch {
	case bind == elf.STB_LOCAL:
	case bind == elf.STB_GLOBAL:
		s.class -= 'a' - 'A'
	case bind == elf.STB_WEAK && kind == elf.STT_OBJECT:
		s.class = 'V'
	case bind == elf.STB_WEAK:
		s.class = 'W'
	default:
		return s, false, false
	}
	return s, true, true
}

// sectionClass is the letter of a local symbol in a section; 0 if we do not know.
func sectionClass(s *elf.Section, byName bool) byte {
	class := flagsClass(s)
	if !byName {
		return class
	}
	for _, known := range namedClasses {
		if strings.HasPrefix(s.Name, known.prefix) && known.class != class {
			return 0
		}
	}
	return class
}

func flagsClass(s *elf.Section) byte {
	alloc, write := s.Flags&elf.SHF_ALLOC != 0, s.Flags&elf.SHF_WRITE != 0
	switch {
	case s.Type != elf.SHT_PROGBITS && s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NOTE,
		s.Flags&elf.SHF_COMPRESSED != 0:
		return 0
	case s.Flags&elf.SHF_EXECINSTR != 0:
		return 't'
	case s.Type == elf.SHT_NOBITS:
		return 'b'
	case alloc && write:
		return 'd'
	case alloc:
		return 'r'
	}
	return 0 // whether it is one of debugging information depends on its name
}

// namedClasses are the beginnings of section names that older versions of nm may
// know.
var namedClasses = []struct {
	prefix string
	class  byte
}{
	{".bss", 'b'}, {"code", 't'}, {".data", 'd'}, {"*DEBUG*", 'N'}, {".debug", 'N'}, {".drectve", 'i'}, {".edata", 'e'},
	{".fini", 't'}, {".idata", 'i'}, {".init", 't'}, {".pdata", 'p'}, {".rdata", 'r'}, {".rodata", 'r'}, {".sbss", 's'},
	{".scommon", 'c'}, {".sdata", 'g'}, {".text", 't'}, {"vars", 'd'}, {"zerovars", 'b'},
}
