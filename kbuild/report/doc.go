// Package report has those who follow a build for people and programs. It answers one question: who wants to know of this build, and
// where does it go?
//
// [Open] reads the options (--json, --sarif, --summary, --trace, --report, --progress) and returns the listeners of the event
// stream; [Reporters.Close] writes what can be written only at the end. None of them changes what make prints into a file or a
// pipe, nor its exit status: what cannot be written is said once, at the end.
//
// open.go opens and closes, account.go collects what happened, json.go writes events as they come, sarif.go, summary.go, trace.go
// and report.go write from the account, critical.go finds what decided how long it took.
package report
