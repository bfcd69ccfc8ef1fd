// Texts that are values of a type.

package model

import (
	"strconv"

	"gokbuild/kconfig/internal/ctext"
)

// FormatNumber is a number as a symbol of the type has it.
func FormatNumber(v int64, t Type) string {
	if t == Hex {
		return "0x" + strconv.FormatUint(uint64(v), 16)
	}
	return strconv.FormatInt(v, 10)
}

// ValidText reports whether text is a value that a symbol of the type can have.
func ValidText(t Type, s string) bool {
	switch t {
	case String:
		return true
	case Int:
		if s != "" && s[0] == '-' {
			s = s[1:]
		}
		if s == "" || s[0] == '0' && len(s) > 1 {
			return false
		}
		for i := 0; i < len(s); i++ {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		}
		return true
	case Hex:
		if len(s) >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
			s = s[2:]
		}
		if s == "" {
			return false
		}
		for i := 0; i < len(s); i++ {
			if !ctext.IsHexDigit(s[i]) {
				return false
			}
		}
		return true
	case Bool, TristateType:
		if s == "" {
			return false
		}
		switch s[0] {
		case 'y', 'Y', 'm', 'M', 'n', 'N':
			return true
		}
	}
	return false
}
