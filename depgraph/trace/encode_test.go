package trace

import (
	"bytes"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gokbuild/depgraph"
	"gokbuild/depgraph/facts"
)

func sampleReport() *Report {
	return &Report{
		Facts: []Fact{
			{Path: "/a", Kind: facts.Content, Written: true, ID: facts.Stat{Dev: 1, Ino: 2, Mode: 0o100644, UID: 3, GID: 4, Size: 5, Mtime: -6, Ctime: 7}},
			{Path: "/b\xff\n", Kind: facts.Exists},
			{Path: facts.SystemUname, Kind: facts.System},
		},
		Impure:   "a reason",
		Status:   depgraph.Status{Code: 1, Signal: syscall.SIGTERM, Core: true},
		Output:   []Output{{Text: "out\n"}, {Err: true, Text: "err\n"}},
		WroteErr: true,
		Terminal: true,
		Cost:     3000,
		Overhead: 200,
	}
}

func TestReportEncoding(t *testing.T) {
	want := sampleReport()
	data := appendReport(nil, want)
	got, err := decodeReport(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i := range data {
		if _, err := decodeReport(data[:i]); err == nil {
			t.Errorf("cut at %d: no error", i)
		}
		damaged := bytes.Clone(data)
		damaged[i] ^= 0x10
		if _, err := decodeReport(damaged); err == nil {
			t.Errorf("bit flipped at %d: no error", i)
		}
	}
}

func FuzzDecodeReport(f *testing.F) {
	f.Add(appendReport(nil, sampleReport()))
	f.Add(appendReport(nil, &Report{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := decodeReport(data); err == nil {
			again, err := decodeReport(appendReport(nil, r))
			if err != nil || !cmp.Equal(r, again) {
				t.Errorf("%v: %+v, then %+v", err, r, again)
			}
		}
		// The checksum keeps most inputs from the decoder; give it the body.
		d := decoder{rest: data}
		d.report()
	})
}
