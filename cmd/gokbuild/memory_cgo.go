//go:build cgo

package main

// This file tells that the C library starts the threads.

const withC = true
