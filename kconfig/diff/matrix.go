package diff

// The full matrix of one tree. Nothing here names a file of a particular
// tree or a version; what does not apply (a mode the tree's conf lacks, an
// architecture without default configurations) is left out.

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Matrix lists every scenario of tree t. Older gives the tree whose
// configurations are the old ones of the update scenarios; it may be nil.
// seeds is the number of random configurations on the architecture of the
// host, of which other architectures get a tenth.
func Matrix(t, older *Tree, hostArch string, seeds int) ([]*Scenario, error) {
	if t.ShortOptions() {
		return shortMatrix(t), nil
	}
	var list []*Scenario
	for i := range t.Arches {
		a := &t.Arches[i]
		m := &archMatrix{t: t, a: a, older: older, seeds: max(seeds/10, 1)}
		if a.Name == hostArch || a.Name == "" {
			m.seeds, m.wide = seeds, true
		}
		if err := m.build(); err != nil {
			return nil, err
		}
		list = append(list, m.list...)
	}
	return list, nil
}

type archMatrix struct {
	t     *Tree
	a     *Arch
	older *Tree
	seeds int
	wide  bool // the host's architecture: every variant
	list  []*Scenario
}

func (m *archMatrix) add(kind, name string, steps ...Step) {
	var known []Step
	index := make([]int, len(steps))
	for i, st := range steps {
		index[i] = -1
		mode := modeOf(st.Args)
		if mode != "" && !m.t.HasMode(mode) || mode == "randconfig" && !m.t.seeded {
			continue
		}
		if st.From >= 0 {
			if st.From = index[st.From]; st.From < 0 {
				continue
			}
		}
		index[i] = len(known)
		known = append(known, st)
	}
	if len(known) > 0 {
		m.list = append(m.list, &Scenario{Tree: m.t, Arch: m.a.Name, Name: name, Kind: kind, Steps: known})
	}
}

// modeOf returns the mode option of the arguments, if it is spelled out.
func modeOf(args []string) string {
	for _, a := range args {
		if rest, ok := strings.CutPrefix(a, "--"); ok {
			mode, _, _ := strings.Cut(rest, "=")
			if strings.HasSuffix(mode, "config") {
				return mode
			}
		}
	}
	return ""
}

func (m *archMatrix) mode(mode string) []string { return []string{"--" + mode, m.t.Top} }

// followUps are the steps after a configuration was made by step 0.
func (m *archMatrix) followUps() []Step {
	only := []string{".config"}
	steps := []Step{
		{Name: "savedefconfig", Args: []string{"--savedefconfig=defconfig", m.t.Top}, From: 0, Keep: only},
		{Name: "syncconfig", Args: m.syncArgs(), From: 0, Add: m.folders()},
	}
	if m.folders() != nil {
		steps = append(steps, Step{Name: "sync-again", Args: m.syncArgs(), From: len(steps)},
			Step{Name: "sync-no-folders", Args: m.syncArgs(), From: 0})
	}
	return steps
}

// syncArgs are the arguments of the mode that writes the generated files.
func (m *archMatrix) syncArgs() []string {
	if m.t.HasMode("syncconfig") {
		return m.mode("syncconfig")
	}
	return m.mode("silentoldconfig")
}

// folders are those that the Makefile makes before silentoldconfig; newer
// tools make them themselves.
func (m *archMatrix) folders() State {
	if m.t.HasMode("syncconfig") {
		return nil
	}
	dir := File{Mode: os.ModeDir | 0o755}
	return State{"include": dir, "include/config": dir, "include/generated": dir}
}

// asked is the step that goes through a finished configuration once more.
func (m *archMatrix) asked() Step {
	return Step{Name: "oldconfig", Args: m.mode("oldconfig"), From: 0, Keep: []string{".config"}}
}

func (m *archMatrix) build() error {
	for _, d := range m.a.Defconfigs {
		name := strings.TrimPrefix(d, "arch/"+m.a.Name+"/")
		name = strings.ReplaceAll(strings.TrimPrefix(name, "configs/"), "/", "_")
		m.add("defconfig", name, append([]Step{{Name: "defconfig", Args: []string{"--defconfig=" + d, m.t.Top}, From: -1}},
			m.followUps()...)...)
	}
	for _, mode := range []string{"allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig"} {
		m.add("all", mode, append(append([]Step{{Name: mode, Args: m.mode(mode), From: -1}}, m.followUps()...), m.asked())...)
	}
	for seed := range m.seeds {
		m.random(fmt.Sprintf("rand%d", seed), fmt.Sprintf("KCONFIG_SEED=%d", seed*seed*7919+seed))
	}
	if m.wide {
		m.randomOdds()
	}
	m.transitions()
	m.dialogues()
	if err := m.allconfig(); err != nil {
		return err
	}
	if m.wide {
		m.odd()
	}
	return nil
}

