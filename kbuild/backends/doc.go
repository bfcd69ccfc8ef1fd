// Package backends opens what a build has to take results from besides its own memory. It answers one question: which kept results
// and which other machines do the options ask for?
//
// There are three: the action cache of this machine (--cache, package cache), a store on another machine behind it (--remote-cache,
// package cache/remote), and workers that run compilers elsewhere (--dist, --remote-exec, package workers). [Config.Open] reads the
// options and opens them; [Set] is what is open. A wrong option ends the make with a message, also where there is nothing to use it
// for; a server that does not answer costs a message and time, never the build.
package backends
