package kconfig_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gokbuild/kconfig"
)

const exampleTree = `
mainmenu "Example"

config NET
	bool "Networking"
	default y

menu "Drivers"
	depends on NET

config DRIVER
	bool "Some driver"
	select LIBRARY
	help
	  Says yes to a driver.

config QUEUE
	int "Queue length"
	range 1 64
	default 8
	depends on DRIVER

endmenu

config LIBRARY
	bool
`

// exampleDir is a directory with the tree above as its Kconfig file.
func exampleDir() (dir string, done func()) {
	dir, err := os.MkdirTemp("", "kconfig")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte(exampleTree), 0o666); err != nil {
		log.Fatal(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

func Example() {
	dir, done := exampleDir()
	defer done()
	c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	for m := range c.Entries() {
		switch {
		case m.Sym != nil:
			fmt.Printf("%s %s = %q\n", m.Sym.Type, m.Sym.Name, c.Value(m.Sym))
		case m.Prompt != nil:
			fmt.Println("menu", m.Prompt.Text)
		}
	}
	// Output:
	// bool NET = "y"
	// menu Drivers
	// bool DRIVER = "n"
	// integer QUEUE = "0"
	// bool LIBRARY = "n"
}

func ExampleConfig_Set() {
	dir, done := exampleDir()
	defer done()
	c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Visibility(c.Lookup("QUEUE")), "while the driver is off")
	fmt.Println(c.Set(c.Lookup("DRIVER"), "y"))
	fmt.Println(c.Set(c.Lookup("QUEUE"), "100"), "outside the range")
	fmt.Println(c.Set(c.Lookup("QUEUE"), "16"))
	fmt.Printf("%s", c.Minimal())
	// Output:
	// n while the driver is off
	// true
	// false outside the range
	// true
	// CONFIG_DRIVER=y
	// CONFIG_QUEUE=16
}

func ExampleConfig_Why() {
	dir, done := exampleDir()
	defer done()
	c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	c.Set(c.Lookup("DRIVER"), "y")
	for _, name := range []string{"NET", "DRIVER", "QUEUE", "LIBRARY"} {
		s := c.Lookup(name)
		why := c.Why(s)
		fmt.Printf("%s is %s by %v", name, c.Value(s), why.Cause)
		if why.Prop != nil {
			fmt.Printf(" at %v", why.Prop.Pos)
		}
		for _, e := range why.By {
			fmt.Printf(" of %v", e)
		}
		fmt.Println()
	}
	// Output:
	// NET is y by default at Kconfig:6
	// DRIVER is y by user
	// QUEUE is 8 by default at Kconfig:20
	// LIBRARY is y by select of DRIVER && NET
}

// What is wrong with a tree can be had as values, for an editor to show.
func ExampleLoad_messages() {
	dir, done := exampleDir()
	defer done()
	if err := os.WriteFile(filepath.Join(dir, "Kconfig"), []byte("config A\n\tbool \"a\"\n\tdepends NET\n"), 0o666); err != nil {
		log.Fatal(err)
	}
	show := func(m kconfig.Message) {
		fmt.Printf("%s, line %d, column %d: %v: %s\n", m.File, m.Line, m.Column, m.Severity, m.Text)
	}
	_, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir, Messages: show})
	fmt.Println(err)
	// Output:
	// Kconfig, line 3, column 2: error: syntax error
	// Kconfig, line 3, column 2: error: invalid statement
	// Kconfig:3: invalid statement
}

// A menu as a front end draws it: what is seen, what it is, and whether the user can change it.
func ExampleConfig_EntryVisible() {
	dir, done := exampleDir()
	defer done()
	c, err := kconfig.Load(kconfig.Options{File: "Kconfig", Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	c.Set(c.Lookup("DRIVER"), "y")
	var draw func(m *kconfig.Menu, indent string)
	draw = func(m *kconfig.Menu, indent string) {
		for ; m != nil; m = m.Next {
			if !c.EntryVisible(m) {
				continue
			}
			if m.Sym == nil {
				fmt.Println(indent+m.Prompt.Text, "--->")
			} else {
				fmt.Printf("%s[%s] %s, changeable: %t\n", indent, c.Value(m.Sym), m.Prompt.Text, c.Changeable(m.Sym))
			}
			draw(m.List, indent+"  ")
		}
	}
	draw(c.Root().List, "")
	// Output:
	// [y] Networking, changeable: true
	//   Drivers --->
	//     [y] Some driver, changeable: true
	//       [8] Queue length, changeable: true
}
