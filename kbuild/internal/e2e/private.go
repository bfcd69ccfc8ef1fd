package main

// This file gives the harness mounts that nobody else sees.

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// privateMark is set in the environment of the command that has its own mounts.
const privateMark = "E2E_PRIVATE_MOUNTS"

// private starts this command again in a mount namespace of its own, unless that has been done. Whoever may not make one gets it
// within a user namespace.
func private() (again bool, err error) {
	if os.Getenv(privateMark) != "" {
		if err := keepMounts(); err != nil {
			return false, fmt.Errorf("mounts of our own: %w", err)
		}
		return false, os.Unsetenv(privateMark)
	}
	err = startPrivate(&syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS})
	if errors.Is(err, syscall.EPERM) {
		err = startPrivate(&syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		})
	}
	if err != nil {
		return true, fmt.Errorf("no mount namespace can be had (%w): be root, or allow user namespaces; "+
			"a container needs --cap-add=SYS_ADMIN --security-opt apparmor=unconfined", err)
	}
	return true, nil
}

// startPrivate runs this command again, and ends with its status if it could be started.
func startPrivate(attr *syscall.SysProcAttr) error {
	runtime.LockOSThread() // the death of the thread that started it counts as that of the parent
	defer runtime.UnlockOSThread()
	attr.Pdeathsig = syscall.SIGTERM
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), privateMark+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = attr
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return err
	}
	if err != nil {
		os.Exit(cmd.ProcessState.ExitCode())
	}
	return nil
}

// keepMounts ends the propagation of mounts from this namespace to others. In a plain chroot / is no mount, and the mount that it
// lies on has no name: it is reached by leaving the chroot, and entered again afterwards.
func keepMounts() error {
	err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
	if !errors.Is(err, unix.EINVAL) {
		return err
	}
	root, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(root)
	wd, err := unix.Open(".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(wd)
	below, err := os.MkdirTemp("/", "e2e-root-")
	if err != nil {
		return err
	}
	defer os.Remove(below)
	// With a root below the working directory, nothing holds .. back until the root of the namespace.
	if err := errors.Join(unix.Chdir("/"), unix.Chroot(below)); err != nil {
		return err
	}
	err = climb()
	if err == nil {
		err = unix.Mount("", ".", "", unix.MS_REC|unix.MS_PRIVATE, "")
	}
	return errors.Join(err, unix.Fchdir(root), unix.Chroot("."), unix.Fchdir(wd))
}

// climb makes the root of the mount namespace the working directory.
func climb() error {
	var at, above unix.Stat_t
	for {
		if err := errors.Join(unix.Stat(".", &at), unix.Stat("..", &above)); err != nil {
			return err
		}
		if at.Dev == above.Dev && at.Ino == above.Ino {
			return nil
		}
		if err := unix.Chdir(".."); err != nil {
			return err
		}
	}
}
