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
