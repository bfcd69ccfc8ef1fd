package depgraph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph/need"
)

// These tests drive Graph as package kbuild does: a target considers its
// prerequisites from left to right, waits for those that are not finished, is
// considered again when the last of them is, and then asks for a slot.

// testTarget is one target of a random DAG; its prerequisites have lower numbers.
type testTarget struct {
	n       int
	deps    []*testTarget
	fails   bool
	node    *Node
	state   int // of the constants below
	failed  bool
	started int
}

const (
	fresh = iota
	waiting
	queued
	running
	over
)

// driver builds a DAG.
type driver struct {
	t         *testing.T
	g         Graph
	slots     *Slots
	gauge     *gauge
	keepGoing bool

	done    chan *testTarget
	active  int
	failing bool
	order   []int
	work    sync.WaitGroup
}

// randomDAG makes n targets; the last depends, directly or not, on what is built.
func randomDAG(rng *rand.Rand, n int, failures bool) []*testTarget {
	all := make([]*testTarget, n)
	for i := range all {
		all[i] = &testTarget{n: i, fails: failures && rng.IntN(10) == 0}
		if i == 0 {
			continue
		}
		for range rng.IntN(5) {
			d := all[rng.IntN(i)]
			if !slices.Contains(all[i].deps, d) {
				all[i].deps = append(all[i].deps, d)
			}
		}
	}
	return all
}

// consider brings a target as far as it can go now.
func (d *driver) consider(x *testTarget) {
	if x.node == nil {
		x.node = d.g.NewNode(x)
	}
	if x.state != fresh || d.failing && !d.keepGoing {
		return
	}
	bad, waits := false, false
	for _, dep := range x.deps {
		d.consider(dep)
		switch {
		case dep.state == over && dep.failed:
			bad = true
		case dep.state != over:
			d.g.Wait(x.node, dep.node)
			waits = true
		}
		if bad && !d.keepGoing {
			return
		}
	}
	switch {
	case waits:
		x.state = waiting
	case bad:
		d.end(x, true)
	default:
		x.state = queued
		d.g.Ready(x.node)
		d.g.Ready(x.node) // asking twice changes nothing
		d.launch()
	}
}

// launch starts ready targets while there are slots.
func (d *driver) launch() {
	for !d.failing || d.keepGoing {
		first := d.g.FirstReady()
		if first == nil || !d.slots.TryAcquire() {
			return
		}
		if taken := d.g.TakeReady(); taken != first {
			d.t.Errorf("TakeReady is not FirstReady")
		}
		x := first.Owner.(*testTarget)
		d.check(x)
		x.state = running
		x.started++
		d.order = append(d.order, x.n)
		d.active++
		d.work.Go(func() {
			d.gauge.job(x.n % 7)
			d.done <- x
		})
	}
}

// check sees that a target that starts may do so.
func (d *driver) check(x *testTarget) {
	if x.state != queued || x.node.Waits() {
		d.t.Errorf("%d starts in state %d, waits %v", x.n, x.state, x.node.Waits())
	}
	if d.failing && !d.keepGoing {
		d.t.Errorf("%d starts after a failure", x.n)
	}
	for _, dep := range x.deps {
		if dep.state != over || dep.failed {
			d.t.Errorf("%d starts before %d is made (state %d, failed %v)", x.n, dep.n, dep.state, dep.failed)
		}
	}
}

func (d *driver) end(x *testTarget, failed bool) {
	x.state, x.failed = over, failed
	d.g.Finish(x.node)
}

// due considers again what has waited.
func (d *driver) due() {
	for d.g.AnyDue() {
		x := d.g.Due().Owner.(*testTarget)
		if x.state != waiting {
			d.t.Errorf("%d is due in state %d", x.n, x.state)
		}
		if x.node.Waits() {
			d.t.Errorf("%d is due and waits", x.n)
		}
		x.state = fresh
		d.consider(x)
	}
}

func (d *driver) build(goal *testTarget) {
	d.consider(goal)
	for {
		d.due()
		d.launch()
		if d.active == 0 {
			break
		}
		x := <-d.done
		d.active--
		d.slots.Release()
		if x.fails {
			d.failing = true
			if !d.keepGoing {
				d.g.DropReady()
			}
		}
		d.end(x, x.fails)
	}
	d.work.Wait()
	if d.g.Due() != nil {
		d.t.Error("a target is due at the end")
	}
}

