// Package files answers: what do the files hold? It reads configurations, and writes .config, the minimal configuration
// and what the build reads, byte for byte as the C tool does.
//
// Reading order: files.go (what all share; Linux or BusyBox?), reader.go, line.go, value.go, read.go (a
// configuration is read); format.go, dotconfig.go, minimal.go, auto.go, auto_old.go, touch.go (files are written),
// store.go (how they come to the disk); busybox.go.
package files
