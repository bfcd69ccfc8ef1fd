// Package mcp is a server of the Model Context Protocol. It answers one question: what does an agent want done in a kernel tree,
// and what became of it?
//
// Messages are JSON-RPC objects, one a line, on standard input and output (https://modelcontextprotocol.io/specification, versions
// 2024-11-05 to 2026-07-28, transport stdio). The tools are in tools.json, as clients see them; docs/mcp.md is for people.
//
// Nothing is built or evaluated in this process: each build and each question is a gokbuild of its own, in a process group of its
// own, so that neither takes the server down, and the end of the server ends them all. What an agent says becomes arguments of that
// program, never a text for a shell (words.go).
//
// Reading order: main.go, stream.go (messages), server.go (who is asked what), program.go (a gokbuild below), build.go, events.go
// (builds), ask.go, config.go (questions and settings), words.go.
package mcp
