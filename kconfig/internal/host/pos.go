// Places in Kconfig files.

package host

import "strconv"

// A Pos is a place in a Kconfig file. The file name is as it was written in the source statement.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string { return p.File + ":" + strconv.Itoa(p.Line) }
