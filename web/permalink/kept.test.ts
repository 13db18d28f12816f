/** Links of each version as they were written once: they open for ever. Never change the files in kept/; add one for a new version or codec. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SHELL_LINE } from './fit.ts';
import { decodeLink, LINK_VERSION } from './link.ts';

const folder = new URL('./kept/', import.meta.url);
const kept = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const DUMP = kept('dump.save');

test('there is one for each version', () => {
  const links = readdirSync(folder).filter((name) => name.endsWith('.link'));
  const versions = new Set(links.map((name) => Number(/^#v(\d+)\./.exec(kept(name))?.[1])));
  expect([...versions].sort()).toEqual(Array.from({ length: LINK_VERSION }, (_, at) => at + 1));
});

const rule = { family: 'ip', table: 'nat', backend: 'iptables', chain: 'KUBE-SERVICES', rule: 1 };
const view = { view: 'chain', selection: { kind: 'rule', address: rule } };

test('version 1, made in a shell, opens without notes', () => {
  expect(decodeLink(kept('1.link').trim())).toEqual({
    ok: true,
    documents: [{ name: 'node.save', text: DUMP }],
    view,
    notes: [],
    warnings: [],
  });
});

test('version 2 opens with its notes', () => {
  const line = DUMP.split('\n').find((one) => one.includes('-A KUBE-SERVICES'));
  expect(decodeLink(kept('2.link').trim())).toEqual({
    ok: true,
    documents: [{ name: 'node.save', text: DUMP }],
    view,
    notes: [
      { on: { kind: 'rule', address: rule, line }, text: 'the API server', highlight: true },
      { on: { kind: 'finding', id: 'linear-cost' }, text: '', highlight: true },
    ],
    warnings: [],
  });
});

test('version 2 opens with the choice of one of its nodes', () => {
  expect(decodeLink(kept('2-nodes.link').trim())).toEqual({
    ok: true,
    documents: [
      { name: 'worker-1.save', text: DUMP },
      { name: 'worker-2.save', text: DUMP },
    ],
    view: { view: 'hooks', node: 1 },
    notes: [],
    warnings: [],
  });
});

test('the line that the page offers makes a link with the real gzip and base64', () => {
  const line = SHELL_LINE.replace(/^iptables-save -c \| /, '');
  const data = execFileSync('sh', ['-c', line], { input: DUMP }).toString();
  expect(data).toMatch(/^[A-Za-z0-9_=-]+$/);
  expect(decodeLink(`https://example.org/#v1.gz.${data}`)).toMatchObject({ ok: true, documents: [{ text: DUMP }] });
});

test('a version to come says so, and what to do', () => {
  const result = decodeLink(
    kept('2.link')
      .trim()
      .replace('#v2.', `#v${LINK_VERSION + 1}.`),
  );
  if (result.ok) throw new Error('it opened');
  expect(result.error.code).toBe('unknown-version');
  expect(result.error.message).toMatch(/newer nfscope.*Reload/);
});
