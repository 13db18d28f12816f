import { gzipSync, strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { memorySource } from './bytes.ts';
import { dumpsWithoutQuestion, type Listing } from './listing.ts';
import { type OpenOptions, openArchives } from './open.ts';
import { bytesOf, concat, dump, gnuLong, nftDump, pax, type TarMember, tar, tarMember } from './testing.ts';

const open = (bytes: Uint8Array, name = 'bundle', options: OpenOptions = {}) =>
  openArchives([{ name, source: memorySource(bytes) }], options);

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** `node: path=format` lines. */
function lines({ nodes }: Listing): string[] {
  return nodes.flatMap(({ name, dumps }) => dumps.map(({ path, format }) => `${name}: ${path}=${format}`));
}

function codes({ problems }: Listing): string[] {
  return problems.map(({ code }) => code);
}

/** Every dump's content by its path. */
function contents(bytes: Uint8Array, options: OpenOptions = {}): Map<string, string> {
  const { listing, read } = open(bytes, 'bundle', options);
  const dumps = listing.nodes.flatMap((node) => node.dumps);
  const read_ = read(dumps.map(({ id }) => id));
  return new Map(read_.map(({ bytes: content }, at) => [dumps[at]?.path ?? '', text(content)]));
}

/** Members of 60 kB that nothing packs. */
const blocks = (count: number): Record<string, Uint8Array> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`block-${i}`, crypto.getRandomValues(new Uint8Array(60_000))]),
  );

const TREE = { 'a/filter.save': dump('one'), 'a/rules.nft': nftDump('two'), 'a/notes.txt': 'nothing here\n' };
const asTar = (tree: Record<string, string>): Uint8Array<ArrayBuffer> =>
  tar(Object.entries(tree).map(([name, content]) => ({ name, content })));
const asZip = (tree: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(tree).map(([name, content]) => [name, strToU8(content)])));

describe('containers, by content', () => {
  test.each([
    ['tar', asTar(TREE)],
    ['tar.gz', gzipSync(asTar(TREE))],
    ['zip', asZip(TREE)],
    ['gzipped zip', gzipSync(asZip(TREE))],
  ])('%s', (_what, bytes) => {
    const { listing } = open(bytes);
    expect(lines(listing)).toEqual(['bundle: a/filter.save=iptables-save', 'bundle: a/rules.nft=nft']);
    expect(listing.problems).toEqual([]);
    expect([...contents(bytes).values()]).toEqual([dump('one'), nftDump('two')]);
  });

  test.each([
    ['tar.gz in zip', zipSync({ 'inner.tar.gz': gzipSync(asTar(TREE)) }), 'inner.tar.gz › a/filter.save'],
    ['zip in tar', tar([{ name: 'inner.zip', content: asZip(TREE) }]), 'inner.zip › a/filter.save'],
    ['gz in tar', tar([{ name: 'x/filter.save.gz', content: gzipSync(strToU8(dump('one'))) }]), 'x/filter.save.gz'],
    ['stored in zip', zipSync({ 'filter.save': strToU8(dump('one')) }, { level: 0 }), 'filter.save'],
  ])('%s', (_what, bytes, path) => {
    expect(contents(bytes).get(path)).toBe(dump('one'));
  });

  test('a lone .gz is one document without its ending, whatever it holds', () => {
    for (const content of [dump('one'), 'dear colleague\n']) {
      const { listing, read } = open(gzipSync(strToU8(content)), 'node.save.gz');
      expect(dumpsWithoutQuestion(listing)?.map(({ name }) => name)).toEqual(['node.save']);
      expect(read([0]).map(({ bytes }) => text(bytes))).toEqual([content]);
    }
  });

  test('gzip of several members, and with zeros behind it', () => {
    const two = concat(gzipSync(strToU8(dump('one'))), gzipSync(strToU8(dump('two', 'nat'))));
    expect([...contents(two).values()]).toEqual([dump('one') + dump('two', 'nat')]);
    const padded = concat(gzipSync(asTar(TREE)), new Uint8Array(777));
    expect(open(padded).listing.problems).toEqual([]);
    expect(contents(padded).size).toBe(2);
  });

  test('UTF-16 and a byte order mark', () => {
    const utf16 = concat(Uint8Array.of(0xff, 0xfe), new Uint8Array(Buffer.from(dump('one'), 'utf16le')));
    const bundle = tar([
      { name: 'windows.txt', content: utf16 },
      { name: 'mark.txt', content: `\ufeff${dump('two')}` },
    ]);
    expect(open(bundle).listing.nodes.flatMap(({ dumps }) => dumps.map(({ format }) => format))).toEqual([
      'iptables-save',
      'iptables-save',
    ]);
  });

  test('what is kept and what is unpacked again is the same', () => {
    const tree: Record<string, string> = {};
    for (let i = 0; i < 20; i++) tree[`n${i}/rules`] = dump(`node ${i} `.repeat(200));
    for (const bytes of [gzipSync(asTar(tree)), asZip(tree), zipSync({ 'x.tgz': gzipSync(asTar(tree)) })]) {
      expect([...contents(bytes, { limits: { kept: 5000 } })]).toEqual([...contents(bytes)]);
      expect([...contents(bytes, { limits: { kept: 5000 } }).values()].sort()).toEqual(Object.values(tree).sort());
    }
  });

  test('several files at once keep apart', () => {
    const files = ['n1', 'n2'].map((name) => ({
      name: `${name}.tar.gz`,
      source: memorySource(gzipSync(asTar({ 'x/save': dump(name) }))),
    }));
    const { listing, read } = openArchives(files, { limits: { kept: 0 } });
    expect(listing.nodes.map(({ name }) => name)).toEqual(['n1', 'n2']);
    expect(read([1, 0]).map(({ bytes }) => text(bytes))).toEqual([dump('n2'), dump('n1')]);
  });
});

