package mconf

import (
	"strings"
	"testing"

	"gokbuild/kconfig/internal/testkit"
	"gokbuild/kconfig/menu/front"
	"gokbuild/kconfig/menu/menutest"
)

// classicSource is an mconf that starts a program for each box; its words are those of this test.
const classicSource = `
static const char mconf_readme[] = N_("How to\n" "use it.\n");
static const char menu_instructions[] = N_("Keys\nmove.");
static const char radiolist_instructions[] = N_("Choose.");
static const char inputbox_instructions_int[] = N_("A number.");
static const char inputbox_instructions_hex[] = N_("In hex.");
static const char inputbox_instructions_string[] = N_("Words.");
static const char setmod_text[] = N_("A module.");
static const char load_config_text[] = N_("Which file?");
static const char load_config_help[] = N_("It is read.");
static const char save_config_text[] = N_("To which file?");
static const char save_config_help[] = N_("It is written.");
static const char search_help[] = N_("It searches.");
	cprint("--menu");
	cprint(_("Enter CONFIG_ part"));
	cprint(_("    Load an other one"));
	cprint(_("    Save Conf elsewhere"));
	show_textbox(NULL, _("Can't create file!"), 5, 60);
int main(int ac, char **av)
{
	sprintf(menu_backtitle, _("Box %s"), version);
	cprint("--yesno");
	cprint(_("Save it?"));
	fprintf(stderr, _("\n" "Error: NOT saved.\n"));
	printf(_("*** All done.\n"));
	fprintf(stderr, _("NOT saved.\n"));
}
`

const classicKconfig = `
mainmenu "Test"

comment "Words"

config ONE
	bool "One"
	default y
	select FIXED
	help
	  What one does.

config FIXED
	bool "Fixed"

config NUMBER
	int "Number"
	default 3

choice
	prompt "Size"

config SMALL
	bool "Small"

config LARGE
	bool "Large"

endchoice

menu "Inside"

config DEEP
	bool "Deep"
	default n

endmenu

menu "Empty"
	depends on DEEP

config NOWHERE
	bool

endmenu
`

// classicBox is the source of its box with a text.
const classicBox = `
int dialog_textbox(const char *title)
{
	switch (key) {
	case 'E':	/* Exit */
	case 'e':
	case 'J':
	case 'j':
	case ' ':
	}
}
`

func playClassic(t *testing.T, typed string) *menutest.Play {
	t.Helper()
	d := testkit.BusyBox()
	d.HelpBare, d.HelpPromptPos, d.SearchUnsorted = true, true, true
	const tools = "tree/scripts/kconfig/"
	p := &menutest.Play{Main: Main, Files: map[string]string{tools + "mconf.c": classicSource, tools + "lxdialog/textbox.c": classicBox, tools + "conf.c": "", tools + "confdata.c": "",
		"Config.in": classicKconfig, ".config": ""}}
	return p.Keys(t, front.Invocation{Name: "mconf", Args: []string{"Config.in"}, Dialect: d, Source: "tree", Env: []string{"KERNELVERSION=7.5"}}, typed)
}

func TestClassicScreens(t *testing.T) {
	p := playClassic(t, "<esc>y")
	p.Shows(t, 0, " Box 7.5", "Keys move.", "--- Words", "[*] One (NEW)", "--- Fixed", "(3) Number (NEW)", "    Size (Small)  --->", "    Inside  --->",
		"    Load an other one", "    Save Conf elsewhere", "<Select>    < Exit >    < Help >  ")
	for _, text := range []string{"< Save >", "----", "Empty", ".config -"} {
		if strings.Contains(p.Screens[0], text) {
			t.Errorf("it shows %q:\n%s", text, p.Screens[0])
		}
	}
	p.Shows(t, 1, "Save it?", "< Yes >")
	if p.Status != 0 || !strings.Contains(p.Stdout.String(), "*** All done.") || p.Stderr.Len() > 0 || !strings.Contains(p.File(t, ".config"), "CONFIG_ONE=y") {
		t.Errorf("status %d, %q, %q\n%s", p.Status, &p.Stdout, &p.Stderr, p.File(t, ".config"))
	}
}

func TestClassicKeys(t *testing.T) {
	p := playClassic(t, "<down>?<esc>z<esc><esc>")
	p.Shows(t, 2, "CONFIG_ONE:", "What one does.", "Symbol: ONE [=y]", "Prompt: One", "Defined at Config.in:6", "Selects: FIXED")
	if strings.Contains(p.Screens[2], "Type") || strings.Contains(p.Screens[2], "FIXED [=") {
		t.Errorf("help has what came later:\n%s", p.Screens[2])
	}
	// Esc is no.
	if p.Status != 0 || !strings.Contains(p.Stderr.String(), "NOT saved.") {
		t.Errorf("status %d, %q, %q", p.Status, &p.Stdout, &p.Stderr)
	}
	// The last lines save and load; neither gives the configuration another name.
	p = playClassic(t, "<end><enter><bs><bs><enter><up><enter><enter><esc>y")
	if p.File(t, ".conf") == "" || !strings.Contains(p.File(t, ".config"), "CONFIG_ONE=y") {
		t.Errorf("files: %q, %q", p.File(t, ".conf"), p.File(t, ".config"))
	}
	// After Enter the selected line stands in the middle; a search finds in the order of the table.
	p = playClassic(t, "/e<enter><enter><esc>n")
	p.Shows(t, 1, "Enter CONFIG_ part")
	p.Shows(t, 3, "Search Results", "Symbol: ")
}

// TestClassicTextLetters: letters that the box with a text does not have, as q, do nothing; those that it has do.
func TestClassicTextLetters(t *testing.T) {
	p := playClassic(t, "<down>?qxude<esc>n")
	for n := 2; n <= 6; n++ {
		p.Shows(t, n, "CONFIG_ONE:")
	}
	p.Shows(t, 7, "[*] One (NEW)")
}

// TestClassicMinus: - goes to the line above, not to the one that begins with it.
func TestClassicMinus(t *testing.T) {
	p := playClassic(t, "<end>-<enter><esc><esc>n")
	p.Shows(t, 3, "Which file?")
}