// depthFirst is the order in which make -j1 comes to targets.
func depthFirst(goal *testTarget) []int {
	var order []int
	seen := map[*testTarget]bool{}
	var visit func(*testTarget)
	visit = func(x *testTarget) {
		if seen[x] {
			return
		}
		seen[x] = true
		for _, d := range x.deps {
			visit(d)
		}
		order = append(order, x.n)
	}
	visit(goal)
	return order
}

// doomed are the targets that cannot be made: those that fail, and those that
// need one of them.
func doomed(goal *testTarget) map[*testTarget]bool {
	bad := map[*testTarget]bool{}
	seen := map[*testTarget]bool{}
	var visit func(*testTarget) bool
	visit = func(x *testTarget) bool {
		if seen[x] {
			return bad[x]
		}
		seen[x] = true
		for _, d := range x.deps {
			if visit(d) {
				bad[x] = true
			}
		}
		bad[x] = bad[x] || x.fails
		return bad[x]
	}
	visit(goal)
	return bad
}

func newDriver(t *testing.T, jobs int) *driver {
	return &driver{t: t, slots: NewSlots(jobs, -1), gauge: &gauge{limit: int64(jobs)}, done: make(chan *testTarget)}
}

func rounds() uint64 { return uint64(need.Rounds(10, 40)) }

