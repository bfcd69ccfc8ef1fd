//go:build !cgo

package main

// This file tells that Go's runtime starts the threads.

const withC = false
