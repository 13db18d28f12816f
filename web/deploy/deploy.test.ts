/** What the server's files say must be what the page says of itself, and every kind of file that is built must have its type. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { POLICY, pagePolicy, readHosts, SERVICE_WORKER_POLICY } from '../dev/policy.ts';
import { allows } from '../state/remote.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const ROOT = join(import.meta.dirname, '..', '..');

describe('the server of web/deploy', () => {
  it('has the policy of the page', () => {
    expect(/^add_header Content-Security-Policy "([^"]*)" always;$/m.exec(read('policy.conf'))?.[1]).toBe(POLICY);
    expect(read('nginx.conf')).toContain(`add_header Content-Security-Policy "${SERVICE_WORKER_POLICY}" always;`);
  });

  it.each([
    ['', "'none'"],
    ['https://dumps.example', 'https://dumps.example'],
    ['https://raw.example:8443 https://dumps.example', 'https://raw.example:8443 https://dumps.example'],
  ])('has it also in an image whose page may load from: %j', (hosts, connections) => {
    const edit = /^RUN (sed -i "[^\n]*") web\/deploy\/policy\.conf$/m.exec(read('Containerfile'))?.[1] ?? '';
    const policy = execFileSync('sh', ['-c', edit.replace('sed -i', 'sed')], {
      input: read('policy.conf'),
      encoding: 'utf8',
      env: { ...process.env, NFSCOPE_CONNECT: hosts },
    });
    expect(policy).toContain(`; connect-src ${connections};`);
    expect(policy).toContain(`"${pagePolicy(readHosts(hosts))}"`);
    for (const host of readHosts(hosts)) expect(allows(policy, new URL(`${host}/node.save`), 'https://x')).toBe(true);
  });

  it.each([
    'http://dumps.example',
    '*',
    'https://*',
    "'self'",
    'https://a.example;script-src',
    'https://a.example/path',
    'dumps.example',
  ])('makes no policy of %s', (host) => expect(() => readHosts(host)).toThrow(/NFSCOPE_CONNECT/));

  it('repeats the headers in each place that has one of its own: nginx inherits none then', () => {
    const places = read('nginx.conf')
      .split(/(?=^ {4}location )/m)
      .slice(1);
    expect(places.length).toBeGreaterThan(3);
    for (const place of places.filter((one) => one.includes('add_header'))) {
      expect(place).toContain('include headers.conf;');
      expect(place).toMatch(/include policy\.conf;|Content-Security-Policy/);
    }
  });

  it('knows the type of every public file', () => {
    const known = new Set(
      [...read('mime.types').matchAll(/^ {2}\S+ +([^;]+);$/gm)].flatMap((match) => match[1]?.split(' ') ?? []),
    );
    const folders = [join(ROOT, 'public'), join(ROOT, 'dist')].filter(existsSync);
    const endings = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => extname(entry.name).slice(1)),
    );
    expect([...new Set(endings)].filter((ending) => !known.has(ending))).toEqual([]);
  });

  it('runs no action that somebody can exchange: each is named by its commit, with its version beside it', () => {
    const folder = join(ROOT, '.github', 'workflows');
    const uses = readdirSync(folder).flatMap(
      (name) => readFileSync(join(folder, name), 'utf8').match(/uses: .*/g) ?? [],
    );
    expect(uses.length).toBeGreaterThan(3);
    for (const use of uses) expect(use).toMatch(/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('takes the version of the page into the cluster', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(read('kubernetes.yaml')).toContain(`image: nfscope:${version}\n`);
  });
});
