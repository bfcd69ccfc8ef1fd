//go:build linux

package trace

import "golang.org/x/sys/unix"

const nativeArch = unix.AUDIT_ARCH_AARCH64

// addLegacy: this architecture never had the old calls.
func addLegacy(addFunc) {}