func TestGraphBuildsEverythingOnce(t *testing.T) {
	for seed := range rounds() {
		rng := rand.New(rand.NewPCG(seed, 1))
		jobs := 1 + rng.IntN(5)
		t.Run(fmt.Sprintf("%d/j%d", seed, jobs), func(t *testing.T) {
			all := randomDAG(rng, 2+rng.IntN(120), false)
			goal := all[len(all)-1]
			d := newDriver(t, jobs)
			d.build(goal)
			wanted := depthFirst(goal)
			for _, n := range wanted {
				if x := all[n]; x.started != 1 || x.state != over || x.failed {
					t.Errorf("%d ran %d times, state %d", n, x.started, x.state)
				}
			}
			if len(d.order) != len(wanted) {
				t.Errorf("%d targets ran, %d were wanted", len(d.order), len(wanted))
			}
			if n := d.gauge.over.Load(); n > 0 {
				t.Errorf("%d times more than %d jobs", n, jobs)
			}
			if d.slots.Running() != 0 || d.g.Waiting() != 0 {
				t.Errorf("%d slots held, %d edges left", d.slots.Running(), d.g.Waiting())
			}
			if jobs == 1 {
				if diff := cmp.Diff(wanted, d.order); diff != "" {
					t.Errorf("order of -j1 (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestGraphOrder sees that -j1 goes depth first, left to right, on every DAG.
func TestGraphOrder(t *testing.T) {
	for seed := range rounds() {
		rng := rand.New(rand.NewPCG(seed, 2))
		all := randomDAG(rng, 2+rng.IntN(60), false)
		goal := all[len(all)-1]
		d := newDriver(t, 1)
		d.build(goal)
		if diff := cmp.Diff(depthFirst(goal), d.order); diff != "" {
			t.Errorf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
}

func TestGraphKeepGoing(t *testing.T) {
	for seed := range rounds() {
		rng := rand.New(rand.NewPCG(seed, 3))
		jobs := 1 + rng.IntN(4)
		all := randomDAG(rng, 2+rng.IntN(100), true)
		goal := all[len(all)-1]
		d := newDriver(t, jobs)
		d.keepGoing = true
		d.build(goal)
		bad := doomed(goal)
		for _, n := range depthFirst(goal) {
			x := all[n]
			if x.state != over {
				t.Errorf("seed %d: %d was left in state %d", seed, n, x.state)
			}
			if x.failed != bad[x] {
				t.Errorf("seed %d: %d failed: %v, want %v", seed, n, x.failed, bad[x])
			}
			want := 1
			if bad[x] && !x.fails || slices.ContainsFunc(x.deps, func(d *testTarget) bool { return bad[d] }) {
				want = 0 // it needs what failed
			}
			if x.started != want {
				t.Errorf("seed %d: %d ran %d times, want %d", seed, n, x.started, want)
			}
		}
		if d.slots.Running() != 0 || d.g.Waiting() != 0 {
			t.Errorf("seed %d: %d slots held, %d edges left", seed, d.slots.Running(), d.g.Waiting())
		}
	}
}

func TestGraphStopsAfterFailure(t *testing.T) {
	failures := 0
	for seed := range rounds() {
		rng := rand.New(rand.NewPCG(seed, 4))
		jobs := 1 + rng.IntN(4)
		all := randomDAG(rng, 2+rng.IntN(100), true)
		goal := all[len(all)-1]
		d := newDriver(t, jobs)
		d.build(goal)
		bad := doomed(goal)
		if d.failing {
			failures++
		}
		if d.failing != bad[goal] {
			t.Errorf("seed %d: failed %v, want %v", seed, d.failing, bad[goal])
		}
		if bad[goal] && goal.started > 0 && !goal.fails {
			t.Errorf("seed %d: the goal was made of what failed", seed)
		}
		if jobs == 1 && d.failing && !all[d.order[len(d.order)-1]].fails {
			t.Errorf("seed %d: %d ran after the failure", seed, d.order[len(d.order)-1])
		}
		if d.slots.Running() != 0 || d.g.FirstReady() != nil {
			t.Errorf("seed %d: %d slots held, ready %v", seed, d.slots.Running(), d.g.FirstReady())
		}
	}
	if failures == 0 {
		t.Error("no graph had a failure")
	}
}

func TestGraphQueues(t *testing.T) {
	var g Graph
	if g.Due() != nil || g.FirstReady() != nil || g.TakeReady() != nil || g.AnyDue() {
		t.Fatal("an empty graph has nodes")
	}
	a, b, c := g.NewNode("a"), g.NewNode("b"), g.NewNode("c")
	if a.Order() >= b.Order() || b.Order() >= c.Order() {
		t.Error("nodes are not ordered by their making")
	}
	// Ready nodes go in the order of making, whatever order they came in.
	for _, n := range []*Node{c, a, b, a} {
		g.Ready(n)
	}
	var got []string
	for n := g.TakeReady(); n != nil; n = g.TakeReady() {
		got = append(got, n.Owner.(string))
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, got); diff != "" {
		t.Errorf("ready (-want +got):\n%s", diff)
	}
	// A node that was taken, or dropped, can be ready again.
	g.Ready(b)
	g.DropReady()
	if g.FirstReady() != nil {
		t.Error("a dropped node is ready")
	}
	g.Ready(b)
	if g.FirstReady() != b {
		t.Error("a dropped node cannot come back")
	}
	// Two edges to the same node are two waits.
	g.Wait(c, a)
	g.Wait(c, b)
	g.Wait(c, b)
	if !c.Waits() || g.Waiting() != 3 {
		t.Errorf("waits %v, %d edges", c.Waits(), g.Waiting())
	}
	g.Finish(b)
	if g.AnyDue() {
		t.Error("due before everything has finished")
	}
	g.Finish(a)
	if g.Due() != c || g.AnyDue() || c.Waits() || g.Waiting() != 0 {
		t.Error("not due exactly once")
	}
	// What has finished can be waited for again, as when a target is looked at anew.
	g.Wait(c, a)
	g.Finish(a)
	if g.Due() != c {
		t.Error("a second wait does not end")
	}
}

func BenchmarkGraph(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	all := randomDAG(rng, 2000, false)
	b.ReportAllocs()
	for b.Loop() {
		var g Graph
		nodes := make([]*Node, len(all))
		for i, x := range all {
			nodes[i] = g.NewNode(x)
			for _, d := range x.deps {
				g.Wait(nodes[i], nodes[d.n])
			}
			if len(x.deps) == 0 {
				g.Ready(nodes[i])
			}
		}
		n := 0
		for x := g.TakeReady(); x != nil; x = g.TakeReady() {
			n++
			g.Finish(x)
			for y := g.Due(); y != nil; y = g.Due() {
				g.Ready(y)
			}
		}
		if n != len(all) {
			b.Fatalf("%d of %d", n, len(all))
		}
	}
}
