package lsp

// This file has the values of LSP 3.17 that are used, with the protocol's names.

import (
	"net/url"
	"strings"
)

// Position is a place in a text: Line and Character count from 0, Character in UTF-16 units.
type Position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// Range is a part of a text; End is behind it.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Location is a part of a file.
type Location struct {
	URI   string `json:"uri"`
	Range Range  `json:"range"`
}

// Diagnostic is a complaint about a part of a file.
type Diagnostic struct {
	Range    Range  `json:"range"`
	Severity int    `json:"severity"`
	Code     string `json:"code,omitempty"`
	Source   string `json:"source"`
	Message  string `json:"message"`
}

// Codes of errors (LSP, "Base Protocol", "ErrorCodes").
const (
	codeNotInitialized = -32002
	codeCancelled      = -32800
	codeFailed         = -32803
)

// syncIncremental has the client send what changes in a text, not all of it (TextDocumentSyncKind).
const syncIncremental = 2

// Severities.
const (
	severityError = iota + 1
	severityWarning
	severityInformation
	severityHint
)

// Hover is a text about what is under the cursor.
type Hover struct {
	Contents Markup `json:"contents"`
	Range    Range  `json:"range"`
}

// Markup is a text in Markdown.
type Markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// CompletionList are words that may stand at the cursor. IsIncomplete says that there are more.
type CompletionList struct {
	IsIncomplete bool             `json:"isIncomplete"`
	Items        []CompletionItem `json:"items"`
}

// CompletionItem is one of them; Kind is one of the protocol's CompletionItemKind.
type CompletionItem struct {
	Label    string   `json:"label"`
	Kind     int      `json:"kind"`
	Detail   string   `json:"detail,omitempty"`
	TextEdit TextEdit `json:"textEdit"`
}

// TextEdit replaces a part of a text.
type TextEdit struct {
	Range   Range  `json:"range"`
	NewText string `json:"newText"`
}

// WorkspaceEdit are changes of files by URI.
type WorkspaceEdit struct {
	Changes map[string][]TextEdit `json:"changes"`
}

// DocumentSymbol is an entry of the outline of a file; Kind is one of the protocol's SymbolKind.
type DocumentSymbol struct {
	Name           string            `json:"name"`
	Detail         string            `json:"detail,omitempty"`
	Kind           int               `json:"kind"`
	Range          Range             `json:"range"`
	SelectionRange Range             `json:"selectionRange"`
	Children       []*DocumentSymbol `json:"children,omitempty"`
}

// SymbolInformation is a symbol of the workspace.
type SymbolInformation struct {
	Name     string   `json:"name"`
	Kind     int      `json:"kind"`
	Location Location `json:"location"`
}

// CodeLens is a text that stands above a line.
type CodeLens struct {
	Range   Range   `json:"range"`
	Command Command `json:"command"`
}

// Command is what a click does; ours do nothing.
type Command struct {
	Title   string `json:"title"`
	Command string `json:"command"`
}

// CodeAction is a change that is offered.
type CodeAction struct {
	Title string        `json:"title"`
	Kind  string        `json:"kind"`
	Edit  WorkspaceEdit `json:"edit"`
}

// Kinds of symbols and completions.
const (
	kindModule    = 2
	kindNamespace = 3
	kindField     = 8
	kindConstant  = 14
	kindKeyword   = 14 // of completions
	kindFile      = 17
	kindObject    = 19
	kindValue     = 12 // of completions
)

// pathOf is the file that a URI names, "" if it names none.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" || !strings.HasPrefix(u.Path, "/") {
		return ""
	}
	return u.Path
}

// uriOf names a file.
func uriOf(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }
