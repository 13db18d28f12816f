/** The server's files in a real nginx, as the container runs it but for paths and the port. Skipped where nginx is not installed: CI images have none. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { POLICY, SERVICE_WORKER_POLICY } from '../dev/policy.ts';

const isInstalled = spawnSync('nginx', ['-v']).status === 0;
const SCRIPT = `export const answer = 42;\n${'// a line that packs\n'.repeat(200)}`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** nginx.conf with other paths; `root` has the files, `work` is what /tmp is in the container. */
function adapted(root: string, work: string, port: number): string {
  return readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replaceAll(' /tmp/', ` ${work}/`)
    .replace('root /srv/nfscope;', `root ${root};`);
}

const INTERFACES = '/proc/net/if_inet6';
/** ::1 is there: containers often have none. */
const hasIpv6 = existsSync(INTERFACES) && /^0{31}1 /m.test(readFileSync(INTERFACES, 'utf8'));

/** What the container's start script writes where there is IPv6, for another port. */
function listenOnIpv6(port: number): string {
  const script =
    /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(import.meta.dirname, 'Containerfile'), 'utf8'))?.[1] ?? '[]';
  const [shell = '', ...words] = JSON.parse(script) as string[];
  const only = words.map((word) => word.replace('> /tmp/listen6.conf', '').replace(/exec .*$/, ''));
  return spawnSync(shell, only, { encoding: 'utf8' }).stdout.replace('[::]:8080', `[::1]:${port}`);
}

describe.skipIf(!isInstalled)('nginx with the files of web/deploy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-nginx-'));
  let server: ChildProcess | null = null;
  let url = '';

  beforeAll(async () => {
    const [root, work] = [join(folder, 'srv'), join(folder, 'work')];
    for (const path of [join(root, 'assets'), work]) mkdirSync(path, { recursive: true });
    writeFileSync(join(root, 'index.html'), '<!doctype html><title>nfscope</title>');
    writeFileSync(join(root, 'sw.js'), 'onfetch = null;');
    writeFileSync(join(root, 'manifest.webmanifest'), '{}');
    writeFileSync(join(root, 'collect.sh'), '#!/bin/sh\n');
    writeFileSync(join(root, 'assets', 'page-1.js'), SCRIPT);
    writeFileSync(join(root, 'assets', 'page-1.js.gz'), gzipSync(SCRIPT));
    for (const name of ['headers.conf', 'policy.conf', 'mime.types']) {
      copyFileSync(join(import.meta.dirname, name), join(folder, name));
    }
    const port = await freePort();
    const configuration = join(folder, 'nginx.conf');
    if (hasIpv6) writeFileSync(join(work, 'listen6.conf'), listenOnIpv6(port));
    // Started by root, nginx would give its workers to a user that may not read the folder.
    const user = process.getuid?.() === 0 ? 'user root;\n' : '';
    writeFileSync(configuration, user + adapted(root, work, port));
    server = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', configuration, '-g', 'daemon off;']);
    url = `http://127.0.0.1:${port}/`;
    await vi.waitFor(async () => expect(await (await fetch(`${url}healthz`)).text()).toBe('ok\n'), { timeout: 5000 });
  });

  afterAll(() => {
    server?.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['', 'text/html; charset=utf-8', 'no-cache', POLICY],
    ['assets/page-1.js', 'text/javascript', 'public, max-age=31536000, immutable', POLICY],
    ['sw.js', 'text/javascript', 'no-cache', SERVICE_WORKER_POLICY],
    ['manifest.webmanifest', 'application/manifest+json', 'no-cache', POLICY],
    ['collect.sh', 'text/plain; charset=utf-8', 'no-cache', POLICY],
  ])('/%s', async (path, type, cache, policy) => {
    const { status, headers } = await fetch(url + path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('cache-control')).toBe(cache);
    expect(headers.get('content-security-policy')).toBe(policy);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('server')).toBe('nginx');
  });

  it.runIf(hasIpv6)('answers over IPv6 where there is any', async () => {
    expect(await (await fetch(`${url.replace('127.0.0.1', '[::1]')}healthz`)).text()).toBe('ok\n');
  });

  it('sends packed files as they are', async () => {
    const answer = await fetch(`${url}assets/page-1.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(await answer.text()).toBe(SCRIPT);
  });

  it('nobody keeps a missing file, and nobody writes', async () => {
    const missing = await fetch(`${url}assets/page-2.js`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('cache-control')).toBeNull();
    expect(missing.headers.get('content-security-policy')).toBe(POLICY);
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await fetch(url, { method })).status).toBe(403);
  });
});
