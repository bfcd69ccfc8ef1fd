// Package lxdialog answers: how do the boxes of mconf look, and how do they answer to keys? They are those of the
// folder scripts/kconfig/lxdialog of a tree, drawn anew from what is to be shown whenever anything changes.
//
// Where the original loses something, these do not: a window that is too small is waited for, one Esc is enough, the
// ends of a list are one key away, and what is not ASCII can be typed.
//
// Reading order: ui.go, theme.go (colours), then a file for each box: menubox.go, checklist.go, inputbox.go,
// textbox.go, findbox.go.
package lxdialog
