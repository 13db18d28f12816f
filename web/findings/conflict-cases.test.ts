/** Every known conflict: found on the node that shows it, and not on the one that only looks like it. */
import { describe, expect, it } from 'vitest';
import { type Analysis, analyse } from '../pipeline.ts';
import { CATALOGUE } from './catalogue/index.ts';
import { CONFLICT_CASES, manyServices } from './conflict-cases.ts';

const FILES = import.meta.glob<string>('./cases/*/*', { query: '?raw', import: 'default', eager: true });
const SEVERITIES = ['error', 'warning', 'info'];

type Kind = 'positive' | 'negative';

function documents(id: string, kind: Kind): { name: string; text: string }[] {
  if (id === 'kube-proxy-linear') {
    return [{ name: `${kind}.iptables`, text: manyServices(kind === 'positive' ? 1200 : 150) }];
  }
  const start = `./cases/${id}/${kind}.`;
  return Object.entries(FILES)
    .filter(([path]) => path.startsWith(start))
    .map(([path, text]) => ({ name: path.slice(path.lastIndexOf('/') + 1), text }));
}

function read(id: string, kind: Kind): Analysis {
  const read = documents(id, kind);
  expect(read.length, `cases/${id}/${kind}.*`).toBeGreaterThan(0);
  return analyse(read);
}

describe('the samples', () => {
  it('are one pair for each entry of the catalogue', () => {
    expect(CONFLICT_CASES.map(({ id }) => id).sort()).toEqual([...CATALOGUE.keys()].sort());
    const folders = new Set(Object.keys(FILES).map((path) => path.split('/')[2]));
    expect([...folders].filter((folder) => !CATALOGUE.has(folder ?? ''))).toEqual([]);
  });

  it.each(CONFLICT_CASES.map(({ id }) => id))('%s is read without a complaint', (id) => {
    for (const kind of ['positive', 'negative'] as const) {
      const { ruleset } = read(id, kind);
      const said = ruleset.dumps.flatMap(({ diagnostics }) =>
        diagnostics.filter(({ severity }) => severity !== 'info'),
      );
      expect(said).toEqual([]);
      expect(ruleset.rules.length).toBeGreaterThan(0);
    }
  });
});

describe('known conflicts', () => {
  it.each(CONFLICT_CASES)('$id: $shows', ({ id, severity }) => {
    const { ruleset, findings } = read(id, 'positive');
    const found = findings.filter(({ catalogue }) => catalogue.includes(id));
    expect(found.map((finding) => finding.severity).sort(bySeverity)[0]).toBe(severity);
    for (const { where, owners, title, why, remedy, references } of found) {
      expect(where.length, title).toBeGreaterThan(0);
      expect(owners.length, title).toBeGreaterThan(0);
      expect(why, title).toMatch(/[.]$/);
      expect(remedy, title).toBeTruthy();
      expect(references.length, title).toBeGreaterThan(0);
      for (const { chain, rule } of where) {
        expect(ruleset.chains[chain]).toBeDefined();
        if (rule !== null) expect(ruleset.rules[rule]?.chain.id).toBe(chain);
      }
    }
  });

  it.each(CONFLICT_CASES)('not $id: $naive', ({ id }) => {
    const { findings } = read(id, 'negative');
    expect(findings.filter(({ catalogue }) => catalogue.includes(id)).map(({ title }) => title)).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error').map(({ title }) => title)).toEqual([]);
  });
});

function bySeverity(a: string, b: string): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}
