import fc from 'fast-check';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { memorySource } from './bytes.ts';
import { dumpsWithoutQuestion, type Listing } from './listing.ts';
import { openArchives } from './open.ts';
import { bytesOf, dump, gnuLong, nftDump, type TarMember, tar } from './testing.ts';

const list = (bytes: Uint8Array, name = 'bundle.tgz'): Listing =>
  openArchives([{ name, source: memorySource(bytes) }]).listing;

const files = (tree: Readonly<Record<string, string | Uint8Array>>): Uint8Array<ArrayBuffer> =>
  tar(Object.entries(tree).map(([name, content]) => ({ name, content })));

/** `node: file file`, in order of nodes. */
function nodes(listing: Listing): string[] {
  return listing.nodes.map(({ name, dumps }) => `${name}: ${dumps.map((one) => one.name).join(' ')}`);
}

describe('which dumps are of one node', () => {
  test.each<[string, Record<string, string | Uint8Array>, string[]]>([
    ['a directory each', { 'b/w1/save': dump('1'), 'b/w2/save': dump('2') }, ['w1: save', 'w2: save']],
    ['different files', { 'b/w1/x.save': dump('1'), 'b/w2/x.nft': nftDump('x') }, ['w1: x.save', 'w2: x.nft']],
    [
      'directories that sort by tool',
      { 'b/iptables/save': dump('1'), 'b/nft/ruleset': nftDump('x') },
      ['bundle: save ruleset'],
    ],
    [
      'pools of nodes',
      { 'b/masters/m1/save': dump('1'), 'b/workers/w1/save': dump('2'), 'b/workers/w2/save': dump('3') },
      ['masters: save', 'workers/w1: save', 'workers/w2: save'],
    ],
    [
      'file names',
      { 'worker-10-iptables-save.txt': dump('10'), 'worker-2-iptables-save.txt': dump('2') },
      ['worker-2: worker-2-iptables-save.txt', 'worker-10: worker-10-iptables-save.txt'],
    ],
    [
      'file names of one node',
      {
        'd/iptables_-t_nat_-nvL': dump('a', 'nat'),
        'd/iptables-save_-c': dump('b'),
        'd/nft_-a_list_ruleset': nftDump('x'),
      },
      ['bundle: iptables_-t_nat_-nvL iptables-save_-c nft_-a_list_ruleset'],
    ],
    ['files beside a directory', { 'save.txt': dump('1'), 'extra/rules': nftDump('x') }, ['bundle: save.txt rules']],
    [
      'sosreport',
      {
        'sosreport-x-2024/sos_commands/host/hostname': 'worker-7.example\n',
        'sosreport-x-2024/sos_commands/firewall_tables/nft_-a_list_ruleset': nftDump('x'),
        'sosreport-x-2024/sos_commands/networking/save': dump('1'),
      },
      ['worker-7.example: nft_-a_list_ruleset save'],
    ],
    [
      'sosreport by its directory',
      {
        'sosreport-worker-7-0123456-2024-05-06-abcdefg/sos_commands/firewall_tables/nft_-a_list_ruleset': nftDump('x'),
      },
      ['worker-7: nft_-a_list_ruleset'],
    ],
    [
      'inner archives, one with uname',
      {
        'dump/bugtool-aaaaa.tar.gz': gzipSync(
          files({
            'bug/cmd/save.md': `# x\n\n\`\`\`\n${dump('1')}\`\`\`\n`,
            'bug/cmd/uname--a.md': '# uname -a\n\n```\nLinux kind-worker 6.1.0 #1 SMP\n```\n',
          }),
        ),
        'dump/bugtool-bbbbb.tar.gz': gzipSync(files({ 'bug/cmd/save.md': dump('2') })),
      },
      ['bugtool-bbbbb: save.md', 'kind-worker: save.md'],
    ],
    [
      'prompts',
      { 'a.txt': `root@n1:~# iptables-save\n${dump('1')}`, 'b.txt': `root@n2:~# iptables-save\n${dump('2')}` },
      ['n1: a.txt', 'n2: b.txt'],
    ],
  ])('%s', (_what, tree, expected) => {
    expect(nodes(list(files(tree)))).toEqual(expected);
  });
});

