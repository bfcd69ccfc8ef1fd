package probe

// This file keeps short texts of others beside the answers: they live as long.

// noteKey stands before the name of a note, where a command would stand.
const noteKey = "\x00note\x00"

// SetNote keeps a text under a name, in place of the one that was there. One that is too long for a record lasts as long as the process.
func (m *Memo) SetNote(name, text string) {
	m.insert(&entry{Cmd: noteKey + name, Stdout: []byte(text)})
}

// Note returns the text of a name, "" if there is none.
func (m *Memo) Note(name string) string {
	list := m.entriesOf(noteKey + name)
	if len(list) == 0 {
		return ""
	}
	return string(list[len(list)-1].Stdout)
}
