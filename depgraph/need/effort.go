package need

// This file bounds what tests do by default: `go test ./...` is for someone who waits for it, testdata/e2e/test.sh for a machine
// that has time. The first plays a part of what is generated or stands in long tables, another one each time; the second all.

import (
	"flag"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// All reports whether tests are to play all they have: GOKBUILD_CI is set, and go test was called without -short.
func All() bool { return compared() && !testing.Short() }

// Rounds is how often a test repeats something: full if it is to play all it has, otherwise quick.
func Rounds(quick, full int) int {
	if All() {
		return full
	}
	return quick
}

// Sample is what a test plays of a long table: all, or n rows drawn by lot, in their order. It logs the seed. Who names rows, as in
// `go test -run TestCases/functions`, has all to choose from.
func Sample[T any](t testing.TB, table []T, n int) []T {
	if All() || n >= len(table) || strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		return table
	}
	return Draw(t, table, n)
}

// SampleOf is Sample of a table by names.
func SampleOf[V any](t testing.TB, table map[string]V, n int) map[string]V {
	some := make(map[string]V)
	for _, name := range Sample(t, slices.Sorted(maps.Keys(table)), n) {
		some[name] = table[name]
	}
	return some
}

// Draw draws n rows of a table by lot, and gives them in their order. It logs the seed.
func Draw[T any](t testing.TB, table []T, n int) []T {
	seed := uint64(time.Now().UnixNano())
	t.Logf("%d of %d rows are played, drawn with seed %d", n, len(table), seed)
	drawn := rand.New(rand.NewPCG(seed, 0)).Perm(len(table))[:n]
	slices.Sort(drawn)
	some := make([]T, 0, n)
	for _, i := range drawn {
		some = append(some, table[i])
	}
	return some
}