describe('tar headers', () => {
  const long = `${'deep/'.repeat(40)}node.save`;
  test.each<[string, TarMember[], string]>([
    ['GNU long name', gnuLong(long, dump('x')), long],
    ['pax path', pax({ path: 'ünïcode/node.save' }, { name: 'short', content: dump('x') }), 'ünïcode/node.save'],
    ['ustar prefix', [{ name: 'node.save', prefix: 'some/where', content: dump('x') }], 'some/where/node.save'],
    ['without magic', [{ name: 'node.save', flavour: 'old', content: dump('x'), type: '\0' }], 'node.save'],
    ['signed checksum', [{ name: 'n\u00fcde', checksum: 'signed', content: dump('x') }], 'n\u00fcde'],
    [
      'base 256 size',
      [
        {
          name: 'big',
          content: dump('x'),
          patch: [
            {
              at: 124,
              bytes: `\x80${'\0'.repeat(9)}${String.fromCharCode(dump('x').length >> 8, dump('x').length & 255)}`,
            },
          ],
        },
      ],
      'big',
    ],
    ['pax size', pax({ size: `${dump('x').length}` }, { name: 'big', content: dump('x'), size: 0 }), 'big'],
  ])('%s', (_what, members, path) => {
    const bytes = tar([...members, { name: 'after.nft', content: nftDump('after') }]);
    expect(open(bytes).listing.problems).toEqual([]);
    expect(contents(bytes)).toEqual(
      new Map([
        [path, dump('x')],
        ['after.nft', nftDump('after')],
      ]),
    );
  });

  test('links, directories and devices hold nothing', () => {
    const bytes = tar([
      { name: 'd/', type: '5' },
      { name: 'link', type: '2', patch: [{ at: 157, bytes: '/etc/shadow' }] },
      { name: 'hard', type: '1' },
      { name: 'disk', type: '4', size: 1_000_000 },
      { name: 'd/x', content: dump('x') },
    ]);
    expect(lines(open(bytes).listing)).toEqual(['bundle: d/x=iptables-save']);
    expect(open(bytes).listing.problems).toEqual([]);
  });

  test('sparse files are told, and what follows is read', () => {
    const more = new Uint8Array(512);
    const old: TarMember = {
      name: 'old',
      type: 'S',
      content: dump('old'),
      patch: [{ at: 482, bytes: '\x01' }],
      after: more,
    };
    const bytes = tar([
      old,
      ...pax(
        { 'GNU.sparse.name': 'new', 'GNU.sparse.major': '1' },
        { name: 'GNUSparseFile.0/new', content: dump('new') },
      ),
      { name: 'x', content: dump('x') },
    ]);
    expect(open(bytes).listing.problems).toMatchObject([{ code: 'sparse', count: 2 }]);
    expect([...contents(bytes).keys()]).toEqual(['x']);
  });

  test('a damaged header costs its member only', () => {
    const bytes = tar([
      { name: 'a', content: dump('a') },
      { name: 'b', content: dump('b'), checksum: 'wrong' },
      { name: 'c', content: dump('c') },
    ]);
    expect([...contents(bytes).keys()]).toEqual(['a', 'c']);
    expect(codes(open(bytes).listing)).toEqual(['damaged']);
  });

  test('tars one after the other', () => {
    const bytes = concat(asTar({ a: dump('a') }), asTar({ b: nftDump('b') }));
    expect([...contents(bytes).keys()]).toEqual(['a', 'b']);
  });
});

