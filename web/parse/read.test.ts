import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dump } from '../model/ruleset.ts';
import { readDocument } from './read.ts';

const DUMP = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n';

function codes(dumps: readonly Dump[]): string[] {
  return dumps.flatMap((dump) => dump.diagnostics.map(({ severity, code }) => `${severity} ${code}`));
}

function rules(dumps: readonly Dump[]): number {
  let count = 0;
  for (const { tables } of dumps)
    for (const { chains } of tables) for (const chain of chains) count += chain.rules.length;
  return count;
}

describe('a text that is no dump', () => {
  it.each([
    ['nothing', '', 'empty', /empty/],
    ['blanks', ' \n\t\n', 'empty', /blanks/],
    ['a PNG read as text', '\ufffdPNG\r\n\u001a\n\0\0\0\rIHDR', 'picture', /screenshot/],
    ['a PNG read as Latin-1', '\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'picture', /screenshot/],
    ['a JPEG', '\ufffd\ufffd\ufffd\ufffd\0\u0010JFIF\0', 'picture', /screenshot/],
    ['a PDF', '%PDF-1.7\n%', 'pdf', /PDF/],
    ['gzip', '\u001f\ufffd\b\0\0', 'archive', /compressed/],
    ['zip', 'PK\u0003\u0004\u0014\0', 'archive', /compressed/],
    ['HTML', '<!DOCTYPE html>\n<html>*filter\n', 'html', /HTML/],
    ['another binary', 'abc\u0000\u0001\u0002\u0003\u0004\u0005\u0006', 'binary', /binary/],
    ['other JSON', '{"items": [{"kind": "Pod"}]}', 'json', /nft -j list ruleset/],
    [
      'no root',
      'iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n',
      'tool-error',
      /\broot\b/,
    ],
    ['no tool', 'bash: iptables-save: command not found\n', 'tool-error', /not installed/],
    ['kubectl', 'Error from server (NotFound): pods "x" not found\n', 'tool-error', /kubectl|installed/],
    ['JSON', '{"a": 1}', 'json', /JSON/],
    ['YAML', 'apiVersion: v1\nkind: Pod\n', 'yaml', /YAML/],
    ['ufw', 'Status: active\n\nTo      Action\n', 'other-output', /ufw.*iptables-save/],
    ['firewalld', 'public (active)\n  target: default\n', 'other-output', /firewall-cmd/],
    ['ipset as XML', '<ipsets>\n<ipset name="a">\n', 'other-output', /ipset save/],
    ['hooks', 'family ip hook input {\n\t 0000000000 chain ip filter INPUT [nf_tables]\n}\n', 'other-output', /hooks/],
    [
      'connections',
      'tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2\n',
      'other-output',
      /conntrack/,
    ],
    ['routes', 'default via 10.0.0.1 dev eth0\n', 'other-output', /ip route/],
    ['pods', 'NAME   READY   STATUS\nkube-proxy-x  1/1  Running\n', 'other-output', /kubectl/],
    [
      'a warning',
      '# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n',
      'tool-warning',
      /legacy/,
    ],
    ['prose', 'Hello there.\nHow are you?\n', 'unknown-format', /No format/],
  ])('%s', (_name, text, code, message) => {
    const dumps = readDocument(3, 'x', text);
    expect(dumps).toHaveLength(1);
    expect(dumps[0]).toMatchObject({ format: 'unknown', document: 3, name: 'x', start: 0, end: text.length });
    expect(dumps[0]?.text).toHaveLength(text.length);
    expect(dumps[0]?.diagnostics[0]).toMatchObject({ severity: 'error', code });
    expect(dumps[0]?.diagnostics[0]?.message).toMatch(message);
  });

  it('says where a strange line of a dump is', () => {
    const text = DUMP.replace('-A INPUT', 'garbage here\n-A INPUT');
    const [found] = readDocument(0, 'x', text)[0]?.diagnostics ?? [];
    expect(found?.code).toBe('not-understood');
    expect(text.slice(found?.span.start, found?.span.end)).toBe('garbage here');
    expect(rules(readDocument(0, 'x', text))).toBe(1);
  });
});

describe('repairs', () => {
  it.each([
    ['nothing', DUMP, []],
    ['a byte order mark', `\ufeff${DUMP}`, ['info repaired-bom']],
    ['CRLF', DUMP.replaceAll('\n', '\r\n'), ['info repaired-crlf']],
    ['CR alone', DUMP.replaceAll('\n', '\r'), ['info repaired-crlf']],
    ['colours', DUMP.replace('tcp', '\u001b[1;31mtcp\u001b[0m'), ['info repaired-ansi']],
    ['a colour inside of a word', DUMP.replace('--dport', '--d\u001b[31mpo\u001b[mrt'), ['info repaired-ansi']],
    ['no-break spaces', DUMP.replaceAll('-p tcp', '-p\u00a0tcp'), ['info repaired-blanks']],
    ['zero-width spaces', DUMP.replace('ACCEPT\n', 'ACC\u200bEPT\u200d\n'), ['info repaired-zero-width']],
    ['a fence', `\`\`\`bash\n${DUMP}\`\`\`\n`, ['info repaired-prompt']],
    ['a prompt', `root@node-1:~# iptables-save -c\n${DUMP}root@node-1:~# \n`, ['info repaired-prompt']],
    ['another prompt', `[root@node ~]# sudo iptables-save\n${DUMP}[root@node ~]# exit\n`, ['info repaired-prompt']],
    [
      'a bare command',
      `$ kubectl exec -n kube-system ds/x -- iptables-save\nDefaulted container "a" out of: a, b\n${DUMP}`,
      ['info repaired-prompt'],
    ],
    ['quotes', DUMP.replace(/^/gm, '> '), ['info repaired-prefix']],
    ['kubectl logs --prefix', DUMP.replace(/^(?=.)/gm, '[pod/kube-proxy-x/kube-proxy] '), ['info repaired-prefix']],
    ['log times', DUMP.replace(/^(?=.)/gm, '2024-01-02T03:04:05.678901234Z stdout F '), ['info repaired-prefix']],
  ])('%s', (_name, text, expected) => {
    const dumps = readDocument(0, 'x', text);
    expect(codes(dumps)).toEqual(expected);
    expect(rules(dumps)).toBe(1);
    expect(dumps[0]?.text).toHaveLength(text.length);
    const [rule] = dumps[0]?.tables[0]?.chains[0]?.rules ?? [];
    expect(rule?.body.map(({ kind }) => kind)).toEqual(['match', 'match', 'counter', 'verdict']);
  });

  const LONG = `*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SVC-ABCDEFGHIJKLMNOP - [0:0]\n-A PREROUTING -d 10.96.100.200/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-ABCDEFGHIJKLMNOP\nCOMMIT\n`;

  it.each(Array.from({ length: 60 }, (_, n) => 60 + n))('lines that a terminal of %i columns wrapped', (width) => {
    const wrapped = LONG.replace(/[^\n]+/g, (line) => (line.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n'));
    const dumps = readDocument(0, 'x', wrapped);
    expect(codes(dumps)).toEqual(['info repaired-wrap']);
    expect(dumps[0]?.text).toHaveLength(wrapped.length);
    const rule = dumps[0]?.tables[0]?.chains[0]?.rules[0];
    const plain = readDocument(0, 'x', LONG)[0]?.tables[0]?.chains[0]?.rules[0];
    expect(rule?.body).toEqual(plain?.body);
  });

  it('leave a text as it is whose lines begin with one blank', () => {
    const text =
      'table ip t {\n chain f {\n type filter hook forward priority 0\n meta mark set th dport map { 80 : 0x8 } counter\n counter\n}\n}\n';
    const dumps = readDocument(0, 'x', text);
    expect(codes(dumps)).toEqual([]);
    expect(rules(dumps)).toBe(2);
  });

  it('leave a clean dump as it is', () => {
    expect(readDocument(0, 'x', LONG)[0]?.text).toBe(LONG);
    expect(codes(readDocument(0, 'x', LONG))).toEqual([]);
  });

  it('never change the length', () => {
    const piece = fc.constantFrom(
      '\r',
      '\n',
      '\ufeff',
      '\u001b[31m',
      '\u001b]0;t\u0007',
      '\u00a0',
      '\u200b',
      '> ',
      '```',
      'root@a:~# ',
      '-A INPUT ',
      '*filter',
      ':a - ',
      'x'.repeat(50),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        for (const dump of readDocument(0, 'x', text)) expect(dump.text).toHaveLength(text.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('several listings in one text', () => {
  const NFT =
    'table ip6 t {\n\tchain c {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tcounter accept\n\t}\n}\n';
  const SIX = '# Generated by ip6tables-save v1.8.9 (nf_tables) on Mon\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';

  it.each([
    ['iptables, ip6tables', DUMP + SIX, ['iptables-save', 'ip6tables-save']],
    ['iptables, nft', DUMP + NFT, ['iptables-save', 'nft']],
    ['nft, iptables', NFT + DUMP, ['nft', 'iptables-save']],
    ['prompts between', `# iptables-save\n${DUMP}root@n:~# nft list ruleset\n${NFT}`, ['iptables-save', 'nft']],
    ['ipset, iptables', `create a hash:ip family inet\nadd a 1.2.3.4\n${DUMP}`, ['ipset-save', 'iptables-save']],
    ['the same table twice', DUMP + DUMP, ['iptables-save', 'iptables-save']],
  ])('%s', (_name, text, formats) => {
    const dumps = readDocument(0, 'x', text);
    expect(dumps.map(({ format }) => format)).toEqual(formats);
    let at = 0;
    for (const { start, end } of dumps) {
      expect(start).toBe(at);
      at = end;
    }
    expect(at).toBe(text.length);
  });

  it('of a terminal are named by their commands', () => {
    const text = `[root@worker-1 ~]# iptables-save -t nat
*nat
:PREROUTING ACCEPT [0:0]
COMMIT
[root@worker-1 ~]# ip6tables -t mangle -S
-P PREROUTING ACCEPT
-A PREROUTING -j MARK --set-xmark 0x1/0xffffffff
[root@worker-1 ~]# iptables-legacy -t security -L -n
Chain INPUT (policy ACCEPT)
target     prot opt source               destination
[root@worker-1 ~]# ipset list
Name: x
Type: hash:ip
Header: family inet
Members:
1.2.3.4
[root@worker-1 ~]# nft monitor trace
trace id 58b8d640 ip raw OUTPUT policy accept
^C
[root@worker-1 ~]# exit
`;
    const dumps = readDocument(0, 'x', text);
    expect(
      dumps.map(({ format, tables }) => [format, ...tables.map((t) => `${t.family} ${t.name} ${t.backend}`)]),
    ).toEqual([
      ['iptables-save', 'ip nat iptables'],
      ['ip6tables-save', 'ip6 mangle iptables'],
      ['iptables-list', 'ip security iptables-legacy'],
      ['ipset-list'],
      ['nft-trace'],
    ]);
    expect(codes(dumps).filter((code) => !code.startsWith('info'))).toEqual([]);
  });

  it('of an issue are read without its prose', () => {
    const text = `### Help!\n\nI don't know why. I ran:\n\n\`\`\`bash\nsudo iptables -A INPUT -j DROP\n\`\`\`\n\nand it isn't there:\n\`\`\`\n${NFT}\`\`\`\nThanks, can't wait!\n`;
    const dumps = readDocument(0, 'x', text);
    expect(dumps.map(({ format }) => format)).toEqual(['shell', 'nft']);
    expect(codes(dumps)).toEqual(['info repaired-prose', 'info repaired-prompt', 'info script-read']);
  });

  it.each([
    ['iptables_-t_security_-nvL', 'Chain INPUT (policy ACCEPT)\n', 'ip security iptables'],
    ['ip6tables_-t_raw_-S', '-P PREROUTING ACCEPT\n-P OUTPUT ACCEPT\n', 'ip6 raw iptables'],
    ['iptables-legacy_-t_nat_-S.txt', '-P PREROUTING ACCEPT\n', 'ip nat iptables-legacy'],
  ])('of a bundle are named by their files: %s', (name, text, table) => {
    const tables = readDocument(0, name, text).flatMap((dump) => dump.tables);
    expect(tables.map((each) => `${each.family} ${each.name} ${each.backend}`)).toEqual([table]);
  });

  it('takes the family from the name where the text does not tell', () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
    expect(readDocument(0, 'node.ip6tables.save', text)[0]?.tables[0]?.family).toBe('ip6');
    expect(readDocument(0, 'node.save', text)[0]?.tables[0]?.family).toBe('ip');
    expect(readDocument(0, 'ip6.save', DUMP.replace('-p tcp', '-s 1.2.3.4 -p tcp'))[0]?.tables[0]?.family).toBe('ip');
    expect(readDocument(0, 'node-legacy.save', text)[0]?.tables[0]?.backend).toBe('iptables-legacy');
  });

  it('reports progress up to the end', () => {
    const seen: number[] = [];
    const text = `*filter\n:INPUT ACCEPT [0:0]\n${'-A INPUT -j ACCEPT\n'.repeat(200_000)}COMMIT\n`;
    readDocument(0, 'x', text, { onProgress: (fraction) => seen.push(fraction) });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.every((f, i) => f <= 1 && f >= (seen[i - 1] ?? 0))).toBe(true);
  });
});

it('comments in another encoding, or with control characters, make no binary file of a dump', () => {
  // What a browser makes of KOI8-R, and what a comment may hold.
  for (const letter of ['\ufffd', '\u0008', '\u007f', '\u0001']) {
    const rules = Array.from({ length: 9 }, () => `-A INPUT -m comment --comment "${letter.repeat(20)}" -j DROP\n`);
    const [dump] = readDocument(0, 'node.save', `*filter\n:INPUT ACCEPT [0:0]\n${rules.join('')}COMMIT\n`);
    expect(dump?.format).toBe('iptables-save');
    expect(dump?.tables[0]?.chains[0]?.rules).toHaveLength(9);
  }
});
