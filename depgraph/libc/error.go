package libc

// This file has the words of strerror(3).

import (
	"errors"
	"strconv"
	"strings"
	"syscall"
)

// Error is strerror(3) in the C locale for the errno that err wraps. An error that wraps none keeps its own words, with a
// capital.
func Error(err error) string {
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return Errno(errno)
	}
	return capital(err.Error())
}

// errPoisoned is EHWPOISON, which Go does not know.
const errPoisoned = syscall.Errno(133)

// Errno is strerror(3) in the C locale.
func Errno(errno syscall.Errno) string {
	text := errno.Error()
	if errno == errPoisoned {
		return "Memory page has hardware error"
	}
	if strings.HasPrefix(text, "errno ") {
		return "Unknown error " + strconv.Itoa(int(errno))
	}
	return capital(text)
}

// capital undoes what Go has done to the sentences of C.
func capital(text string) string {
	if text != "" && 'a' <= text[0] && text[0] <= 'z' {
		return string(text[0]-'a'+'A') + text[1:]
	}
	return text
}
