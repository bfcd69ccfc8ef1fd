package cache

// This file makes weak keys: of words that decide what a process does, of which the last ones of each target are kept to tell what has
// changed.

import (
	"slices"
	"strings"
	"time"

	"gokbuild/depgraph"
	"gokbuild/depgraph/store"
)

// key is a weak key that is being made. What is added counts with its order.
type key struct {
	h     *store.Hasher
	words []string
}

func newKey(class string) *key { return &key{h: store.NewHasher(class)} }

// add adds words.
func (k *key) add(words ...string) {
	k.h.Text(words...)
	k.words = append(k.words, words...)
}

// variables adds those that are set of an environment.
func (k *key) variables(r *roots, names, env []string) {
	for _, name := range names {
		if value, set := depgraph.LookEnv(env, name); set {
			k.add("the variable " + name + "=" + r.pack(value))
		}
	}
}

// weakKey is a key that is made.
type weakKey struct {
	weak store.Digest
	// words made it; those by which the same was made last are kept under last.
	words []string
	last  store.Digest
}

// weakKey ends the making of a key. What the process makes in a folder is known by a name there.
func (v *view) weakKey(k *key, dir string, what ...string) weakKey {
	h := store.NewHasher("words 1")
	h.Text(v.roots.pack(dir))
	for _, w := range what {
		h.Text(v.roots.pack(w))
	}
	return weakKey{k.h.Sum(), k.words, h.Sum()}
}

// giveUp keeps why nothing is proved of what a process does: to trace it again would be dear, and come to the same.
func (v *view) giveUp(k *weakKey, why string) {
	set := store.Set{At: time.Now().Unix(), Origin: v.Host, Facts: []store.Fact{{Kind: store.Word, Name: why}}}
	_ = v.Store.PutManifest(v.ctx, k.hopeless(), &store.Manifest{Sets: []store.Set{set}}) // it costs time if it is lost
}

// hopeless tells why nothing was proved of the same process before; "" if it is not known to be so.
func (v *view) hopeless(k *weakKey) string {
	m, err := v.Store.Manifest(v.ctx, k.hopeless())
	if err != nil || len(m.Sets) != 1 || len(m.Sets[0].Facts) != 1 {
		return ""
	}
	return m.Sets[0].Facts[0].Name
}

func (k *weakKey) hopeless() store.Digest { return k.about("hopeless 1") }

// metBefore reports whether something was met before. From now on it was.
func (v *view) metBefore(k *weakKey) bool {
	met := k.about("met 1")
	if _, err := v.Store.Manifest(v.ctx, met); err == nil {
		return true
	}
	set := store.Set{At: time.Now().Unix(), Origin: v.Host}
	_ = v.Store.PutManifest(v.ctx, met, &store.Manifest{Sets: []store.Set{set}}) // it is met for the first time again if it is lost
	return false
}

// about is the key of what is noted about the same.
func (k *weakKey) about(what string) store.Digest {
	h := store.NewHasher(what)
	h.Digest(k.weak)
	return h.Sum()
}

// keepWords keeps the words of something that was made.
func (v *view) keepWords(k *weakKey) {
	last, words := k.last, k.words
	set := store.Set{At: time.Now().Unix(), Origin: v.Host, Facts: make([]store.Fact, len(words))}
	for i, w := range words {
		set.Facts[i] = store.Fact{Kind: store.Word, Name: w}
	}
	_ = v.Store.PutManifest(v.ctx, last, &store.Manifest{Sets: []store.Set{set}}) // for messages only
}

// otherWords tells in what words differ from those that something was made by last; "" if that is not known.
func (v *view) otherWords(k *weakKey) string {
	words := k.words
	m, err := v.Store.Manifest(v.ctx, k.last)
	if err != nil || len(m.Sets) != 1 {
		return ""
	}
	var before []string
	for _, f := range m.Sets[0].Facts {
		before = append(before, f.Name)
	}
	more, less := firstMissing(words, before), firstMissing(before, words)
	since := " since " + time.Unix(m.Sets[0].At, 0).Format("2006-01-02 15:04")
	switch {
	case more != "" && less != "":
		return v.word(more) + " in place of " + v.word(less) + since
	case more != "":
		return v.word(more) + " is new" + since
	case less != "":
		return v.word(less) + " is gone" + since
	case !slices.Equal(before, words):
		return "its words have another order" + since
	}
	return ""
}

// firstMissing returns the first word of a list that another one has not.
func firstMissing(list, other []string) string {
	for _, w := range list {
		if !slices.Contains(other, w) {
			return w
		}
	}
	return ""
}

// word is a word as people write it.
func (v *view) word(w string) string {
	if strings.HasPrefix(w, compilerWord) {
		return "another compiler"
	}
	if text, ok := v.roots.unpack(w); ok {
		return text
	}
	return w
}

// compilerWord begins the word that stands for a compiler.
const compilerWord = "the compiler "
