// The files of a configuration, as a person asks for them.

package menu

// ConfigName is the name of the configuration (conf_get_configname in confdata.c).
func (m *Model) ConfigName() string { return m.files.ConfigName() }

// Unsaved reports whether there is anything to save (conf_get_changed in confdata.c).
func (m *Model) Unsaved() bool { return m.solver.Changed }

// Tell has the messages about files that were read or written given to a function; nil has none given to anybody.
func (m *Model) Tell(f func(text string)) {
	m.files.Silent, m.files.Tell = f == nil, f
}

// Load reads a configuration in place of the present one and reports whether there was one. Now the configuration
// counts as changed, whatever it holds. It can be taken back like an answer. If there was none, nothing changes;
// conf_read in confdata.c then takes what was answered for saved, and the end loses it without a question.
func (m *Model) Load(name string) bool {
	return m.do(nil, func() bool {
		unsaved := m.solver.Changed
		ok := m.files.Load(name)
		m.solver.Changed = ok || unsaved
		return ok
	})
}

// Save writes the configuration and reports whether that went well.
func (m *Model) Save(name string) bool {
	if !m.files.Save(name) {
		return false
	}
	m.saves++
	if m.D.WriteClears {
		m.fresh()
	}
	m.base = nil
	return true
}

// WriteMissingAuto writes what the build reads if it is not there (conf_write_autoconf(0) in confdata.c). Errors are
// left to the build.
func (m *Model) WriteMissingAuto() { m.files.WriteAuto(false) }

// DotConfig is the text of the configuration.
func (m *Model) DotConfig() []byte {
	changed := m.solver.Changed
	text := m.files.Text()
	m.fresh()
	m.solver.Changed = changed
	return text
}

// fresh has all values computed anew.
func (m *Model) fresh() {
	changed := m.solver.Changed
	m.solver.Invalidate()
	m.solver.Changed = changed
}
