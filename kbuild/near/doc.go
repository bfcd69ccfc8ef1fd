// Package near answers: which known name is meant by one that is not known?
//
//	near.Name("menuconfg", []string{"menuconfig", "nconfig"}) // "menuconfig"
package near