describe('what opens without a question', () => {
  const opened = (listing: Listing): string[] | null => dumpsWithoutQuestion(listing)?.map(({ name }) => name) ?? null;

  test('one node: what the kernel had, once', () => {
    const listing = list(
      files({
        'n/iptables-save': dump('1'),
        'n/legacy/iptables-save': dump('1'),
        'n/etc/nftables.conf': nftDump('boot'),
        'n/nft': nftDump('x'),
      }),
    );
    expect(opened(listing)).toEqual(['iptables-save', 'nft']);
    expect(listing.nodes[0]?.dumps.map(({ note }) => note)).toEqual([
      null,
      expect.stringMatching(/same as iptables-save/),
      expect.stringMatching(/configuration/),
      null,
    ]);
  });

  test('a bundle of configuration only', () => {
    expect(opened(list(files({ 'etc/nftables.conf': nftDump('boot') })))).toEqual(['nftables.conf']);
  });

  test('many dumps, several nodes or none ask', () => {
    const many = Object.fromEntries(
      Array.from({ length: 14 }, (_, i) => [`n/t${'x'.repeat(i)}/rules-${i}`, nftDump(`t${i}`)]),
    );
    expect(opened(list(files(many)))).toBeNull();
    expect(opened(list(files({ 'a/x': dump('1'), 'b/x': dump('2') })))).toBeNull();
    expect(opened(list(files({ 'readme.txt': 'hello' })))).toBeNull();
  });
});

test('texts that only look a little like dumps are passed over', () => {
  const listing = list(
    files({
      'bird.cfg': 'include "bird_aggr.cfg";\nrouter id 10.0.0.1;\n',
      'audit.rules': '-D\n-a always,exit -F arch=b64 -S execve\n',
      'pods.yaml': 'apiVersion: v1\nkind: List\nitems: []\n',
      'help.txt': 'Usage: iptables -[ACD] chain rule-specification [options]\n',
      'picture.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10),
    }),
  );
  expect(nodes(listing)).toEqual([]);
});

const part = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,12}$/).filter((text) => text !== '.' && text !== '..');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const tree = fc.uniqueArray(fc.tuple(path, fc.nat(1000), fc.boolean()), { maxLength: 12, selector: ([name]) => name });

test('property: every dump of a tree comes back once, whatever holds it', () => {
  fc.assert(
    fc.property(tree, fc.constantFrom('tar', 'tgz', 'zip', 'tgz in zip', 'gz in tar'), (entries, kind) => {
      const members = entries.map(([name, mark, nft]) => [name, nft ? nftDump(`t${mark}`) : dump(`${mark}`)] as const);
      const asTar = (pack: (text: string) => Uint8Array): Uint8Array =>
        tar(
          members.flatMap(([name, content]): TarMember[] =>
            name.length > 99 ? gnuLong(name, content) : [{ name, content: pack(content) }],
          ),
        );
      const plain = asTar(bytesOf);
      const bytes = {
        tar: plain,
        tgz: gzipSync(plain),
        zip: zipSync(Object.fromEntries(members.map(([name, content], at) => [`${at}/${name}`, strToU8(content)]))),
        'tgz in zip': zipSync({ 'in.tgz': gzipSync(plain) }),
        'gz in tar': asTar((text) => gzipSync(strToU8(text))),
      }[kind];
      const { listing, read } = openArchives([{ name: 'x', source: memorySource(bytes) }]);
      const ids = listing.nodes.flatMap(({ dumps }) => dumps.map(({ id }) => id));
      const texts = read(ids).map(({ bytes: content }) => new TextDecoder().decode(content));
      expect(texts.sort()).toEqual(members.map(([, content]) => content).sort());
      expect(new Set(listing.nodes.map(({ name }) => name)).size).toBe(listing.nodes.length);
      expect(listing.problems).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
