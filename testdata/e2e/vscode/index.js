// A stand-in for the module "vscode", as much as an extension with a language client needs to be started without a screen: events
// that never come, classes that keep what they are made of, and providers that are kept for ask.js to call.
'use strict';

const event = () => ({ dispose() {} });
const providers = {};
const diagnostics = new Map();

class Disposable {
  constructor(dispose) { this.dispose = dispose || (() => {}); }
  static from(...all) { return new Disposable(() => all.forEach((d) => d.dispose())); }
}
class EventEmitter {
  constructor() { this.heard = []; this.event = (f) => { this.heard.push(f); return new Disposable(); }; }
  fire(e) { this.heard.forEach((f) => f(e)); }
  dispose() {}
}
class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
class Range {
  constructor(a, b, c, d) { Object.assign(this, typeof a === 'number' ? { start: new Position(a, b), end: new Position(c, d) } : { start: a, end: b }); }
}
class Location { constructor(uri, range) { Object.assign(this, { uri, range }); } }
class Hover { constructor(contents, range) { Object.assign(this, { contents, range }); } }
class MarkdownString { constructor(value) { this.value = value || ''; } appendCodeblock(text) { this.value += text; return this; } }
class Diagnostic { constructor(range, message, severity) { Object.assign(this, { range, message, severity }); } }
class CancellationTokenSource { constructor() { this.token = { isCancellationRequested: false, onCancellationRequested: event }; } cancel() {} dispose() {} }
class Task { constructor(definition, scope, name, source, execution, problemMatchers) { Object.assign(this, { definition, scope, name, source, execution, problemMatchers }); } }
class ProcessExecution { constructor(process, args, options) { Object.assign(this, { process, args, options }); } }
class Uri {
  constructor(path) { Object.assign(this, { scheme: 'file', authority: '', path, fsPath: path, query: '', fragment: '' }); }
  static file(path) { return new Uri(path); }
  static parse(text) { return new Uri(decodeURIComponent(text.replace(/^file:\/\//, ''))); }
  toString() { return 'file://' + this.path; }
}

// keep makes a function that keeps the provider it is given, under the name of what it provides.
const keep = (name) => (...args) => { (providers[name] ||= []).push(args.find((a) => a && Object.keys(a).some((k) => k.startsWith('provide')) ) || args[1]); return new Disposable(); };
// loose answers whatever else is asked of a part of the module: a name that begins with on is an event, others do nothing.
const loose = (known) => new Proxy(known, {
  get: (o, name) => name in o ? o[name] : /^on[A-Z]/.test(String(name)) ? event : /^register/.test(String(name)) ? keep(String(name)) : undefined,
});
const channel = { append() {}, appendLine() {}, show() {}, clear() {}, replace() {}, dispose() {} };
const enums = new Proxy({}, { get: (_, name) => String(name) });

const api = {
  version: '1.91.0', providers, diagnostics, Disposable, EventEmitter, Position, Range, Location, Hover, MarkdownString, Diagnostic,
  CancellationTokenSource, Task, ProcessExecution, Uri, TaskGroup: { Build: 'build' },
  workspace: loose({
    workspaceFolders: [], textDocuments: [], notebookDocuments: [],
    getConfiguration: () => ({ get: (name) => api.settings[name], has: () => false, inspect: () => undefined }),
    createFileSystemWatcher: () => ({ onDidCreate: event, onDidChange: event, onDidDelete: event, dispose() {} }),
    getWorkspaceFolder: () => api.workspace.workspaceFolders[0],
  }),
  window: loose({ createOutputChannel: () => channel, showErrorMessage: async (m) => { throw new Error(m); }, visibleTextEditors: [], tabGroups: loose({ all: [] }) }),
  languages: loose({
    createDiagnosticCollection: () => ({ set: (uri, list) => diagnostics.set(uri.toString(), list || []), delete() {}, clear() {}, dispose() {} }),
    match: (selector, doc) => selector.some?.((s) => s.language === doc.languageId) ? 10 : 0,
  }),
  tasks: loose({ registerTaskProvider: (type, p) => { api.taskProvider = p; return new Disposable(); } }),
  env: { language: 'en', appName: 'stand-in', isTelemetryEnabled: false },
  commands: loose({ registerCommand: () => new Disposable(), executeCommand: async () => undefined }),
  extensions: { all: [], getExtension: () => undefined },
};

// Every other name is a class if something may extend it, and an enumeration else.
const others = new Map();
module.exports = new Proxy(api, {
  get(o, name) {
    if (name in o || typeof name !== 'string' || !/^[A-Z]/.test(name)) return o[name];
    if (!others.has(name)) {
      const made = { [name]: class { constructor(...args) { this.args = args; } } }[name];
      others.set(name, new Proxy(made, { get: (c, k) => k in c || typeof k !== 'string' ? c[k] : enums[k] }));
    }
    return others.get(name);
  },
});
