// Package reapi answers: what does a cache or a worker on another machine say, in its own protocol?
//
// It is a client of the Remote Execution API, version 2 (build/bazel/remote/execution/v2/remote_execution.proto of
// github.com/bazelbuild/remote-apis), with SHA-256, over gRPC; and of the plain HTTP of bazel-remote and nginx, /ac/ and
// /cas/. Dial makes a Cache from an address:
//
//	c, err := reapi.Dial("grpc://localhost:9092", reapi.Options{})
//	result, err := c.GetActionResult(ctx, reapi.Sum(action))
//
// A Cache returns no bytes that do not have the digest they were asked for by. What an ActionResult says is not checked:
// whoever may write to the server decides it.
//
// gRPC is spoken on net/http, and messages are coded by tables of the fields that are used here. grpc-go and the
// generated messages would be several times as large as this package (docs/architecture.md has the figures); the tests speak with
// a server that is built from them.
//
// Reading order: dial.go, client.go, execute.go (what is asked); messages.go and wire.go (how a message is written), grpc.go
// and plain.go (how it travels), status.go (what goes wrong).
package reapi
