// Colours.

package lxdialog

import "gokbuild/kconfig/menu/screen"

// A Theme is a style for each part of a box (struct dialog_info in dialog.h).
type Theme struct {
	Mono bool // no colours, no shadow
	Boxes
	Buttons
	Items
}

// Boxes are the styles of boxes and of what is around them.
type Boxes struct {
	Screen, Shadow, Dialog, Title, Border, Input, Position, Menubox, MenuboxBorder screen.Style
}

// Buttons are the styles of buttons.
type Buttons struct {
	ButtonActive, ButtonInactive, ButtonKeyActive, ButtonKeyInactive, ButtonLabelActive, ButtonLabelInactive screen.Style
}

// Items are the styles of the lines of a list.
type Items struct {
	Item, ItemSelected, Tag, TagSelected, TagKey, TagKeySelected, Check, CheckSelected, UArrow, DArrow screen.Style
}

// NewTheme returns the theme of a name, the value of MENUCONFIG_COLOR: classic, blackbg, mono, or bluetitle, which an
// empty name stands for. Without colours it is mono. A name that is none of these is taken for an empty one; the
// original shows no colours then.
func NewTheme(name string, colors int) Theme {
	switch {
	case colors < 8 || name == "mono":
		return mono()
	case name == "classic":
		return classic()
	case name == "blackbg":
		return blackBackground()
	}
	return blueTitle()
}

func style(fg, bg screen.Color, bold bool) screen.Style {
	s := screen.Style{Fg: fg, Bg: bg}
	if bold {
		s.Attr = screen.Bold
	}
	return s
}

func mono() Theme {
	plain, bold, reverse, dim := screen.Plain, screen.Plain, screen.Plain, screen.Plain
	bold.Attr, reverse.Attr, dim.Attr = screen.Bold, screen.Reverse, screen.Dim
	return Theme{
		Mono: true,
		Boxes: Boxes{Screen: plain, Shadow: plain, Dialog: plain, Title: bold, Border: plain, Input: plain, Position: bold,
			Menubox: plain, MenuboxBorder: plain},
		Buttons: Buttons{ButtonActive: reverse, ButtonInactive: dim, ButtonKeyActive: reverse, ButtonKeyInactive: bold,
			ButtonLabelActive: reverse, ButtonLabelInactive: plain},
		Items: Items{Item: plain, ItemSelected: reverse, Tag: bold, TagSelected: reverse, TagKey: bold, TagKeySelected: reverse,
			Check: bold, CheckSelected: reverse, UArrow: bold, DArrow: bold},
	}
}

func classic() Theme {
	on := style(screen.Black, screen.White, false)
	border := style(screen.White, screen.White, true)
	tag, tagOn := style(screen.Yellow, screen.White, true), style(screen.Yellow, screen.Blue, true)
	active, arrow := style(screen.White, screen.Blue, true), style(screen.Green, screen.White, true)
	return Theme{
		Boxes: Boxes{Screen: style(screen.Cyan, screen.Blue, true), Shadow: style(screen.Black, screen.Black, true),
			Dialog: on, Title: tag, Border: border, Input: on, Position: tag, Menubox: on, MenuboxBorder: border},
		Buttons: Buttons{ButtonActive: active, ButtonInactive: on, ButtonKeyActive: active,
			ButtonKeyInactive: style(screen.Red, screen.White, false), ButtonLabelActive: tagOn,
			ButtonLabelInactive: style(screen.Black, screen.White, true)},
		Items: Items{Item: on, ItemSelected: active, Tag: tag, TagSelected: tagOn, TagKey: tag, TagKeySelected: tagOn,
			Check: on, CheckSelected: active, UArrow: arrow, DArrow: arrow},
	}
}

func blueTitle() Theme {
	t := classic()
	blue := style(screen.Blue, screen.White, true)
	t.Title, t.Position, t.Tag, t.TagKey = blue, blue, blue, blue
	t.ButtonKeyActive = style(screen.Yellow, screen.Blue, true)
	t.ButtonLabelActive = style(screen.White, screen.Blue, true)
	return t
}

func blackBackground() Theme {
	white, red := style(screen.White, screen.Black, false), style(screen.Red, screen.Black, false)
	yellow, line := style(screen.Yellow, screen.Black, false), style(screen.Black, screen.Black, true)
	onRed, whiteOnRed := style(screen.Yellow, screen.Red, true), style(screen.White, screen.Red, false)
	return Theme{
		Boxes: Boxes{Screen: style(screen.Red, screen.Black, true), Shadow: style(screen.Black, screen.Black, false),
			Dialog: white, Title: red, Border: line, Input: yellow, Position: red, Menubox: yellow, MenuboxBorder: line},
		Buttons: Buttons{ButtonActive: style(screen.Yellow, screen.Red, false), ButtonInactive: yellow, ButtonKeyActive: onRed,
			ButtonKeyInactive: red, ButtonLabelActive: whiteOnRed, ButtonLabelInactive: white},
		Items: Items{Item: white, ItemSelected: whiteOnRed, Tag: red, TagSelected: onRed, TagKey: red, TagKeySelected: onRed,
			Check: yellow, CheckSelected: onRed, UArrow: red, DArrow: red},
	}
}
