import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { MAX_FILE, readFile } from './read-file.ts';

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
  ['gzip', new Uint8Array(gzipSync('*filter\n')), '*filter\n'],
])('%s is text', async (_what, content, text) => {
  expect(await readFile(file('node.save', content))).toEqual({ kind: 'text', name: 'node.save', text });
});

test('a gzipped file loses its ending', async () => {
  const read = await readFile(file('node.save.gz', new Uint8Array(gzipSync('x'))));
  expect(read).toMatchObject({ kind: 'text', name: 'node.save' });
});

test.each([
  ['screenshot.png', bytes([0x89], 'PNG\r\n'), /“screenshot.png” is a PNG picture.*not a screenshot/],
  ['photo', bytes([0xff, 0xd8, 0xff, 0xe0]), /JPEG/],
  ['bundle.zip', bytes('PK', [3, 4]), /zip archive. Unpack it/],
  ['bundle.tar', bytes('a'.repeat(257), 'ustar'), /tar archive/],
  ['bundle.tar.gz', new Uint8Array(gzipSync(bytes('a'.repeat(257), 'ustar'))), /holds a tar archive/],
  ['nft', bytes([0x7f], 'ELF'), /Linux program/],
  ['trace.pcap', bytes([0xd4, 0xc3, 0xb2, 0xa1]), /packet capture/],
  ['noise', bytes('abc', [0], 'def'), /binary file/],
  ['cut.gz', new Uint8Array(gzipSync('*filter\n'.repeat(100)).subarray(0, 30)), /could not be read/],
])('%s is refused with words', async (name, content, words) => {
  const read = await readFile(file(name, content));
  expect(read).toMatchObject({ kind: 'refused', message: expect.stringMatching(words) as string });
});

test('a file that is too big is refused before it is read', async () => {
  const big = { name: 'big.save', size: MAX_FILE + 1 } as File;
  expect(await readFile(big)).toMatchObject({ kind: 'refused', message: expect.stringContaining('200 MB') as string });
});
