//go:build !linux || !(amd64 || arm64)

package trace

// This file stands for the tracer on machines where there is none.

const supported = false

// Main is never reached on an architecture without a tracer.
func Main([]string) int { return 2 }