func (m *archMatrix) randomOdds() {
	m.random("rand-hex", "KCONFIG_SEED=0xBEEF", "KCONFIG_PROBABILITY=30")
	m.random("rand-two", "KCONFIG_SEED=017", "KCONFIG_PROBABILITY=10:60")
	m.random("rand-three", "KCONFIG_SEED=4294967295", "KCONFIG_PROBABILITY=70:5:80")
	m.random("rand-bad", "KCONFIG_SEED=1", "KCONFIG_PROBABILITY=70:50")
}

func (m *archMatrix) random(name string, env ...string) {
	steps := []Step{{Name: "randconfig", Args: m.mode("randconfig"), Env: env, From: -1}}
	m.add("rand", name, append(steps, m.followUps()...)...)
}

// transitions go from one configuration to another, which shows what is
// touched, and through the modes that change y and m.
func (m *archMatrix) transitions() {
	only := []string{".config"}
	sync := m.syncArgs()
	m.add("transition", "change",
		Step{Name: "allmodconfig", Args: m.mode("allmodconfig"), From: -1},
		Step{Name: "mod2yes", Args: m.mode("mod2yesconfig"), From: 0, Keep: only},
		Step{Name: "mod2no", Args: m.mode("mod2noconfig"), From: 0, Keep: only},
		Step{Name: "yes2mod", Args: m.mode("yes2modconfig"), From: 0},
		Step{Name: "sync", Args: sync, From: 0, Add: m.folders()},
		Step{Name: "all-no", Args: m.mode("allnoconfig"), From: 4},
		Step{Name: "sync-no", Args: sync, From: 5},
		Step{Name: "sync-silent", Args: sync, From: 5, Env: []string{"KCONFIG_NOSILENTUPDATE=1"}},
		Step{Name: "all-yes", Args: m.mode("allyesconfig"), From: 6, Env: []string{"KCONFIG_OVERWRITECONFIG=1"}},
		Step{Name: "sync-yes", Args: sync, From: 8},
		Step{Name: "olddefconfig", Args: m.mode("olddefconfig"), From: 9},
		Step{Name: "sync-again", Args: sync, From: 9},
		Step{Name: "names", Args: sync, From: 9, Env: []string{"KCONFIG_AUTOCONFIG=a/auto", "KCONFIG_AUTOHEADER=b/c/head.h",
			"KCONFIG_RUSTCCFG=rust", "KCONFIG_TRISTATE=tri"}},
	)
}

func (m *archMatrix) dialogues() {
	t := m.t
	type old struct {
		name string
		seed *Seed
	}
	var olds []old
	if m.older != nil {
		for i := range m.older.Arches {
			a := &m.older.Arches[i]
			if a.Name != m.a.Name {
				continue
			}
			for _, mode := range []string{"alldefconfig", "allmodconfig", "allnoconfig"} {
				if m.older.HasMode(mode) {
					olds = append(olds, old{"from-" + m.older.Name + "-" + mode, &Seed{m.older, a.Name, Step{
						Args: []string{"--" + mode, m.older.Top}, From: -1}}})
				}
			}
			for n, d := range a.Defconfigs {
				if n < 2 {
					olds = append(olds, old{"from-" + m.older.Name + "-" + filepath.Base(d), &Seed{m.older, a.Name, Step{
						Args: []string{"--defconfig=" + d, m.older.Top}, From: -1}}})
				}
			}
		}
	}
	olds = append(olds, old{"from-nothing", nil})
	if !m.wide && len(olds) > 2 {
		olds = slices.Delete(olds, 1, len(olds)-1) // the oldest defaults and the empty start stay
	}
	for i, o := range olds {
		steps := []Step{
			{Name: "olddefconfig", Args: m.mode("olddefconfig"), From: -1, Seed: o.seed},
			{Name: "oldconfig-eof", Args: m.mode("oldconfig"), From: -1, Seed: o.seed},
			{Name: "oldconfig-enter", Args: m.mode("oldconfig"), From: -1, Seed: o.seed, Stdin: strings.Repeat("\n", 40000)},
			{Name: "oldconfig-answers", Args: m.mode("oldconfig"), From: -1, Seed: o.seed, Stdin: Answers(uint64(i+1), 20000)},
			{Name: "listnewconfig", Args: m.mode("listnewconfig"), From: -1, Seed: o.seed},
			{Name: "helpnewconfig", Args: m.mode("helpnewconfig"), From: -1, Seed: o.seed},
			{Name: "syncconfig-answers", Args: m.syncArgs(), From: -1, Seed: o.seed, Stdin: Answers(uint64(i+77), 20000)},
		}
		if i == 0 || o.seed == nil {
			steps = append(steps,
				Step{Name: "ask", Args: m.mode("oldaskconfig"), From: -1, Seed: o.seed, Stdin: Answers(uint64(i+5), 40000)},
				Step{Name: "ask-default", Args: []string{t.Top}, From: -1, Seed: o.seed, Stdin: strings.Repeat("\n", 60000)})
		}
		m.add("dialogue", o.name, steps...)
	}
}

