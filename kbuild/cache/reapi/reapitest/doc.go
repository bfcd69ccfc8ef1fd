// Package reapitest answers: how does a server of the Remote Execution API behave, and how when something is wrong with it?
//
// It is a server for tests: results, blobs and execution in memory, over gRPC and over HTTP. It is built from grpc-go and the
// messages of github.com/bazelbuild/remote-apis, so it shares nothing with the client that it judges. Faults are switched on
// while it runs:
//
//	s := reapitest.Start(t)
//	s.Set(reapitest.Faults{Slow: 10 * time.Second})
//
// Actions are run in a folder of their own that holds their input root and nothing else; what they see besides is this
// machine.
package reapitest
