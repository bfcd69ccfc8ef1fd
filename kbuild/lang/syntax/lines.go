package syntax

// This file goes through the lines of a makefile, without keeping those of a large one.

import "strings"

// Lines goes through the lines of a file.
type Lines struct {
	f *File
	i int
	// rest and line are what is left of a large file, and the line it was cut to.
	rest cutter
	line Line
}

// Read begins to go through the lines.
func (f *File) Read() *Lines { return &Lines{f: f, i: -1, rest: f.large} }

// Next returns the next line, nil behind the last one. In a large makefile a line is good until Next is called again, unless
// it was kept by [Lines.Keep].
func (l *Lines) Next() *Line {
	if l.f.Lines != nil {
		if l.i++; l.i < len(l.f.Lines) {
			return &l.f.Lines[l.i]
		}
		return nil
	}
	if !l.rest.next() {
		return nil
	}
	l.line.Raw, l.line.No, l.line.NULs = l.rest.raw, l.rest.began, l.rest.nuls
	return &l.line
}

// Keep returns a line, which Next has returned last, for as long as it is wanted.
func (l *Lines) Keep(line *Line) *Line {
	if line == &l.line {
		return &Line{Raw: line.Raw, No: line.No}
	}
	return line
}

// Height is the number of physical lines that the present line has; 0 if it is the last one.
func (l *Lines) Height() int {
	switch {
	case l.f.Lines == nil && l.rest.text != "":
		return l.rest.no - l.rest.began
	case l.i+1 < len(l.f.Lines):
		return l.f.Lines[l.i+1].No - l.f.Lines[l.i].No
	}
	return 0
}

// End is the number of the line behind the last one, once Next has returned nil.
func (l *Lines) End() int {
	if l.f.Lines == nil && l.rest.no > 0 {
		return l.rest.no
	}
	return l.f.End
}

// cutter cuts a text into logical lines.
type cutter struct {
	text string
	// nul cuts a text that holds NUL characters; its size is 0 for one that holds none.
	nul nulReader
	// raw is the line that was cut last, began the number of its first physical line, nuls its warnings.
	raw   string
	began int
	nuls  int
	// no is the number of the physical line that is next.
	no int
	// some is set once a line was cut.
	some bool
}

const byteOrderMark = "\ufeff"

func newCutter(text string, first int) cutter {
	c := cutter{text: text, no: first}
	if strings.IndexByte(text, 0) >= 0 {
		c.nul.size = firstBuffer
		return c
	}
	c.text = strings.TrimPrefix(c.text, byteOrderMark)
	if strings.Contains(c.text, "\r\n") {
		c.text = strings.ReplaceAll(c.text, "\r\n", "\n")
	}
	return c
}

// next cuts the next line off; false if there is none.
func (c *cutter) next() bool {
	if c.text == "" {
		return false
	}
	count := 0
	if c.nul.size == 0 {
		c.raw, c.text, count = cutLogical(c.text)
	} else {
		c.raw, c.text, count, c.nuls = c.nul.cut(c.text)
	}
	if !c.some {
		c.raw, c.some = strings.TrimPrefix(c.raw, byteOrderMark), true
	}
	c.began, c.no = c.no, c.no+count
	return true
}
