// The client of agents.sh: it is that of the protocol's own SDK for TypeScript. TREE, OUT and GOKBUILD say what is asked, WANT is
// the configuration that the tree's conf has made of the same settings.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const { TREE, OUT, GOKBUILD, WANT } = process.env;
const client = new Client({ name: 'agents.sh', version: '1' });
await client.connect(new StdioClientTransport({ command: GOKBUILD, args: ['-C', TREE, `O=${OUT}`, '--mcp'], env: process.env }));

// The client holds each answer against the schema of its tool.
assert.equal((await client.listTools()).tools.length, 9);
async function tool(name, args = {}) {
  const r = await client.callTool({ name, arguments: args }, undefined, { timeout: 600_000 });
  return r.isError && !r.structuredContent ? { error: r.content[0].text } : r.structuredContent;
}

const why = await tool('config_why', { symbols: ['CONFIG_SMP', 'E1000'] });
assert.deepEqual(why.symbols.map((s) => s.value), ['n', 'n']);
assert.ok(why.symbols[1].blocking.length > 0);

const built = await tool('query', { query: 'what-builds', args: ['init/main.c'] });
assert.equal(built.built[0].object, 'init/main.o');
assert.match((await tool('query', { query: 'tree', args: ['targets'], max_bytes: 1000 })).error, /max_bytes/);

const refused = await tool('config_set', { symbols: { E1000: 'y', SMP: 'y' } });
assert.equal(refused.written, false);
assert.match(refused.refused[0].reason, /needs /);
const set = await tool('config_set', { symbols: { SMP: true, CONFIG_PRINTK: 'y', DEFAULT_HOSTNAME: 'agent' } });
assert.equal(set.written, true);
assert.ok(set.changes.length > 3);
assert.equal(readFileSync(`${OUT}/.config`, 'utf8'), readFileSync(WANT, 'utf8'), 'the configuration is as conf makes it');
assert.equal((await tool('config_set', { symbols: { SMP: 'y' } })).changes.length, 0);

assert.match((await tool('build', { goals: ['x; touch y'] })).error, /is no goal/);
const { id } = await tool('build', { goals: ['init/main.o'], variables: { W: '1' } });
let state;
do {
  state = await tool('build_wait', { id, seconds: 30 });
} while (state.state === 'running');
assert.equal(state.state, 'succeeded', state.output.join('\n'));
assert.ok(state.commands > 0);
assert.equal((await tool('diagnostics', { id, severity: 'error' })).total, 0);
assert.ok((await tool('compdb')).entries > 300);

await tool('build', {});
assert.equal((await tool('build_cancel')).state, 'canceled');
await tool('build', {});
const began = Date.now();
await client.close(); // the build ends with the server
assert.ok(Date.now() - began < 2500, 'the server ends with its input');
console.log('the client of the TypeScript SDK has asked, set and built');
