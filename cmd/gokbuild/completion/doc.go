// Package completion answers what could stand at the end of a command line of gokbuild, for the completion of bash, zsh and fish.
//
// Goals, variables and configurations are read from the text of the tree's makefiles, documents and folders, without
// running anything: what a tree documents in its "help" is offered, and nothing else.
//
// It must not know how a build works.
package completion

import "embed"

//go:embed gokbuild.bash _gokbuild gokbuild.fish
var scripts embed.FS

// Script returns the program that a shell must read to complete: bash, zsh or fish.
func Script(shell string) (string, bool) {
	name := map[string]string{"bash": "gokbuild.bash", "zsh": "_gokbuild", "fish": "gokbuild.fish"}[shell]
	text, err := scripts.ReadFile(name)
	return string(text), err == nil
}
