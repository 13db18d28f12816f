import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dump, nftDump, tar } from '../archive/testing.ts';
import { runCommand } from './command.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nfscope-archive-'));
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
  const two = tar([
    { name: 'b/w1/save', content: dump('one') },
    { name: 'b/w1/rules.nft', content: nftDump('extra') },
    { name: 'b/w2/save', content: dump('two') },
  ]);
  write('two.tar.gz', gzipSync(two));
  write('one.zip', zipSync({ 'd/save': strToU8(dump('one')), 'etc/nftables.conf': strToU8(nftDump('boot')) }));
  write('none.tar', tar([{ name: 'notes', content: 'hello\n' }]));
  write('cut.gz', gzipSync(strToU8(dump('one'))).subarray(0, 60));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCommand(
    args.map((arg) => (/\.(gz|zip|tar)$/.test(arg) ? join(folder, arg) : arg)),
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
  );
  return { code, out, err };
}

/** The dumps that `inspect --json` names. */
function names(out: string): string[] {
  return (JSON.parse(out) as { dumps: { name: string }[] }).dumps.map(({ name }) => name);
}

describe('inspect of an archive', () => {
  test('one node: its dumps, and a note on what was left out', async () => {
    const { code, out, err } = await run('inspect', '--json', 'one.zip');
    expect([code, names(out)]).toEqual([0, ['save']]);
    expect(err).toMatch(/one\.zip: left out etc\/nftables\.conf \(a configuration file/);
  });

  test('several nodes: the error lists them, and --node chooses', async () => {
    const { code, out, err } = await run('inspect', 'two.tar.gz');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /holds 2 nodes: choose one with --node NAME\n {2}w1 \(iptables-save, nft list ruleset\)\n {2}w2/,
    );
    expect(names((await run('inspect', '--json', '--node', 'w1', 'two.tar.gz')).out)).toEqual(['save', 'rules.nft']);
    expect(names((await run('inspect', '--json', '--node', 'w2', 'two.tar.gz')).out)).toEqual(['save']);
    expect(await run('inspect', '--node', 'w3', 'two.tar.gz')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/has no node “w3”/) as string,
    });
  });

  test.each([
    ['none.tar', /holds no dump that nfscope reads/],
    ['cut.gz', /cut off|damaged/],
  ])('%s is an error', async (file, words) => {
    expect(await run('inspect', file)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(words) as string });
  });
});
