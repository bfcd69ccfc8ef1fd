// Package compdb makes compilation databases. It answers one question: which file is compiled by which words?
//
// The format is that of https://clang.llvm.org/docs/JSONCompilationDatabase.html: an array of objects with directory, file,
// arguments and output.
package compdb