describe('damage', () => {
  const long = dump('x'.repeat(200_000));

  test('a tar that is cut off offers what is there', () => {
    const whole = concat(
      tarMember({ name: 'a', content: dump('a') }),
      tarMember({ name: 'b.save', content: long, type: '0' }),
    );
    const { listing, read } = open(whole.slice(0, 150_000));
    expect(listing.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/“bundle: b.save” is cut off/),
    ]);
    const dumps = listing.nodes.flatMap((node) => node.dumps);
    expect(dumps.map(({ path, cut }) => [path, cut]).sort()).toEqual([
      ['a', false],
      ['b.save', true],
    ]);
    expect(long.startsWith(text(read([1])[0]?.bytes ?? new Uint8Array(1)))).toBe(true);
  });

  test('a tar.gz that is cut off, at any place', () => {
    const bytes = gzipSync(asTar({ a: dump('a'), b: nftDump('b') }));
    for (let end = 20; end < bytes.length; end += 7) {
      const { listing } = open(bytes.slice(0, end));
      expect(codes(listing), `${end} of ${bytes.length}`).toHaveLength(1);
    }
  });

  test('a changed byte does not pass unseen', () => {
    const stored = zipSync({ a: strToU8(dump('abcdefgh')) }, { level: 0 });
    const at = text(stored).indexOf('abcdefgh');
    stored[at] = 0x7a;
    expect(codes(open(stored).listing)).toEqual(['checksum']);
    const packed = gzipSync(strToU8(dump('abcdefgh')), { level: 0 });
    packed[new TextDecoder('latin1').decode(packed).indexOf('abcdefgh')] = 0x7a;
    expect(codes(open(packed).listing)).toEqual(['checksum']);
  });

  test('a zip without its directory is searched', () => {
    const tree = { 'a.save': dump('a'), 'b.nft': nftDump('b'.repeat(500)) };
    const bytes = asZip(tree);
    const start = new TextDecoder('latin1').decode(bytes).indexOf('PK\x01\x02');
    const { listing } = open(bytes.slice(0, start));
    expect(codes(listing)).toEqual(['no-directory']);
    expect([...contents(bytes.slice(0, start)).values()]).toEqual(Object.values(tree));
    expect(codes(open(bytes.slice(0, start - 30)).listing)).toContain('cut-off');
  });

  test('any prefix and any flipped byte gives a listing', () => {
    const originals = [asTar(TREE), gzipSync(asTar(TREE)), asZip(TREE), zipSync({ 'x.tgz': gzipSync(asTar(TREE)) })];
    for (const bytes of originals) {
      for (let at = 0; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 150))) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
        for (const hostile of [flipped, bytes.slice(0, at)]) {
          const { listing, read } = open(hostile);
          read(listing.nodes.flatMap(({ dumps }) => dumps.map(({ id }) => id)));
        }
      }
    }
  });

  test('random bytes behind each magic number', () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed >>> 16;
    };
    for (let i = 0; i < 300; i++) {
      const bytes = Uint8Array.from({ length: 700 }, () => random() & 255);
      bytes.set(
        [
          [0x1f, 0x8b, 8, 0],
          [0x50, 0x4b, 3, 4],
          [0x50, 0x4b, 5, 6],
        ][i % 3] as number[],
      );
      open(bytes);
    }
  });
});

