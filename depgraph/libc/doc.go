// Package libc answers one question: what does the C library say and do where Go does otherwise?
//
// Programs that are imitated here (make, dash, conf, coreutils) print the words of strerror(3) and strsignal(3), and so must
// we. They also start system calls again that a signal interrupted.
package libc
