// ask.js EXTENSION: starts the extension as VS Code would, and asks its client about TREE, which is configured in OUT.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const { TREE, OUT, GOKBUILD } = process.env;
const extension = require(process.argv[2]);

/** A document as the client sees it. */
function open(name, languageId) {
  const lines = fs.readFileSync(path.join(TREE, name), 'utf8').split('\n');
  return { uri: vscode.Uri.file(path.join(TREE, name)), languageId, version: 1, lines, getText: () => lines.join('\n'), isClosed: false };
}

/** The place of a word in a document. */
function place(doc, line, word) {
  const n = doc.lines.findIndex((l) => l.includes(line));
  assert.ok(n >= 0, line);
  return new vscode.Position(n, doc.lines[n].indexOf(word) + 1);
}

async function main() {
  vscode.settings = { path: GOKBUILD, output: OUT };
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(TREE), name: 'linux', index: 0 }];
  const makefile = open('drivers/net/ethernet/intel/Makefile', 'makefile');
  vscode.workspace.textDocuments = [makefile];
  const context = { subscriptions: [] };
  await extension.activate(context);

  const token = new vscode.CancellationTokenSource().token;
  const at = place(makefile, 'obj-$(CONFIG_E1000)', 'CONFIG_E1000');
  const [hover] = vscode.providers.registerHoverProvider;
  const told = await hover.provideHover(makefile, at, token);
  assert.match(JSON.stringify(told), /E1000/);
  const [definition] = vscode.providers.registerDefinitionProvider;
  const places = [await definition.provideDefinition(makefile, at, token)].flat();
  assert.ok(places.some((p) => (p.uri || p.targetUri).path.endsWith('drivers/net/ethernet/intel/Kconfig')), JSON.stringify(places));

  // The tasks are processes with arguments, each with all problem matchers.
  const tasks = vscode.taskProvider.provideTasks();
  const all = tasks.find((t) => t.name === 'all');
  assert.deepEqual(all.execution.args, [`O=${OUT}`, '--', 'all']);
  assert.ok(all.problemMatchers.includes('$gokbuild-gcc'));
  const own = vscode.taskProvider.resolveTask({ definition: { type: 'gokbuild', goals: ['drivers/net/'], variables: { W: '1' } } });
  assert.deepEqual(own.execution.args, [`O=${OUT}`, 'W=1', '--', 'drivers/net/']);

  await extension.deactivate();
  console.log('the extension was packed, installed and started; its client has hovered and found a definition');
}

const late = setTimeout(() => { console.error('it takes too long'); process.exit(1); }, 120_000);
main().then(() => clearTimeout(late), (e) => { console.error(e); process.exit(1); });