func (m *archMatrix) allconfig() error {
	frags, err := m.t.Fragments(m.a.Name)
	if err != nil {
		return err
	}
	modes := []string{"allnoconfig", "allyesconfig", "allmodconfig", "alldefconfig", "randconfig"}
	if !m.wide && len(frags) > 3 {
		frags = frags[len(frags)-3:]
	}
	for i, f := range frags {
		m.add("allconfig", "with-"+filepath.Base(f),
			Step{Name: modes[i%4], Args: m.mode(modes[i%4]), From: -1, Env: []string{"KCONFIG_ALLCONFIG=" + f}},
			Step{Name: "noconfig", Args: m.mode("allnoconfig"), From: -1, Env: []string{"KCONFIG_ALLCONFIG=" + f}})
	}
	for _, d := range m.a.Defconfigs[:min(1, len(m.a.Defconfigs))] {
		for _, mode := range modes {
			m.add("allconfig", mode+"-with-"+filepath.Base(d),
				Step{Name: mode, Args: m.mode(mode), From: -1, Env: []string{"KCONFIG_SEED=3", "KCONFIG_ALLCONFIG=" + d}})
		}
	}
	if !m.wide {
		return nil
	}
	text := Text("CONFIG_MODULES=y\nCONFIG_LOCALVERSION=\"-x\\\"y\\\\z\"\n# CONFIG_NET is not set\nCONFIG_LOG_BUF_SHIFT=99\nrubbish\n")
	for _, mode := range modes {
		own := strings.TrimSuffix(mode, "config")
		if own == "rand" {
			own = "random"
		}
		env := []string{"KCONFIG_ALLCONFIG=1", "KCONFIG_SEED=4"}
		m.add("allconfig", mode+"-names",
			Step{Name: "own", Args: m.mode(mode), From: -1, Env: env, Add: State{own + ".config": text}},
			Step{Name: "all", Args: m.mode(mode), From: -1, Env: env, Add: State{"all.config": text}},
			Step{Name: "empty", Args: m.mode(mode), From: -1, Env: []string{"KCONFIG_ALLCONFIG=", "KCONFIG_SEED=4"}, Add: State{"all.config": text}},
			Step{Name: "none", Args: m.mode(mode), From: -1, Env: env},
			Step{Name: "missing", Args: m.mode(mode), From: -1, Env: []string{"KCONFIG_ALLCONFIG=no/such/file", "KCONFIG_SEED=4"}})
	}
	return nil
}

