package report

// This file writes the complaints of a build as SARIF 2.1.0 (OASIS Standard, 27 March 2020): one run for each tool that complained.

import (
	"encoding/json"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"gokbuild/kbuild/diagnostic"
)

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	// sarifBase is the name of the directory that places are relative to.
	sarifBase = "BUILD"
)

type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool                `json:"tool"`
		Invocations []sarifInvocation        `json:"invocations"`
		Bases       map[string]sarifArtifact `json:"originalUriBaseIds"`
		Results     []sarifResult            `json:"results"`
		ColumnKind  string                   `json:"columnKind"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules,omitempty"`
	}
	sarifRule struct {
		ID string `json:"id"`
	}
	sarifInvocation struct {
		CommandLine string        `json:"commandLine"`
		Successful  bool          `json:"executionSuccessful"`
		ExitCode    int           `json:"exitCode"`
		Dir         sarifArtifact `json:"workingDirectory"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId,omitempty"`
		RuleIndex *int            `json:"ruleIndex,omitempty"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Baseline  string          `json:"baselineState,omitempty"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		ID       *int           `json:"id,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"name"`
	}
)

// writeSARIF writes the file.
func (a *account) writeSARIF(f *os.File) error {
	e := json.NewEncoder(f)
	e.SetIndent("", " ")
	return e.Encode(a.sarif())
}

func (a *account) sarif() *sarifLog {
	log := &sarifLog{Schema: sarifSchema, Version: sarifVersion}
	byTool := make(map[string][]*found)
	for _, f := range a.Found {
		if !f.Chained() {
			byTool[f.Tool] = append(byTool[f.Tool], f)
		}
	}
	if len(byTool) == 0 {
		byTool["gokbuild"] = nil
	}
	var tools []string
	for tool := range byTool {
		tools = append(tools, tool)
	}
	slices.Sort(tools)
	for _, tool := range tools {
		log.Runs = append(log.Runs, a.sarifRun(tool, byTool[tool]))
	}
	return log
}

func (a *account) sarifRun(tool string, found []*found) sarifRun {
	dir := sarifArtifact{URI: fileURI(a.Build.Dir) + "/"}
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}, Bases: map[string]sarifArtifact{sarifBase: dir}}
	run.Tool.Driver.Name = tool
	run.Invocations = []sarifInvocation{{CommandLine: strings.Join(a.Build.Argv, " "), Successful: a.Status == 0, ExitCode: a.Status, Dir: dir}}
	rules := make(map[string]int)
	for _, f := range found {
		r := sarifResult{Level: string(f.Severity), Message: sarifText{f.Message}, Baseline: "unchanged"}
		if f.New {
			r.Baseline = "new"
		}
		if f.Option != "" {
			i, known := rules[f.Option]
			if !known {
				i = len(rules)
				rules[f.Option] = i
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{f.Option})
			}
			r.RuleID, r.RuleIndex = f.Option, &i
		}
		a.locate(&r, f)
		run.Results = append(run.Results, r)
	}
	return run
}

// locate adds the places of a result.
func (a *account) locate(r *sarifResult, f *found) {
	l := sarifLocation{Physical: a.physical(f.Step, f.Place)}
	if f.Function != "" {
		l.Logical = []sarifLogical{{f.Function}}
	}
	if l.Physical != nil || l.Logical != nil {
		r.Locations = []sarifLocation{l}
	}
	for i, n := range f.Notes {
		r.Related = append(r.Related, sarifLocation{ID: &i, Message: &sarifText{n.Message}, Physical: a.physical(f.Step, n.Place)})
	}
}

func (a *account) physical(s *step, at diagnostic.Place) *sarifPhysical {
	if at.File == "" || strings.HasPrefix(at.File, "<") {
		return nil
	}
	p := &sarifPhysical{}
	file := a.abs(s, at.File)
	if below, ok := strings.CutPrefix(file, strings.TrimSuffix(a.Build.Dir, "/")+"/"); ok {
		p.Artifact = sarifArtifact{URI: (&url.URL{Path: below}).EscapedPath(), Base: sarifBase}
	} else {
		p.Artifact = sarifArtifact{URI: fileURI(file)}
	}
	if at.Line > 0 {
		p.Region = &sarifRegion{Line: at.Line, Column: at.Column}
	}
	return p
}

// abs is the absolute name of a file that a tool of a step has named.
func (a *account) abs(s *step, file string) string {
	dir := a.Build.Dir
	if s != nil {
		dir = s.Make.Dir
	}
	if path.IsAbs(file) {
		return path.Clean(file)
	}
	return path.Join(dir, file)
}

func fileURI(file string) string { return (&url.URL{Scheme: "file", Path: file}).String() }
