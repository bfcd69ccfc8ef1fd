// Package event is the stream of what happens in a build. It answers one question: what happened, for whoever watches?
//
// The engine sends events; progress lines, statistics, traces, reports and tests listen. No listener changes what make
// prints or does. A nil *[Stream] has no listener: sending to it costs one comparison, so code that would have to work to
// make an event asks [Stream.On] first.
package event
