package depgraph

// This file keeps which target waits for which, and in which order targets are looked at again.

import "container/heap"

// Graph keeps the order in which the targets of one invocation are worked on:
// who waits for whom, who is due to be looked at again, and who is ready to run
// but has no slot yet. It is used by one goroutine. Nodes appear while the
// build runs, because an edge is known only once a target is considered.
//
// The zero value is an empty graph.
type Graph struct {
	due, ready nodeHeap
	next       uint32
	waiting    int
}

// Node is one target in a Graph.
type Node struct {
	// Owner is the caller's: the target this node stands for.
	Owner any

	order   uint32
	pending int
	waiters []*Node
	queued  bool
}

// NewNode adds a node. Nodes made earlier go first, so that work is done in the
// order in which make -j1 would come to it.
func (g *Graph) NewNode(owner any) *Node {
	g.next++
	return &Node{Owner: owner, order: g.next}
}

// Order is the node's place in the order of the graph.
func (n *Node) Order() uint32 { return n.order }

// Wait makes n due again once on, and everything else n waits for, has called
// Finish.
func (g *Graph) Wait(n, on *Node) {
	n.pending++
	g.waiting++
	on.waiters = append(on.waiters, n)
}

// Waits reports whether the node waits for another.
func (n *Node) Waits() bool { return n.pending > 0 }

// Finish tells the nodes that wait for n that it is done.
func (g *Graph) Finish(n *Node) {
	waiters := n.waiters
	n.waiters = nil
	for _, w := range waiters {
		g.waiting--
		if w.pending--; w.pending == 0 {
			heap.Push(&g.due, w)
		}
	}
}

// Due takes the next node whose waits have ended; nil if there is none.
func (g *Graph) Due() *Node {
	if len(g.due) == 0 {
		return nil
	}
	return heap.Pop(&g.due).(*Node)
}

// AnyDue reports whether Due has a node to return.
func (g *Graph) AnyDue() bool { return len(g.due) > 0 }

// Ready notes that a node wants to run and needs a slot.
func (g *Graph) Ready(n *Node) {
	if !n.queued {
		n.queued = true
		heap.Push(&g.ready, n)
	}
}

// FirstReady returns the ready node that comes first, and leaves it there; nil
// if there is none.
func (g *Graph) FirstReady() *Node {
	if len(g.ready) == 0 {
		return nil
	}
	return g.ready[0]
}

// TakeReady removes and returns the ready node that comes first.
func (g *Graph) TakeReady() *Node {
	if len(g.ready) == 0 {
		return nil
	}
	n := heap.Pop(&g.ready).(*Node)
	n.queued = false
	return n
}

// DropReady forgets the nodes that wait for a slot: the build is ending.
func (g *Graph) DropReady() {
	for _, n := range g.ready {
		n.queued = false
	}
	g.ready = nil
}

// Waiting returns the number of edges that have not ended.
func (g *Graph) Waiting() int { return g.waiting }

type nodeHeap []*Node

func (h nodeHeap) Len() int           { return len(h) }
func (h nodeHeap) Less(i, j int) bool { return h[i].order < h[j].order }
func (h nodeHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *nodeHeap) Push(x any)        { *h = append(*h, x.(*Node)) }
func (h *nodeHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return n
}
