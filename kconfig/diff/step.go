package diff

// This file holds the steps of a scenario.

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// Step is one run of conf.
type Step struct {
	Name  string
	Args  []string
	Stdin string
	Env   []string // added to the environment of the architecture

	// The start files: what step From of the same scenario left with the C
	// tool (-1: nothing), cut down to Keep if that is not nil, plus Add.
	From int
	Keep []string
	Add  State
	// Seed, if not nil, gives further start files from a run in another tree.
	Seed *Seed
}

// Seed asks for the .config that the C tool of another tree makes.
type Seed struct {
	Tree *Tree
	Arch string
	Step Step
}

// Scenario is a list of steps in one architecture of one tree. Each step of
// the tool under test starts from what the C tool left, so every step is a
// comparison of its own and an early difference does not spread.
type Scenario struct {
	Tree  *Tree
	Arch  string
	Name  string
	Kind  string // for selection: every kind occurs in the short matrix
	Steps []Step
}

// StepName is the name by which a step is selected and reported.
func (s *Scenario) StepName(i int) string {
	arch := s.Arch
	if arch == "" {
		arch = "all"
	}
	return s.Tree.Name + "/" + arch + "/" + s.Name + "/" + s.Steps[i].Name
}

// Result is what one run of conf did.
type Result struct {
	Exit    int  // -1: ended by a limit or a signal
	Flood   bool // ended for writing without end; output and files are not kept
	Stdout  []byte
	Stderr  []byte
	Files   State
	Seconds float64
}

// cacheKey identifies a run of the C tool by everything that decides it.
func cacheKey(id string, env []string, st *Step, start State) string {
	h := sha256.New()
	fmt.Fprintf(h, "v2 %q %q %q %s\n", id, env, st.Args, start.Hash())
	io.WriteString(h, st.Stdin)
	return hex.EncodeToString(h.Sum(nil))
}
