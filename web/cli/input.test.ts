import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readInput } from './input.ts';

const folder = mkdtempSync(join(tmpdir(), 'nfscope-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file that has its size, but takes no room on the disk. */
function hollow(name: string, megabytes: number): string {
  const file = join(folder, name);
  writeFileSync(file, '*filter\n');
  truncateSync(file, megabytes * 1024 * 1024);
  return file;
}

test('a file that no string can hold is refused before it is read, with what to do', async () => {
  await expect(readInput(hollow('huge.save', 501))).rejects.toThrow(/huge.save has more than 500 MB: .*nft --terse/);
});

test('a file that Node has not the memory for is refused, with the option that gives it more', () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const options = ['--max-old-space-size=100', '--import', 'tsx', main, 'inspect', hollow('large.save', 200)];
  const { status, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8' });
  expect(stderr).toMatch(/needs about 1049 MB of memory.*--max-old-space-size=1049/);
  expect(status).toBe(2);
});
