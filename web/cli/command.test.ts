import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeLink } from '../permalink/link.ts';
import { runCommand } from './command.ts';

const CLEAN = `*filter
:INPUT DROP [0:0]
:KUBE-FIREWALL - [0:0]
-A INPUT -j KUBE-FIREWALL
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -j DROP
COMMIT
`;
/** A rule that no packet reaches: something to report, but no error. */
const DEAD = `*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 80 -j DROP
COMMIT
`;
/** Two programs in one chain: which of them is first decides about packets to port 80. */
const TWO = `*filter
:FORWARD ACCEPT [0:0]
:KUBE-FORWARD - [0:0]
:cali-FORWARD - [0:0]
-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A KUBE-FORWARD -p tcp -m tcp --dport 80 -j ACCEPT
-A cali-FORWARD -i cali+ -j DROP
COMMIT
`;
const BROKEN = `${CLEAN}*nat\n:PREROUTING ACCEPT [0:0]\n-A NOWHERE -j ACCEPT\nCOMMIT\n`;

let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nfscope-cli-'));
  writeFileSync(file('clean.save'), CLEAN);
  writeFileSync(file('dead.save'), DEAD);
  writeFileSync(file('two.save'), TWO);
  writeFileSync(file('broken.save'), BROKEN);
  writeFileSync(file('packed.save.gz'), gzipSync(CLEAN));
  writeFileSync(file('wide.save'), Buffer.from(`\ufeff${CLEAN}`, 'utf16le'));
  writeFileSync(file('half.gz'), gzipSync(CLEAN).subarray(0, 40));
  writeFileSync(file('program'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]));
  writeFileSync(file('prose.txt'), 'Dear all,\nthe firewall is down again.\n');
  writeFileSync(
    file('host.nft'),
    'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy accept;\n\t}\n}\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const outs: string[] = [];
  const errs: string[] = [];
  const code = await runCommand(args, { out: (text) => void outs.push(text), err: (text) => void errs.push(text) });
  return { code, out: outs.join(''), err: errs.join(''), outs };
}

