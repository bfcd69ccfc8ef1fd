package workers

// This file makes the input root of an action: a tree of Directory messages (remote_execution.proto, "Directory").

import (
	"maps"
	"slices"
	"strings"

	"gokbuild/kbuild/cache/reapi"
)

// folder is a directory of an input root.
type folder struct {
	files   map[string]reapi.FileNode
	folders map[string]*folder
}

// make returns the folder of a name below, which is made if it is not there.
func (f *folder) make(name string) *folder {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" {
			continue
		}
		next := f.folders[part]
		if next == nil {
			next = new(folder)
			if f.folders == nil {
				f.folders = make(map[string]*folder)
			}
			f.folders[part] = next
		}
		f = next
	}
	return f
}

// add adds a file.
func (f *folder) add(name string, digest reapi.Digest) {
	dir, base := "", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		dir, base = name[:i], name[i+1:]
	}
	f = f.make(dir)
	if f.files == nil {
		f.files = make(map[string]reapi.FileNode)
	}
	f.files[base] = reapi.FileNode{Name: base, Digest: digest}
}

// digest is that of a folder; each gets the messages of it and of those below.
func (f *folder) digest(each func(reapi.Blob)) reapi.Digest {
	var d reapi.Directory
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		d.Files = append(d.Files, f.files[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.folders)) {
		d.Directories = append(d.Directories, reapi.DirectoryNode{Name: name, Digest: f.folders[name].digest(each)})
	}
	data := reapi.Marshal(&d)
	sum := reapi.Sum(data)
	each(reapi.Blob{Digest: sum, Data: data})
	return sum
}
