package commits

// This file writes results as JSON, one object a line. Fields are only ever added; docs/each-commit.md describes them.

import (
	"encoding/json"

	"gokbuild/kbuild/diagnostic"
)

// jsonResult is what came of a commit in a configuration. The lists are those of what is new and gone; all that was said is in
// "warnings" and "errors".
type jsonResult struct {
	V       int    `json:"v"`
	Kind    string `json:"kind"` // "result"
	Commit  string `json:"commit"`
	Subject string `json:"subject"`
	Config  string `json:"config"`
	// Base: it is the commit before the first one. Against is the commit that it is compared with.
	Base     bool                    `json:"base"`
	Against  string                  `json:"against"`
	Status   Status                  `json:"status"`
	Exit     int                     `json:"exit"`
	Bad      bool                    `json:"bad"`
	Kept     bool                    `json:"kept"`
	Seconds  float64                 `json:"seconds"`
	Log      string                  `json:"log"`
	Warnings []diagnostic.Diagnostic `json:"warnings"`
	Errors   []diagnostic.Diagnostic `json:"errors"`

	difference
}

// difference is in what it differs from the commit that it is compared with, and how large it is.
type difference struct {
	NewWarnings  []diagnostic.Diagnostic `json:"new_warnings"`
	GoneWarnings []diagnostic.Diagnostic `json:"gone_warnings"`
	NewErrors    []diagnostic.Diagnostic `json:"new_errors"`
	GoneErrors   []diagnostic.Diagnostic `json:"gone_errors"`
	Sizes        []*Size                 `json:"sizes"`
	Growth       []growth                `json:"growth"`
}

// jsonEnd is the last object.
type jsonEnd struct {
	V            int      `json:"v"`
	Kind         string   `json:"kind"` // "end"
	Built        int      `json:"built"`
	Failed       int      `json:"failed"`
	Unconfigured int      `json:"unconfigured"`
	New          int      `json:"new"` // warnings
	Gone         int      `json:"gone"`
	Worse        []string `json:"worse"`
}

// put writes a result.
func (p *printer) put(s *shown) {
	p.encode(&jsonResult{V: version, Kind: "result", Commit: s.Commit, Subject: s.Subject, Config: s.Config, Base: s.commit.base,
		Against: s.Against, Status: s.Status, Exit: s.Exit, Bad: s.bad, Kept: s.kept, Seconds: s.Seconds, Log: s.log,
		Warnings: full(s.Warnings), Errors: full(s.Errors),
		difference: difference{full(s.NewWarnings), full(s.GoneWarnings), full(s.NewErrors), full(s.GoneErrors), full(s.Sizes), full(s.grown)}})
}

func (p *printer) putEnd(t *tally) {
	end := &jsonEnd{version, "end", t.built, t.failed, t.unconfigured, t.fresh, t.gone, []string{}}
	for _, w := range t.worse {
		end.Worse = append(end.Worse, w.commit.id)
	}
	p.encode(end)
}

func (p *printer) encode(object any) {
	enc := json.NewEncoder(p.json)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(object); p.err == nil {
		p.err = err
	}
}

// full is a list that is written as one even if it is empty.
func full[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
