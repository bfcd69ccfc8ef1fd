// Help as the dialogue prints it.

package conf

import "gokbuild/kconfig/internal/model"

// hasHelp reports whether an entry has help of its own; in BusyBox help belongs to the symbol.
func (r *run) hasHelp(m *model.Menu) bool {
	if !r.D.BusyBox {
		return m.HelpText.Set
	}
	return model.HelpEntry(m) != nil
}

const noHelpBusy = "Sorry, no help available for this option yet.\n"

// printHelp answers a question mark.
func (r *run) printHelp(m *model.Menu) {
	if r.D.BusyBox {
		text := noHelpBusy
		if own := model.HelpEntry(m); own != nil {
			text = own.Help()
		}
		r.world.Puts("\n" + text + "\n")
		return
	}
	r.world.Puts("\n" + r.config.Help(m) + "\n")
}
