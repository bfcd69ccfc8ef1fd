// Package advice helps with a first error. It answers one question: what should a person do about this failure?
//
// An [Advisor] listens to a build. If it fails, [Advisor.Line] is one line that names the cause and the cure, or nothing: where
// nothing is known, nothing is said. It reads what make and the tools said; none of that is changed.
//
// advice.go listens, causes.go has the causes by the words in which tools tell of them, folders.go those that have to do with
// who may write where, files.go looks into the files that messages name, packages.go says which package of a distribution holds a
// tool, a header or a library, system.go what machine this is.
package advice
