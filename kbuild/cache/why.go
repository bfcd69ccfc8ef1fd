package cache

// This file tells why something was missed.

import (
	"strings"
	"time"

	"gokbuild/depgraph/store"
)

// firstSeen is why something was missed of which there is no earlier result.
const firstSeen = "first seen: nothing of this command, with these options, in this environment, by this compiler"

// difference tells the first fact of a set that is another one today.
func (v *view) difference(set *store.Set) string {
	since := time.Unix(set.At, 0).Format("2006-01-02 15:04")
	for i, f := range set.Facts {
		now, ok := v.value(f)
		if i >= len(set.Values) {
			return "differs from the result of " + since
		}
		if ok && now.Short() == set.Values[i] {
			continue
		}
		name, _ := v.roots.unpack(f.Name)
		text := name + " has changed"
		switch f.Kind {
		case store.Symbol:
			_, symbol, _ := strings.Cut(name, symbolMark)
			text = "CONFIG_" + symbol + " has changed"
		case store.Roots:
			text = "its output holds the names of other folders"
		case store.Presence:
			text = name + " has appeared"
			if now != presentValue {
				text = name + " is no longer there"
			}
		case store.Content:
			if now == absentValue {
				text = name + " is no longer there"
			}
		case store.System:
			text = "the machine has changed: " + name
		}
		return text + " since " + since
	}
	return "what was made on " + since + " is no longer kept"
}

// sayMissed tells why something of a target was missed, if somebody wants to know.
func (v *view) sayMissed(p *process, k *weakKey, why string) {
	if v.WhyMissed != nil && v.WhyMissed(p.command.Target()) {
		if why == firstSeen {
			if other := v.otherWords(k); other != "" {
				why = other
			}
		}
		v.Say(p.command.Target() + ": not in the cache: " + why)
	}
}