// odd are command lines and start files that are not quite right.
func (m *archMatrix) odd() {
	top := m.t.Top
	bad := Text("CONFIG_MODULES=maybe\nCONFIG_NET=y\nCONFIG_NET=n\n# CONFIG_NET is not set any more\n#CONFIG_PCI is not set\n" +
		"CONFIG_LOCALVERSION=none\nCONFIG_LOCALVERSION=\"open\nCONFIG_LOG_BUF_SHIFT=banana\nCONFIG_LOG_BUF_SHIFT=+17\n" +
		"# CONFIG_LOG_BUF_SHIFT is not set\n# CONFIG_LOCALVERSION is not set\nCONFIG_NO_SUCH_SYMBOL_HERE=y\nCONFIG_SMP\nnonsense=1\n\r\nCONFIG_SMP=y\r\n\x00\xff\xfe")
	var steps []Step
	for _, s := range []Step{
		{Name: "help", Args: []string{"--help"}},
		{Name: "no-file", Args: nil},
		{Name: "unknown-option", Args: []string{"--frobnicate", top}},
		{Name: "missing-top", Args: []string{"--olddefconfig", "Kconfig.none"}},
		{Name: "missing-defconfig", Args: []string{"--defconfig=no/such/defconfig", top}},
		{Name: "silent", Args: []string{"-s", "--alldefconfig", top}},
		{Name: "bad-config", Args: []string{"--olddefconfig", top}, Add: State{".config": bad}},
		{Name: "bad-config-sync", Args: m.syncArgs(), Add: State{".config": bad}},
		{Name: "bad-config-list", Args: []string{"--listnewconfig", top}, Add: State{".config": bad}},
		{Name: "unknown-symbols", Args: []string{"--olddefconfig", top}, Add: State{".config": bad}, Env: []string{"KCONFIG_WARN_UNKNOWN_SYMBOLS=1"}},
		{Name: "werror", Args: []string{"--olddefconfig", top}, Add: State{".config": bad}, Env: []string{"KCONFIG_WERROR=1", "KCONFIG_WARN_UNKNOWN_SYMBOLS=1"}},
		{Name: "other-config", Args: []string{"--alldefconfig", top}, Env: []string{"KCONFIG_CONFIG=sub/dir/my.config"}},
		{Name: "prefix", Args: []string{"--alldefconfig", top}, Env: []string{"CONFIG_=BR2_"}},
		{Name: "config-is-folder", Args: []string{"--alldefconfig", top}, Add: State{".config": {Mode: os.ModeDir | 0o755}, ".config/x": Text("")}},
		{Name: "link", Args: []string{"--alldefconfig", top}, Add: State{".config": {Mode: os.ModeSymlink | 0o777, Data: []byte("real")}, "real": Text("")}},
		{Name: "save-no-folder", Args: []string{"--savedefconfig=no/such/folder/x", top}},
	} {
		s.From = -1
		steps = append(steps, s)
	}
	m.add("odd", "odd", steps...)
}

// shortMatrix is for conf programs that know one-letter options only.
func shortMatrix(t *Tree) []*Scenario {
	var list []*Scenario
	for i := range t.Arches {
		a := &t.Arches[i]
		enter := strings.Repeat("\n", 60000)
		add := func(kind, name string, args []string, stdin string) {
			list = append(list, &Scenario{Tree: t, Arch: a.Name, Name: name, Kind: kind, Steps: []Step{
				{Name: "make", Args: args, From: -1, Stdin: stdin},
				{Name: "old", Args: []string{"-o", t.Top}, From: 0, Stdin: enter},
				{Name: "silent-old", Args: []string{"-s", t.Top}, From: 0, Stdin: enter},
				{Name: "ask", Args: []string{t.Top}, From: 0, Stdin: Answers(3, 5000)},
			}})
		}
		for _, d := range a.Defconfigs {
			add("defconfig", strings.ReplaceAll(d, "/", "_"), []string{"-D", d, t.Top}, enter)
		}
		for _, f := range []string{"-d", "-n", "-m", "-y"} {
			add("all", "all"+f, []string{f, t.Top}, enter)
		}
		for n := range 5 {
			add("dialogue", fmt.Sprint("answers", n), []string{t.Top}, Answers(uint64(n+1), 5000))
		}
		add("odd", "eof", []string{"-o", t.Top}, "")
	}
	return list
}

// Answers makes a reproducible list of plausible and implausible answers.
func Answers(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 20))
	common := []string{"", "", "", "", "", "", "y", "y", "n", "n", "m", "m"}
	rare := []string{"?", "1", "2", "3", "1?", "0x10", "ff", "12", "-5", "007", "text", "a \"b\" \\c", "Y", "yes", "No", "M", "banana", " y", "n ", "9999"}
	var b strings.Builder
	for range n {
		if r.IntN(8) == 0 {
			b.WriteString(rare[r.IntN(len(rare))])
		} else {
			b.WriteString(common[r.IntN(len(common))])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
