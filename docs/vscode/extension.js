// The extension for VS Code: it starts `gokbuild --lsp` for the folder that is open, and offers builds as tasks.
'use strict';

const path = require('path');
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

/** The problem matchers of package.json, by name. */
const matchers = require('./package.json').contributes.problemMatchers.map((m) => '$' + m.name);

/** What is offered without being written into tasks.json: the goals of most days. */
const usual = [['all'], ['defconfig'], ['olddefconfig'], ['prepare'], ['modules'], ['clean']];

let client;

/** A task that builds goals; no shell reads them. */
function taskOf(definition, folder) {
  const settings = vscode.workspace.getConfiguration('gokbuild', folder.uri);
  const args = [];
  if (settings.get('output')) {
    args.push('O=' + path.resolve(folder.uri.fsPath, settings.get('output')));
  }
  for (const [name, value] of Object.entries(definition.variables || {})) {
    args.push(`${name}=${value}`);
  }
  args.push('--', ...definition.goals);
  const run = new vscode.ProcessExecution(settings.get('path'), args, { cwd: folder.uri.fsPath });
  const task = new vscode.Task(definition, folder, definition.goals.join(' ') || 'all', 'gokbuild', run, matchers);
  task.group = vscode.TaskGroup.Build;
  return task;
}

const tasks = {
  provideTasks() {
    const all = [];
    for (const folder of vscode.workspace.workspaceFolders || []) {
      all.push(...usual.map((goals) => taskOf({ type: 'gokbuild', goals }, folder)));
    }
    return all;
  },
  resolveTask(task) {
    const folder = task.scope && task.scope.uri ? task.scope : (vscode.workspace.workspaceFolders || [])[0];
    return folder && Array.isArray(task.definition.goals) ? taskOf(task.definition, folder) : undefined;
  },
};

async function activate(context) {
  context.subscriptions.push(vscode.tasks.registerTaskProvider('gokbuild', tasks));
  const settings = vscode.workspace.getConfiguration('gokbuild');
  client = new LanguageClient('gokbuild', 'gokbuild', { command: settings.get('path'), args: ['--lsp'] }, {
    documentSelector: [
      { scheme: 'file', language: 'kconfig' },
      { scheme: 'file', language: 'kernel-config' },
      { scheme: 'file', language: 'makefile' },
      { scheme: 'file', language: 'c' },
      { scheme: 'file', pattern: '**/*.S' },
    ],
    initializationOptions: { output: settings.get('output') },
  });
  context.subscriptions.push(client);
  await client.start();
}

function deactivate() {
  return client && client.stop();
}

module.exports = { activate, deactivate };
