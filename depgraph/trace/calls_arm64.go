//go:build linux

package trace

// This file lists the system calls that only arm64 has: none.

import "golang.org/x/sys/unix"

const nativeArch = unix.AUDIT_ARCH_AARCH64

// addLegacy: this architecture never had the old calls.
func addLegacy(addFunc) {}
