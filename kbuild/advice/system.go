package advice

// This file tells what machine this is.

import (
	"os"
	"strings"
)

// family are distributions with the same packages.
type family int

const (
	unknown family = iota - 1
	debian
	fedora
	arch
	suse
	alpine
)

// families are the words of ID and ID_LIKE in os-release(5).
var families = map[string]family{
	"debian": debian, "ubuntu": debian, "linuxmint": debian, "raspbian": debian,
	"fedora": fedora, "rhel": fedora, "centos": fedora, "rocky": fedora, "almalinux": fedora,
	"arch": arch, "manjaro": arch, "archarm": arch,
	"suse": suse, "opensuse": suse, "opensuse-leap": suse, "opensuse-tumbleweed": suse, "sles": suse,
	"alpine": alpine, "postmarketos": alpine,
}

// installers are the commands that install a package.
var installers = []string{debian: "apt install", fedora: "dnf install", arch: "pacman -S", suse: "zypper install", alpine: "apk add"}

// System is the machine that the build runs on.
type System struct {
	family family
	// UID is the user. Root needs no sudo.
	UID int
}

// ThisSystem reads os-release(5). A machine without it is one of which nothing is known.
func ThisSystem() System {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		text, _ = os.ReadFile("/usr/lib/os-release")
	}
	return SystemOf(string(text), os.Getuid())
}

// SystemOf is the machine with an os-release of that text, for a user.
func SystemOf(osRelease string, uid int) System {
	s := System{family: unknown, UID: uid}
	var ids []string
	for line := range strings.Lines(osRelease) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch value = strings.Trim(value, `"'`); name {
		case "ID":
			ids = append([]string{value}, ids...)
		case "ID_LIKE":
			ids = append(ids, strings.Fields(value)...)
		}
	}
	for _, id := range ids {
		if f, ok := families[id]; ok {
			s.family = f
			break
		}
	}
	return s
}

// sudo is a command for root.
func (s System) sudo(command string) string {
	if s.UID == 0 {
		return command
	}
	return "sudo " + command
}

// install is the cure for something that is missing, if it is known which packages hold it.
func (s System) install(what string, p packages) string {
	if s.family == unknown || p[s.family] == "" {
		return what + " is missing: install the package that holds it"
	}
	return what + " is missing: " + s.sudo(installers[s.family]+" "+p[s.family])
}
