// Places in Kconfig files.

package host

import "strconv"

// A Pos is a place in a Kconfig file. The file name is as it was written in the source statement.
type Pos struct {
	File string
	// Line counts from 1.
	Line int
	// Column counts bytes from 1; it is 0 where only the line is known.
	Column int
}

// String returns FILE:LINE, as messages name places.
func (p Pos) String() string { return p.File + ":" + strconv.Itoa(p.Line) }