describe('inspect', () => {
  it('gives the shape that its README promises', async () => {
    const { code, out } = await run('inspect', '--json', file('clean.save'));
    expect(code).toBe(0);
    expect(out.endsWith('\n') && out.indexOf('\n') === out.length - 1).toBe(true);
    expect(JSON.parse(out)).toEqual({
      schema: 'nfscope/inspect@1',
      dumps: [{ name: 'clean.save', format: 'iptables-save', lines: 7, diagnostics: [] }],
      counts: { tables: 1, chains: 2, rules: 3, sets: 0, elements: 0 },
      owners: [
        { id: 'kubelet', chains: 1, rules: 2 },
        { id: 'unknown', chains: 0, rules: 1 },
      ],
      baseChains: [
        {
          family: 'ip',
          table: 'filter',
          chain: 'INPUT',
          type: 'filter',
          hook: 'input',
          priority: 0,
          effectivePriority: 0,
          order: 1,
          policy: 'drop',
          backend: 'iptables',
          segments: [
            { owner: 'kubelet', from: 1, to: 1 },
            { owner: 'unknown', from: 2, to: 2 },
          ],
        },
      ],
    });
  });

  it('takes several files as dumps of one node, or with --each as nodes of their own', async () => {
    const files = [file('clean.save'), file('host.nft')];
    expect(JSON.parse((await run('inspect', '--json', ...files)).out).dumps).toHaveLength(2);
    const each = await run('inspect', '--each', ...files);
    expect(each.outs).toHaveLength(2);
    expect(each.outs.map((line) => JSON.parse(line).dumps.map((dump: { format: string }) => dump.format))).toEqual([
      ['iptables-save'],
      ['nft'],
    ]);
  });

  it('goes on with --each after a file that cannot be read', async () => {
    const { code, outs, err } = await run(
      'inspect',
      '--each',
      file('none'),
      file('program'),
      file('prose.txt'),
      file('clean.save'),
    );
    expect(code).toBe(2);
    expect(outs.map((line) => JSON.parse(line).dumps[0]?.name)).toEqual(['prose.txt', 'clean.save']);
    expect(err).toContain('cannot read');
    expect(err).toContain('program is no text');
  });

  it('says where its reader stumbled', async () => {
    const { out, err } = await run('inspect', '--json', file('broken.save'));
    expect(JSON.parse(out).dumps[0].diagnostics).toContainEqual(
      expect.objectContaining({ severity: expect.any(String), code: expect.stringMatching(/^[a-z-]+$/), line: 10 }),
    );
    expect(err).toMatch(/^broken\.save:10:\d+: (error|warning): .+NOWHERE/m);
  });

  it('fits a terminal of 100 columns', async () => {
    const { code, out } = await run('inspect', file('clean.save'), file('host.nft'));
    expect(code).toBe(0);
    expect(out).toContain('INPUT');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each(['packed.save.gz', 'wide.save'])('unpacks and decodes %s', async (name) => {
    expect(JSON.parse((await run('inspect', '--json', file(name))).out).counts.rules).toBe(3);
  });
});

describe('findings', () => {
  it('gives the shape that its README promises', async () => {
    const { out } = await run('findings', '--json', file('dead.save'));
    const { schema, findings } = JSON.parse(out);
    expect(schema).toBe('nfscope/findings@1');
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) {
      expect(Object.keys(finding).sort()).toEqual(
        'catalogue id mechanism orderSensitive owners proof references remedy severity title unknowns where why witness'
          .split(' ')
          .sort(),
      );
      for (const place of finding.where) {
        expect(Object.keys(place).sort()).toEqual('chain dump family line note ruleIndex table'.split(' ').sort());
        expect(place).toMatchObject({ family: 'ip', table: 'filter', dump: 'dead.save' });
      }
    }
  });

  it('proves what it says of orders, with a packet that the tracer takes, or not where no time is given for it', async () => {
    const first = async (...options: string[]) =>
      JSON.parse(
        (await run('findings', '--json', '--fail-on', 'never', ...options, file('two.save'))).out,
      ).findings.find(({ mechanism }: { mechanism: string }) => mechanism === 'same-chain-order');
    expect(await first('--prove', '0')).toMatchObject({ orderSensitive: null, witness: null, proof: null });
    const proved = await first();
    expect(proved).toMatchObject({ orderSensitive: true, severity: 'warning', proof: { state: 'order-sensitive' } });
    const { out } = await run('trace', '--json', '--packet', JSON.stringify(proved.witness), file('two.save'));
    expect(JSON.parse(out).fate.fate).toBe('dropped');
    expect(proved.proof.sentence).toMatch(
      / is dropped by Calico \(rule 1 of ip filter cali-FORWARD\); with kube-proxy's rules before Calico's/,
    );
    expect((await run('findings', '--prove', 'soon', file('two.save'))).code).toBe(2);
  });

  it('fails from the level on that --fail-on names', async () => {
    const found = JSON.parse((await run('findings', '--json', '--fail-on', 'never', file('dead.save'))).out).findings;
    const ranks = { info: 0, warning: 1, error: 2 } as const;
    const worst = Math.max(...found.map(({ severity }: { severity: keyof typeof ranks }) => ranks[severity]));
    for (const level of ['info', 'warning', 'error'] as const) {
      const { code } = await run('findings', '--fail-on', level, file('dead.save'));
      expect([level, code]).toEqual([level, worst >= ranks[level] ? 1 : 0]);
    }
    expect((await run('findings', '--fail-on', 'never', file('dead.save'))).code).toBe(0);
    expect((await run('findings', file('dead.save'))).code).toBe(
      (await run('findings', '--fail-on', 'error', file('dead.save'))).code,
    );
  });

  it.each(['toString', 'none', ''])('knows no level %j', async (level) => {
    const { code, err } = await run('findings', `--fail-on=${level}`, file('dead.save'));
    expect(code).toBe(2);
    expect(err).toContain('--fail-on');
  });

  it('wraps what it says, apart from addresses', async () => {
    const { out } = await run('findings', file('dead.save'));
    for (const line of out.split('\n')) if (!line.startsWith('  see ')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('print and link', () => {
  it('prints the ruleset in the format asked for', async () => {
    expect((await run('print', '--to', 'iptables-save', file('clean.save'))).out).toContain(
      '-A INPUT -j KUBE-FIREWALL',
    );
    expect((await run('print', '--to', 'nft', file('clean.save'))).out).toContain('tcp dport 22');
  });

  it('links the very text', async () => {
    const { code, out } = await run(
      'link',
      '--base',
      'https://example.org/nfscope/',
      file('clean.save'),
      file('host.nft'),
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^https:\/\/example\.org\/nfscope\/#v2\.nf\./);
    const decoded = decodeLink(out.trim().slice(out.indexOf('#')));
    expect(decoded).toMatchObject({ ok: true, documents: [{ name: 'clean.save', text: CLEAN }, { name: 'host.nft' }] });
    expect((await run('link', file('clean.save'))).out).toMatch(/^#v2\.nf\./);
    const shell = (await run('link', '--codec', 'gz', file('clean.save'))).out;
    expect(shell).toMatch(/^#v1\.gz\./);
    expect(decodeLink(shell.trim())).toMatchObject({ ok: true, documents: [{ name: 'clean.save', text: CLEAN }] });
  });
});

describe('wrong usage and unreadable input', () => {
  it.each([
    [[], 'no command given'],
    [['inspekt', 'x'], 'no such command: inspekt'],
    [['constructor', 'x'], 'no such command: constructor'],
    [['inspect'], 'inspect needs a FILE'],
    [['print', 'x'], 'print needs --to'],
    [['link', '--codec', 'zip', 'x'], 'link takes --codec'],
    [['print', '--to', 'json', 'x'], 'print needs --to'],
    [['findings', '--each', 'x'], 'findings has no --each'],
    [['inspect', '--frobnicate', 'x'], '--frobnicate'],
    [['inspect', '-', '-'], '- may be given once'],
  ])('%j', async (args, message) => {
    const { code, out, err } = await run(...(args as string[]));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).toContain('usage:');
  });

  it.each(['none', 'program', 'half.gz', '.'])('cannot read %s', async (name) => {
    const { code, out, err } = await run('inspect', '--json', file(name));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^nfscope: .+\n$/);
  });

  it.each(['inspect', 'findings', 'print'])('%s finds no ruleset in prose', async (command) => {
    const { code, err } = await run(command, ...(command === 'print' ? ['--to', 'nft'] : []), file('prose.txt'));
    expect(code).toBe(2);
    expect(err).toContain('prose.txt:1');
  });

  it('helps', async () => {
    for (const args of [['help'], ['--help'], ['inspect', '-h']]) {
      const { code, out } = await run(...args);
      expect(code).toBe(0);
      expect(out).toContain('usage:');
    }
  });
});