describe('zip', () => {
  /** Sets bytes in every header of one kind. */
  function patch(bytes: Uint8Array, signature: number[], at: number, value: number[]): Uint8Array {
    const out = bytes.slice();
    for (let i = 0; i + 4 < out.length; i++)
      if (signature.every((byte, n) => out[i + n] === byte)) out.set(value, i + at);
    return out;
  }
  const CENTRAL = [0x50, 0x4b, 1, 2];

  test('encrypted members are named, the rest is read', () => {
    const bytes = zipSync({ a: strToU8(dump('a')), b: strToU8(dump('b')) });
    const central = new TextDecoder('latin1').decode(bytes).indexOf('PK\x01\x02');
    bytes[central + 8] = 1;
    const { listing } = open(bytes);
    expect(listing.problems).toMatchObject([
      { code: 'encrypted', message: expect.stringContaining('“bundle: a” is encrypted') as string },
    ]);
    expect([...contents(bytes).keys()]).toEqual(['b']);
  });

  test.each([
    [99, /AES/],
    [12, /bzip2/],
    [77, /method 77/],
  ])('method %i', (method, words) => {
    const bytes = patch(asZip(TREE), CENTRAL, 10, [method, 0]);
    expect(open(bytes).listing.problems).toMatchObject([
      { code: 'zip-method', count: 3, message: expect.stringMatching(words) as string },
    ]);
  });

  test('bytes in front of it', () => {
    expect(contents(concat(bytesOf('#!/bin/sh\n'), asZip(TREE))).size).toBe(0);
    const inTar = tar([{ name: 'x.zip', content: asZip(TREE) }]);
    expect(contents(inTar).size).toBe(2);
    expect(contents(concat(Uint8Array.of(0x50, 0x4b, 7, 8), asZip(TREE))).size).toBe(2);
  });

  test('a part of a split archive', () => {
    const bytes = patch(asZip(TREE), [0x50, 0x4b, 5, 6], 4, [3, 0]);
    expect(codes(open(bytes).listing)).toEqual(['split-archive']);
  });

  test('empty zip and empty tar hold nothing', () => {
    expect(open(zipSync({})).listing).toMatchObject({ nodes: [], problems: [], members: 0 });
    expect(open(tar([])).listing).toMatchObject({ nodes: [], problems: [], members: 0 });
  });
});

