package shell

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestIdentitySettled(t *testing.T) {
	now := time.Unix(1000, 0)
	var id Identity
	id.Mtime.Sec, id.Ctime.Sec = 990, 990
	if !id.Settled(now) {
		t.Error("unchanged for ten seconds, and not settled")
	}
	id.Ctime.Sec = 999
	if id.Settled(now) {
		t.Error("settled after one second")
	}
}

// TestYoungScript: a script that was written a moment ago could be written again without a change of its times.
func TestYoungScript(t *testing.T) {
	requireDash(t)
	name := filepath.Join(t.TempDir(), "s")
	if err := os.WriteFile(name, []byte("#!/bin/sh\necho one\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	var scripts Scripts
	if scripts.find(name) == nil {
		t.Error("refused")
	}
	if len(scripts.known) > 0 {
		t.Error("remembered")
	}
}
