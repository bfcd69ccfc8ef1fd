package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestNoStore: a cache that was never used is an empty one for who looks after it.
func TestNoStore(t *testing.T) {
	export := filepath.Join(t.TempDir(), "packed")
	for _, args := range [][]string{{"--cache-list"}, {"--cache-export=" + export}, {"--cache-gc"}, {"--cache-import=" + export}} {
		if status, ok := runStore(args, t.TempDir()); status != 0 || !ok {
			t.Errorf("%v: status %d, %v", args, status, ok)
		}
	}
	if _, err := os.Stat(export); err != nil {
		t.Error(err)
	}
}
