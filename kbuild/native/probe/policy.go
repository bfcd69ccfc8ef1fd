package probe

// This file lists the variables that matter without being named.

import (
	"strings"

	"gokbuild/depgraph/pattern"
)

// envNames and envPrefixes are the variables that toolchain programs and shells look at without their names appearing
// in the command. Those that a command mentions are tracked one by one on top of these.
var envNames = pattern.NewWords(`PATH IFS ENV CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH COMPILER_PATH
	LIBRARY_PATH DEPENDENCIES_OUTPUT
	SUNPRO_DEPENDENCIES TMPDIR TMP TEMP SOURCE_DATE_EPOCH LANG LANGUAGE LOCPATH NLSPATH SDKROOT LDEMULATION GNUTARGET
		GREP_OPTIONS GREP_COLOR
	GREP_COLORS AWKPATH AWKLIBPATH SHELLOPTS GLOBIGNORE CDPATH PS4 GLIBC_TUNABLES NO_COLOR CLICOLOR_FORCE
		AS_SECURE_LOG_FILE ZERO_AR_DATE
	MACOSX_DEPLOYMENT_TARGET`)

var envPrefixes = []string{"LC_", "GCC_", "LD_", "CCACHE_", "DISTCC_", "ICECC", "CLANG_", "CCC_", "RUST", "CARGO",
	"COLLECT_", "BASH", "POSIX", "_POSIX",
	"MALLOC_", "LLVM", "AS_", "NM_", "AR_", "QEMU_"}

// ambient reports whether the variable matters to every probe.
func ambient(name string) bool {
	if envNames.Has(name) {
		return true
	}
	for _, p := range envPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// Ambient reports whether toolchain programs and shells may look at a variable that nothing names.
func Ambient(name string) bool { return ambient(name) }
