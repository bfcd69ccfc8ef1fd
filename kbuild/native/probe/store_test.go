package probe

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestStoreIsNotWaitedFor: while somebody else holds the file, nothing is read
// and nothing written, but nobody waits for it.
func TestStoreIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	if err := appendToStore(dir, &entry{}); err != nil {
		t.Fatal(err)
	}
	other, err := os.OpenFile(filepath.Join(dir, storeName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := unix.Flock(int(other.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if entries, _, sound := loadStore(dir); len(entries) != 0 || !sound {
		t.Errorf("%d entries read from a file in use, sound %v", len(entries), sound)
	}
	if err := appendToStore(dir, &entry{}); !errors.Is(err, unix.EWOULDBLOCK) {
		t.Errorf("writing to a file in use: %v", err)
	}
	if err := unix.Flock(int(other.Fd()), unix.LOCK_UN); err != nil {
		t.Fatal(err)
	}
	if err := appendToStore(dir, &entry{}); err != nil {
		t.Error(err)
	}
	if entries, _, sound := loadStore(dir); len(entries) != 2 || !sound {
		t.Errorf("%d entries, sound %v; want 2", len(entries), sound)
	}
}
