// Package trace answers: which files decided what this command did?
//
// A build runs some commands every time, because no rule says what they depend on. [Run] runs such a command once under
// ptrace and reports every path that its outcome depended on, as [Fact] values; as long as [Value] of each stays
// the same, running it again would change nothing.
package trace
