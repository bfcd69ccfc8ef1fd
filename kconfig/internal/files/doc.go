// Package files answers: what do the files hold? It reads configurations, and writes .config, the minimal configuration
// and what the build reads, byte for byte as the C tool does.
package files
