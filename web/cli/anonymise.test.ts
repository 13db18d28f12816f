import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from './command.ts';

const SAVE = `# on db-master.acme.example
*filter
:INPUT DROP [12:3456]
:ACME-IN - [0:0]
[7:420] -A INPUT -s 10.20.30.40/32 -i eth1 -m comment --comment "acme backup" -j ACME-IN
-A ACME-IN -m set --match-set acme-hosts src -j ACCEPT
COMMIT
`;
const IPSET = 'create acme-hosts hash:ip family inet\nadd acme-hosts 10.20.30.40\n';
const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  writeFileSync(join(folder, 'acme.save'), SAVE);
  writeFileSync(join(folder, 'acme.ipset'), IPSET);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const result = { out: '', err: '' };
  const code = await runCommand(['anonymise', ...args, join(folder, 'acme.save'), join(folder, 'acme.ipset')], {
    out: (text) => {
      result.out += text;
    },
    err: (text) => {
      result.err += text;
    },
  });
  return { code, ...result };
}

describe('anonymise', () => {
  it('prints the dumps with other names, the same in both, and says how many', async () => {
    const { code, out, err } = await run();
    expect(code).toBe(0);
    expect(out).not.toMatch(/acme|master|10\.20\.30\.40|eth1/i);
    const set = /--match-set (\S+)-hosts src/.exec(out)?.[1] ?? '';
    expect(set).toMatch(/^[a-z]{4}$/);
    expect(out).toContain(`create ${set}-hosts hash:ip`);
    const address = /-s (10\.\d+\.\d+\.\d+)\/32/.exec(out)?.[1] ?? '';
    expect(out).toContain(`add ${set}-hosts ${address}\n`);
    expect(out).toContain('[7:420] -A INPUT');
    expect(err).toMatch(/^replaced: .*1 address.*1 interfaces.*1 chains.*1 sets/);
    expect(err).not.toContain('acme');
  });

  it('makes others each time, unless it is given a key', async () => {
    expect((await run()).out).not.toBe((await run()).out);
    expect((await run('--key', KEY)).out).toBe((await run('--key', KEY)).out);
    expect((await run('--key', 'secret')).code).toBe(2);
  });

  it('shows what it replaced where that is asked for, on standard error', async () => {
    const { out, err } = await run('--show', '--zero-counters');
    expect(err).toMatch(/^interface: eth1 -> eth\d$/m);
    expect(err).toMatch(/^set: acme-hosts -> [a-z]{4}-hosts$/m);
    expect(out).toContain(':INPUT DROP [0:0]');
    expect(out).toContain('[0:0] -A INPUT');
  });

  it('prints JSON without an original in it', async () => {
    const { out } = await run('--json');
    const { schema, documents, replaced, same } = JSON.parse(out) as Record<string, unknown>;
    expect(schema).toBe('nfscope/anonymise@1');
    expect(documents).toHaveLength(2);
    expect(replaced).toMatchObject({ interface: 1, chain: 1, set: 1 });
    expect(same).toBe(true);
    expect(out).not.toContain('acme');
  });
});
