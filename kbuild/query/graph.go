package query

// This file joins the targets of all makes of a plan: what does this file need, and what needs it?

import (
	"path"
	"slices"

	"gokbuild/kbuild/forms"
	"gokbuild/kbuild/plan"
)

// Graph is the targets of a plan by absolute name.
type Graph struct {
	Plan *plan.Plan
	// nodes are by absolute name; order is that of the plan.
	nodes map[string]*Node
	order []*Node
	// objects are the nodes that compile a source, by its absolute name.
	objects map[string][]*Node
}

// Node is a file or a phony target.
type Node struct {
	// Name is absolute. A phony target has the folder of its make in front.
	Name string
	// Needs and NeededBy are its prerequisites and the targets whose prerequisite it is, in the order of the plan.
	Needs, NeededBy []*Node
	// Uses are those that have the target; a file may be named in several makes, and be made in one.
	Uses []Use
}

// Use is a target in one make.
type Use struct {
	Make   *plan.Make
	Target *plan.Target
}

// Phony reports whether the node is no file.
func (n *Node) Phony() bool { return len(n.Uses) > 0 && n.Uses[len(n.Uses)-1].Target.Phony }

// Made is the use that makes the file, nil if nothing does.
func (n *Node) Made() *Use {
	for i := range n.Uses {
		if len(n.Uses[i].Target.Lines) > 0 {
			return &n.Uses[i]
		}
	}
	return nil
}

// NewGraph joins the targets of a plan. That a recipe calls a make which makes a file counts as need: the target needs what the
// first goals of that make are.
func NewGraph(p *plan.Plan) *Graph {
	g := &Graph{Plan: p, nodes: make(map[string]*Node), objects: make(map[string][]*Node)}
	for _, m := range p.Makes {
		for _, t := range m.Targets {
			n := g.node(absolute(m.Dir, t.Name))
			n.Uses = append(n.Uses, Use{m, t})
			for _, name := range slices.Concat(t.Prereqs, t.OrderOnly) {
				link(n, g.node(absolute(m.Dir, name)))
			}
			for i := range t.Commands {
				c, ok := forms.Compiles(t.Commands[i].Argv)
				if !ok {
					continue
				}
				for _, s := range c.Sources {
					source := absolute(t.Commands[i].Dir, s)
					if !slices.Contains(g.objects[source], n) {
						g.objects[source] = append(g.objects[source], n)
					}
				}
			}
		}
	}
	return g
}

func link(n, need *Node) {
	if n != need && !slices.Contains(n.Needs, need) {
		n.Needs = append(n.Needs, need)
		need.NeededBy = append(need.NeededBy, n)
	}
}

func (g *Graph) node(name string) *Node {
	n := g.nodes[name]
	if n == nil {
		n = &Node{Name: name}
		g.nodes[name] = n
		g.order = append(g.order, n)
	}
	return n
}

// Find returns the node of an absolute name, nil if the plan does not name it.
func (g *Graph) Find(name string) *Node { return g.nodes[path.Clean(name)] }

// Objects are the nodes that compile a source.
func (g *Graph) Objects(source string) []*Node { return g.objects[path.Clean(source)] }

// Up is the shortest way from a node to one for which end holds, or else the way to the last file that can be reached.
func (g *Graph) Up(from *Node, end func(n *Node) bool) []*Node {
	before := map[*Node]*Node{from: nil}
	queue := []*Node{from}
	last := from
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if last = n; end(n) {
			break
		}
		for _, up := range n.NeededBy {
			if _, seen := before[up]; !seen && !up.Phony() {
				before[up] = n
				queue = append(queue, up)
			}
		}
	}
	var way []*Node
	for n := last; n != nil; n = before[n] {
		way = append(way, n)
	}
	slices.Reverse(way)
	return way
}

func absolute(dir, name string) string {
	if !path.IsAbs(name) {
		name = dir + "/" + name
	}
	return path.Clean(name)
}