describe('limits', () => {
  const zeros = gzipSync(new Uint8Array(6_000_000));
  const small = { limits: { ratioFrom: 500_000, total: 500_000_000 } };

  test('members of a zip that lie over each other are left out but for one', () => {
    const [name, content] = ['a.save', bytesOf(dump('one'))];
    const zip = zipSync({ [name]: content }, { level: 0 });
    const directory = zip.length - 22 - (46 + name.length);
    const entry = zip.slice(directory, directory + 46 + name.length);
    const end = zip.slice(-22);
    const counts = new DataView(end.buffer, end.byteOffset);
    for (const at of [8, 10]) counts.setUint16(at, 5000, true);
    counts.setUint32(12, 5000 * entry.length, true);
    const bytes = concat(zip.slice(0, directory), ...Array.from({ length: 5000 }, () => entry), end);
    const { listing, read } = open(bytes);
    expect(lines(listing)).toEqual(['bundle: a.save=iptables-save']);
    expect(listing.problems).toMatchObject([{ code: 'overlap', count: 4999 }]);
    expect(read([0]).map(({ bytes: got }) => text(got))).toEqual([dump('one')]);
  });

  test('a zip of many members is fetched about once', () => {
    const notes = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`n${i}/notes.txt`, strToU8(`note ${i}`)]));
    // Longer than what is fetched at once, so that the directory is far from the members.
    const bytes = zipSync(
      { ...notes, rest: crypto.getRandomValues(new Uint8Array(60_000)), ...blocks(40) },
      { level: 0 },
    );
    let fetched = 0;
    const source = {
      size: bytes.length,
      read: (start: number, stop: number): Uint8Array => {
        const piece = bytes.subarray(start, Math.min(stop, bytes.length));
        fetched += piece.length;
        return piece;
      },
    };
    expect(openArchives([{ name: 'many.zip', source }]).listing.members).toBe(3041);
    expect(fetched).toBeLessThan(bytes.length * 3);
  });

  test('a decompression bomb stops, and what stands around it is read', () => {
    const bytes = tar([
      { name: 'a', content: dump('a') },
      { name: 'bomb', content: zeros },
      { name: 'z', content: nftDump('z') },
    ]);
    expect(codes(open(bytes, 'x', small).listing)).toEqual(['bomb']);
    expect([...contents(bytes, small).keys()]).toEqual(['a', 'z']);
    expect(
      codes(open(zipSync({ bomb: new Uint8Array(6_000_000), z: strToU8(dump('z')) }), 'x', small).listing),
    ).toEqual(['bomb']);
    const text_ = new Uint8Array(6_000_000).fill(0x0a);
    text_.set(bytesOf(dump('bomb')));
    expect(codes(open(zipSync({ bomb: text_ }), 'x', small).listing)).toEqual(['bomb']);
  });

  test('total size, members, one dump', () => {
    const tree = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, dump(`${i}`.repeat(1000))]));
    const bytes = gzipSync(asTar(tree));
    const total = open(bytes, 'x', { limits: { total: 60_000 } }).listing;
    expect(codes(total)).toEqual(['too-much']);
    expect(total.nodes.length).toBe(0);
    const members = open(bytes, 'x', { limits: { members: 10 } }).listing;
    expect(codes(members)).toEqual(['too-many-members']);
    expect(members.nodes.flatMap(({ dumps }) => dumps)).toHaveLength(10);
    const one = open(asTar({ big: dump('b'.repeat(5000)), small: dump('s') }), 'x', { limits: { dump: 1000 } }).listing;
    expect(one).toMatchObject({ problems: [{ code: 'dump-too-big' }], nodes: [{ dumps: [{ path: 'small' }] }] });
  });

  test('archives inside archives end somewhere', () => {
    let bytes: Uint8Array = asTar({ x: dump('x') });
    for (let i = 0; i < 6; i++)
      bytes = i % 2 ? zipSync({ 'in.tar': bytes }) : tar([{ name: 'in.zip', content: bytes }]);
    expect(codes(open(bytes).listing)).toEqual(['too-deep']);
    let gzips: Uint8Array = strToU8(dump('x'));
    for (let i = 0; i < 5; i++) gzips = gzipSync(gzips);
    expect(codes(open(gzips).listing)).toEqual(['too-deep']);
    expect(
      codes(open(tar([{ name: 'x.zip', content: asZip(TREE) }]), 'x', { limits: { nestedZip: 100 } }).listing),
    ).toEqual(['zip-too-big']);
  });

  test('many problems make few words', () => {
    const bytes = tar(
      Array.from({ length: 500 }, (_, i) => ({
        name: `f${i}.xz`,
        content: Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 1),
      })),
    );
    const [problem, ...more] = open(bytes).listing.problems;
    expect(more).toEqual([]);
    expect(problem?.message).toMatch(/f0.xz”.*497 more: an xz file.*Unpack/);
  });
});

describe('odd names', () => {
  test.each([
    ['../../etc/cron.d/x', '../../etc/cron.d/x'],
    ['/etc/passwd', '/etc/passwd'],
    ['a\nb\tc\x1b[31m', 'a␊b␉c␛[31m'],
    ['evil\u202egpj.save', 'evil\ufffdgpj.save'],
    ['constructor', 'constructor'],
    ['..', '..'],
    ['C:\\Users\\x\\node.save', 'C:\\Users\\x\\node.save'],
  ])('%j is text', (name, shown) => {
    for (const bytes of [tar([{ name, content: dump('x') }]), zipSync({ [name]: [strToU8(dump('x')), {}] })]) {
      const dumps = open(bytes).listing.nodes.flatMap((node) => node.dumps);
      expect(dumps.map(({ path }) => path)).toEqual([shown]);
      expect(dumps[0]?.name).not.toMatch(/[/\u202e\n]/);
    }
  });

  test('a very long one is shortened', () => {
    const [only] = open(tar(gnuLong('x'.repeat(100_000), dump('x')))).listing.nodes.flatMap((node) => node.dumps);
    expect(only?.path.length).toBeLessThan(450);
  });

  test('the same name twice: both are listed, the later one is opened', () => {
    const { listing } = open(
      tar([
        { name: 'x', content: dump('old') },
        { name: 'x', content: dump('new') },
      ]),
    );
    expect(listing.nodes.flatMap(({ dumps }) => dumps.map(({ note }) => note))).toEqual([
      'replaced by a later file of the same name',
      null,
    ]);
  });
});
