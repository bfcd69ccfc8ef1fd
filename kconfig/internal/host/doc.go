// Package host answers: what does the tool see of the world, and where does it print? Directory, environment, streams,
// files and the shell are fields of a [World]; leaving early is an [ExitError].
package host
