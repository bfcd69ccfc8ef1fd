// Package builtin answers: which variables, suffixes and rules does make know before it reads a makefile?
//
// [Variables] are what -R takes away, [Fixed] is what stays even then, [Automatic] are the D and F forms of the automatic
// variables. [Suffixes], [SuffixRules] and [PatternRules] are what -r takes away (-R implies -r).
//
// The data are those of GNU make 4.3; make 4.4 changed two values. A test compares everything with the installed make.
package builtin
