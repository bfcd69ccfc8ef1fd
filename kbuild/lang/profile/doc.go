// Package profile answers one question: which GNU make is being imitated, and what does that one do differently?
//
// A build imitates one version as a whole, because its traces end up in the tree's output: MAKE_VERSION and .FEATURES are
// tested by makefiles, the text of $(MAKEFLAGS) is cut up with findstring, and the result lands in saved commands.
//
//   - [Profile] holds the version text, the feature list and one named switch per difference.
//   - [ForVersion] makes a profile from a version text.
//   - [Choose] applies the order of precedence: option, environment, the make found in PATH (asked once, then remembered), 4.4.
//
// Evaluators test the switches, never the version: a switch says what is different, a version does not.
package profile
