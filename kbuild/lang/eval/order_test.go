package eval

// This file sees that the order of make's table is worked out anew only when a variable comes or goes.

import (
	"fmt"
	"slices"
	"testing"

	"gokbuild/kbuild/lang/hashorder"
)

func namesOf(vars []*Var) (names []string) {
	for _, v := range vars {
		names = append(names, v.Name)
	}
	return names
}

func manyVars() *Set {
	s := NewSet(0)
	for i := range 2000 {
		s.Define(fmt.Sprintf("CONFIG_%d", i), "y", OriginFile, false, Pos{})
	}
	return s
}

func TestTableOrderKept(t *testing.T) {
	s := manyVars()
	order := namesOf(s.TableOrder(hashorder.Global, false))
	s.Define("CONFIG_7", "other", OriginFile, true, Pos{})
	if n := testing.AllocsPerRun(10, func() { s.TableOrder(hashorder.Global, false) }); n != 0 {
		t.Errorf("after another value: %v allocations", n)
	}
	for _, change := range []func(){
		func() { s.Define("new", "", OriginFile, false, Pos{}) },
		func() { s.Undefine("CONFIG_7", OriginFile) },
		func() { s.Undefine("CONFIG_8", OriginFile); s.Define("CONFIG_8", "", OriginFile, false, Pos{}) },
		func() { s.Undefine("CONFIG_9", OriginFile); s.Define("newer", "", OriginFile, false, Pos{}) },
	} {
		s.names(hashorder.Global, false)
		change()
		fresh := &Set{m: s.m}
		got, want := s.TableOrder(hashorder.Global, false), fresh.TableOrder(hashorder.Global, false)
		if !slices.Equal(got, want) || len(got) != s.Len() {
			t.Errorf("%d variables, want the order of %d", len(got), len(want))
		}
		if names := s.names(hashorder.Global, false); names != fresh.names(hashorder.Global, false) {
			t.Errorf("other names")
		}
	}
	if now := namesOf(s.TableOrder(hashorder.Global, false)); slices.Equal(now, order) {
		t.Errorf("nothing has changed")
	}
}

func BenchmarkTableOrder(b *testing.B) {
	s := manyVars()
	for b.Loop() {
		s.listed.vars = nil
		s.TableOrder(hashorder.Global, false)
	}
}
