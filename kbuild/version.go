package kbuild

// This file says which gokbuild this is.

import (
	"cmp"
	"runtime/debug"
	"strings"
)

// release is the number of the version, as "make install" sets it (-X, cmd/link); "" in other builds.
var release string

// Version says which gokbuild this is, for bug reports: its version, the commit that it was built from, and the Go that built
// it: "gokbuild (devel), commit 0123456789ab, go1.26.8". What the build did not record is left out.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "gokbuild"
	}
	text := "gokbuild " + cmp.Or(release, info.Main.Version)
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			text += ", commit " + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			text += " with changes"
		}
	}
	return strings.TrimSuffix(text, " ") + ", " + info.GoVersion
}
