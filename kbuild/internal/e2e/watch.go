package main

// This file waits for a line in what a build prints.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// watch notes when a file is first opened by a program other than one, without taking part in it: a compiler that is asked
// for the time would not be the same compiler.
type watch struct {
	events *os.File
	start  time.Time
	first  chan time.Duration
}

// watchFile begins to watch. The clock starts now.
func watchFile(path, besides string) (*watch, error) {
	besides, err := filepath.EvalSymlinks(besides)
	if err != nil {
		return nil, err
	}
	fd, err := unix.FanotifyInit(unix.FAN_CLASS_NOTIF|unix.FAN_CLOEXEC|unix.FAN_NONBLOCK, unix.O_RDONLY|unix.O_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("fanotify: %w", err)
	}
	w := &watch{events: os.NewFile(uintptr(fd), "fanotify"), first: make(chan time.Duration, 1)}
	if err := unix.FanotifyMark(fd, unix.FAN_MARK_ADD, unix.FAN_OPEN, unix.AT_FDCWD, path); err != nil {
		return nil, errors.Join(fmt.Errorf("fanotify: %s: %w", path, err), w.events.Close())
	}
	w.start = time.Now()
	go w.read(besides)
	return w, nil
}

func (w *watch) read(besides string) {
	const size = int(unsafe.Sizeof(unix.FanotifyEventMetadata{}))
	defer close(w.first)
	found := false
	buf := make([]byte, 64*size)
	for {
		n, err := w.events.Read(buf)
		if err != nil {
			return
		}
		at := time.Since(w.start)
		for b := buf[:n]; len(b) >= size; {
			// struct fanotify_event_metadata: its length first, then descriptor and process at 16 and 20.
			length := int(binary.NativeEndian.Uint32(b))
			fd, pid := int32(binary.NativeEndian.Uint32(b[16:])), int32(binary.NativeEndian.Uint32(b[20:]))
			_ = unix.Close(int(fd))
			if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); !found && (err != nil || exe != besides) {
				found = true
				w.first <- at
			}
			b = b[min(max(length, size), len(b)):]
		}
	}
}

// stop ends the watch and returns after what time the file was first opened; negative: never.
func (w *watch) stop() (time.Duration, error) {
	if err := w.events.Close(); err != nil {
		return 0, err
	}
	if at, ok := <-w.first; ok {
		return at, nil
	}
	return -1, nil
}
