// Package profiletest answers one question for tests: which make is of this version?
package profiletest

import "gokbuild/kbuild/lang/profile"

// Of returns the profile of a version that is written in a test, and cannot be wrong.
func Of(version string) *profile.Profile {
	p, err := profile.ForVersion(version)
	if err != nil {
		panic(err)
	}
	return p
}
