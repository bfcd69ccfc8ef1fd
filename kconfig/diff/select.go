package diff

// This file chooses which scenarios are played.

import "hash/fnv"

// Short picks a sample of scenarios: in each tree the given number of each
// kind, spread over the architectures by a hash of the name, so that the
// choice is stable and names no particular tree.
func Short(all []*Scenario, perKind map[string]int) []*Scenario {
	type group struct{ tree, kind string }
	best := map[group][]*Scenario{}
	for _, s := range all {
		g := group{s.Tree.Name, s.Kind}
		n := perKind[s.Kind]
		list := append(best[g], s)
		for i := len(list) - 1; i > 0 && rank(list[i]) < rank(list[i-1]); i-- {
			list[i], list[i-1] = list[i-1], list[i]
		}
		best[g] = list[:min(n, len(list))]
	}
	chosen := map[*Scenario]bool{}
	for _, list := range best {
		for _, s := range list {
			chosen[s] = true
		}
	}
	var out []*Scenario
	for _, s := range all {
		if chosen[s] {
			out = append(out, s)
		}
	}
	return out
}

// ShortCounts is the sample of the continuous integration run.
func ShortCounts() map[string]int {
	return map[string]int{"defconfig": 3, "all": 2, "rand": 2, "transition": 1, "dialogue": 1, "allconfig": 2, "odd": 1}
}

func rank(s *Scenario) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s.Arch + "/" + s.Name))
	return h.Sum64()
}
