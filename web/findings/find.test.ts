/** All detectors together: a healthy node stays quiet, and the list is stable, sorted and bounded. */
import { describe, expect, it } from 'vitest';
import { analyse } from '../pipeline.ts';
import healthy from './cases/healthy-node.txt?raw';
import type { Finding } from './finding.ts';

function findingsOf(...texts: string[]): Finding[] {
  return [...analyse(texts.map((text, i) => ({ name: `dump-${i}.txt`, text }))).findings];
}

describe('a healthy node with Calico and kube-proxy', () => {
  it('has nothing worse than the order of the two, once per chain', () => {
    expect(findingsOf(healthy).map(({ severity, title }) => `${severity}: ${title}`)).toEqual([
      'info: Calico runs before kube-proxy in ip nat PREROUTING',
      "info: Calico's rules stand on both sides of kube-proxy's in ip filter FORWARD",
      'info: Calico runs before kube-proxy in ip nat OUTPUT',
      'info: Calico runs before kube-proxy in ip nat POSTROUTING',
      'info: Calico runs before kube-proxy in ip filter INPUT',
      'info: Calico runs before kube-proxy in ip filter OUTPUT',
    ]);
  });

  it('reads sensibly where nothing can happen', () => {
    const nat = findingsOf(healthy).find(({ title }) => title.endsWith('nat PREROUTING'));
    expect(nat?.why).toMatch(/translate and accept nothing, so kube-proxy still sees every new connection/);
  });
});

describe('findAll', () => {
  const broken = `table inet a {
  chain x { type filter hook input priority 0; policy drop; jump nowhere; }
  chain y { type filter hook forward priority 0; ip saddr @none drop; }
}
`;

  it('sorts errors first and gives every finding its own id, the same each time', () => {
    const findings = findingsOf(broken, healthy);
    const severities = findings.map(({ severity }) => severity);
    expect(severities).toEqual([...severities].sort((a, b) => 'ewi'.indexOf(a[0] ?? '') - 'ewi'.indexOf(b[0] ?? '')));
    const ids = findings.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(findingsOf(broken, healthy).map(({ id }) => id)).toEqual(ids);
    expect(severities).toContain('error');
  });

  it('points only at chains and rules that exist', () => {
    const { ruleset, findings } = analyse([
      { name: 'a', text: broken },
      { name: 'b', text: healthy },
    ]);
    for (const { where, marks } of findings) {
      for (const { chain, rule } of where) {
        expect(ruleset.chains[chain]).toBeDefined();
        if (rule !== null) expect(ruleset.rules[rule]?.chain.id).toBe(chain);
      }
      for (const { chain } of marks) expect(ruleset.chains[chain]?.base).not.toBeNull();
    }
  });

  it.each([
    [
      '2,000 base chains on one hook',
      2000,
      (i: number) =>
        `table ip t${i} {\n\tchain c {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tcounter jump cali-x\n\t}\n\tchain cali-x {\n\t\taccept\n\t}\n}\n`,
    ],
    [
      '30,000 chains of one table',
      30_000,
      (i: number) => `table ip t {\n\tchain c${i} {\n\t\tjump c${i + 1}\n\t}\n}\n`,
    ],
  ])('%s do not take longer than their number', (_name, count, table) => {
    const run = (n: number): number => {
      const text = Array.from({ length: n }, (_, i) => table(i)).join('');
      const start = performance.now();
      findingsOf(`${text}table ip t { chain b { type filter hook input priority 0; jump c0; } }\n`);
      return performance.now() - start;
    };
    run(count / 10);
    // Ten times as many; a square would make it a hundred times as long.
    expect(run(count) / run(count / 10)).toBeLessThan(50);
  });

  it('says how many more there are instead of listing hundreds', () => {
    const chains = Array.from({ length: 100 }, (_, i) => `chain c${i} { jump gone${i}; }`).join('\n');
    const findings = findingsOf(`table inet t {\nchain in { type filter hook input priority 0; }\n${chains}\n}\n`);
    const dangling = findings.filter(({ mechanism }) => mechanism === 'dangling-or-empty');
    expect(dangling).toHaveLength(40);
    expect(dangling.at(-1)?.title).toMatch(/\(and 60 more of this kind\)$/);
  });

  it('has nothing to say about nothing', () => {
    expect(findingsOf('')).toEqual([]);
    expect(findingsOf('table inet t { chain c { type filter hook input priority 0; } }\n')).toEqual([]);
  });

  it('survives loops and names that are properties of objects', () => {
    const text =
      'table inet t {\nchain __proto__ { type filter hook input priority 0; policy drop; jump constructor; }\nchain constructor { jump toString; }\nchain toString { goto constructor; }\n}\n';
    expect(findingsOf(text).map(({ severity }) => severity)).toEqual(['error']);
  });
});
