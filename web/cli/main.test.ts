import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const DUMP = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n';

function nfscope(args: string[], input: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    input,
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, stdout, stderr };
}

describe('the process', () => {
  it('reads standard input and answers on standard output', () => {
    const { status, stdout, stderr } = nfscope(['inspect', '--json', '-'], DUMP);
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ dumps: [{ name: 'standard input' }], counts: { rules: 1 } });
  });

  it('complains on standard error only, with exit code 2', () => {
    const { status, stdout, stderr } = nfscope(['inspect', '--json', '/nonexistent'], '');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^nfscope: cannot read \/nonexistent/);
  });
});
