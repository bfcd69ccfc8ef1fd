// A terminal for tests.

package screen

// A Fake is a terminal whose keys are given beforehand, and whose screens can be looked at.
type Fake struct {
	Width, Height int
	NoColor       bool
	// Keys are sent one by one; after them comes Hangup.
	Keys []Key
	// Before is called with the screen as it is before each key is sent; it may change the size and the keys.
	Before func(g *Grid, next Key)
	last   *Grid
	Closed bool
}

// Size implements Terminal.
func (f *Fake) Size() (width, height int) { return f.Width, f.Height }

// Colors implements Terminal.
func (f *Fake) Colors() int {
	if f.NoColor {
		return 0
	}
	return 8
}

// Draw implements Terminal.
func (f *Fake) Draw(g *Grid) { f.last = g }

// Next implements Terminal.
func (f *Fake) Next() Key {
	k := Hangup
	if len(f.Keys) > 0 {
		k, f.Keys = f.Keys[0], f.Keys[1:]
	}
	if f.Before != nil {
		f.Before(f.last, k)
	}
	return k
}

// Close implements Terminal.
func (f *Fake) Close() { f.Closed = true }
