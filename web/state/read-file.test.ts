import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tar } from '../archive/testing.ts';
import { CAPACITY } from './capacity.ts';
import { readFile } from './read-file.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part)))),
  );

const file = (name: string, content: Uint8Array<ArrayBuffer> | string): File => new File([content], name);

test.each([
  ['UTF-8', bytes('*filter\n'), '*filter\n'],
  ['empty', bytes(''), ''],
  ['UTF-8 with a mark', bytes([0xef, 0xbb, 0xbf], '*filter\n'), '*filter\n'],
  ['a letter that is not UTF-8', bytes('caf', [0xe9], '\n'), 'caf\uFFFD\n'],
  ['UTF-16 from a Windows shell', bytes([0xff, 0xfe], '*\0n\0a\0t\0'), '*nat'],
])('%s is text', async (_what, content, text) => {
  expect(await readFile(file('node.save', content))).toEqual({ kind: 'text', name: 'node.save', text });
});

test('a letter may lie across two pieces that are read', async () => {
  const before = 'x'.repeat(8 * 1024 * 1024 - 1);
  expect(await readFile(file('long', `${before}é\n`))).toEqual({ kind: 'text', name: 'long', text: `${before}é\n` });
});

test.each([
  ['gzip', new Uint8Array(gzipSync('*filter\n'))],
  ['zip', bytes('PK', [3, 4], '\0'.repeat(30))],
  ['empty zip', bytes('PK', [5, 6], '\0'.repeat(18))],
  ['tar', tar([{ name: 'x', content: '*filter\n' }])],
])('%s is an archive, whatever its name', async (_what, content) => {
  const given = file('notes.txt', content);
  expect(await readFile(given)).toEqual({ kind: 'archive', file: given });
});

test.each([
  ['screenshot.png', bytes([0x89], 'PNG\r\n'), /“screenshot.png” is a PNG picture.*not a screenshot/],
  ['photo', bytes([0xff, 0xd8, 0xff, 0xe0]), /JPEG/],
  ['bundle.tar.xz', bytes([0xfd], '7zXZ', [0]), /an xz file. Unpack it/],
  ['bundle.7z', bytes('7z', [0xbc, 0xaf, 0x27, 0x1c]), /7-Zip archive. Unpack it/],
  ['nft', bytes([0x7f], 'ELF'), /Linux program/],
  ['trace.pcap', bytes([0xd4, 0xc3, 0xb2, 0xa1]), /packet capture/],
  ['noise', bytes('abc', [0], 'def'), /binary file/],
])('%s is refused with words', async (name, content, words) => {
  const read = await readFile(file(name, content));
  expect(read).toMatchObject({ kind: 'refused', message: expect.stringMatching(words) as string });
});

test('a file that is too big is refused before it is read', async () => {
  const small = file('big.save', '*filter\n');
  const big = { name: small.name, size: CAPACITY + 1, slice: small.slice.bind(small) } as File;
  expect(await readFile(big)).toMatchObject({ kind: 'refused', message: expect.stringContaining('200 MB') as string });
});
