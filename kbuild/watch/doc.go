// Package watch looks on while people edit. It answers one question: which of these paths may have changed since somebody looked?
//
// [Watcher.Cover] names the paths, [Watcher.Next] waits for changes. The kernel tells of them (inotify), and everything it tells is
// a hint: whoever is told looks at the file. Where it cannot tell, on file systems of other machines or when there are too many
// folders, [Change.Lost] says so now and then, and all files are to be looked at.
package watch
