package main

// This file removes temporary files that builds left behind.

import (
	"os"
	"path/filepath"
)

// debris is what stopped builds have left, by world and path: names that were not there before. Programs that are
// killed cannot remove their temporary files, whose names chance decides, so the two worlds may differ in them.
type debris map[*world]map[string]bool

// run is world.run that takes note of debris if the build is to be stopped.
func (t *trial) run(w *world, req request) (*result, error) {
	if req.after == 0 || req.during != nil {
		return w.run(req)
	}
	before, err := list(w.path("out"))
	if err != nil {
		return nil, err
	}
	r, err := w.run(req)
	if err != nil {
		return nil, err
	}
	after, err := list(w.path("out"))
	if err != nil {
		return nil, err
	}
	for path := range after {
		if _, ok := before[path]; !ok {
			t.debris.add(w, path)
		}
	}
	return r, nil
}

func (d debris) add(w *world, path string) {
	if d[w] == nil {
		d[w] = map[string]bool{}
	}
	d[w][path] = true
}

// sweep removes those of paths, which only this world has, that are debris, and returns the others.
func (d debris) sweep(w *world, paths []string) (others []string, err error) {
	for _, path := range paths {
		if !d[w][path] {
			others = append(others, path)
		} else if err := os.RemoveAll(filepath.Join(w.path("out"), path)); err != nil {
			return nil, err
		}
	}
	return others, nil
}
