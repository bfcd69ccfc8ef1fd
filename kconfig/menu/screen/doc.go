// Package screen answers: what stands where on the screen, and which key came? Front ends draw into a [Grid] and read
// keys; a [Terminal] shows the one and sends the other. It knows no real terminal.
//
// Reading order: screen.go, key.go.
package screen
