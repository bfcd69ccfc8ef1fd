// Package need answers one question for tests: what does this test lack here, and how much of it is played? A test may need a
// tool, a tree or a privilege of the machine. Where everything has to be compared (GOKBUILD_CI is set, as
// testdata/e2e/test.sh does), want of it is a failure; elsewhere the test is skipped.
//
// need.go and make.go find what a test needs, effort.go says how much of a test is played, folder.go makes files.
package need
