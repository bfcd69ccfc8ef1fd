// Package merge answers: what would the tree's scripts/kconfig/merge_config.sh -m leave? It does the script's work in
// process, if it knows the script's text.
package merge
