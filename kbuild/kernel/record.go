package kernel

// This file guesses with which variables the Kconfig files of a tree were read.

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gokbuild/depgraph/pattern"
)

var (
	recordDeps = pattern.New(`(?m)^deps_config := \\\n((?:.*\\\n)*)`)
	recordVar  = pattern.New(`(?m)^ifneq "\$\(([A-Za-z0-9_]+)\)" "(.*)"$`)
	configHead = pattern.New(`(?m)^# [A-Za-z]+/([A-Za-z0-9_]+) .*Kernel Configuration`)
	configCC   = pattern.New(`(?m)^CONFIG_CC_VERSION_TEXT="(.*)"$`)
)

// ConfigRecord returns the variables with which the Kconfig files were read when the configuration of an output directory was
// last brought in force, and the first of these files: include/config/auto.conf.cmd has both (scripts/kconfig/confdata.c,
// conf_write_autoconf_cmd). env is nil if there is no such file.
func ConfigRecord(out string) (env map[string]string, top string) {
	text, err := os.ReadFile(filepath.Join(out, "include/config/auto.conf.cmd"))
	if err != nil {
		return nil, ""
	}
	env = make(map[string]string)
	for _, m := range recordVar.FindAllStringSubmatch(string(text), -1) {
		env[m[1]] = m[2]
	}
	if m := recordDeps.FindStringSubmatch(string(text)); m != nil {
		files := strings.Fields(strings.ReplaceAll(m[1], "\\\n", " "))
		// The first file stands last in most generations, first in others.
		for _, f := range []int{0, len(files) - 1} {
			if f >= 0 && f < len(files) && (top == "" || strings.Count(files[f], "/") <= strings.Count(top, "/")) {
				top = files[f]
			}
		}
	}
	return env, top
}

// ConfigGuess are likely variables for a tree without a record: config is its .config, if it has one.
func ConfigGuess(source string, config []byte) map[string]string {
	arch := os.Getenv("ARCH")
	if m := configHead.Compiled().FindSubmatch(config); m != nil {
		arch = string(m[1])
	}
	if arch == "" {
		arch = map[string]string{"amd64": "x86", "arm64": "arm64", "riscv64": "riscv", "ppc64le": "powerpc", "s390x": "s390", "loong64": "loongarch", "arm": "arm"}[runtime.GOARCH]
	}
	folder := arch
	if strings.HasPrefix(arch, "x86") || arch == "i386" {
		folder = "x86"
	}
	// Others with several names begin with that of the folder: sparc64, sh64.
	for len(folder) > 1 && !isDir(filepath.Join(source, "arch", folder)) {
		folder = folder[:len(folder)-1]
	}
	if len(folder) < 2 {
		folder = arch
	}
	env := map[string]string{"ARCH": arch, "SRCARCH": folder, "KERNELVERSION": "", "CC": "gcc", "LD": "ld", "AR": "ar", "NM": "nm",
		"OBJCOPY": "objcopy", "PAHOLE": "pahole", "RUSTC": "rustc", "BINDGEN": "bindgen", "HOSTCC": "gcc", "HOSTCXX": "g++"}
	if m := configCC.Compiled().FindSubmatch(config); m != nil {
		env["CC_VERSION_TEXT"] = string(m[1])
	}
	return env
}

// IsForeign reports whether a file, whose name is relative to the sources, lies in the folder of another architecture than that whose
// folder is given.
func IsForeign(name, arch string) bool {
	rest, ok := strings.CutPrefix(name, "arch/")
	of, _, ok2 := strings.Cut(rest, "/")
	return ok && ok2 && arch != "" && of != arch
}

func isDir(name string) bool {
	st, err := os.Stat(name)
	return err == nil && st.IsDir()
}
