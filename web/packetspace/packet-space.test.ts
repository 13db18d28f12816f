import { describe, expect, it } from 'vitest';
import { linkRuleset } from '../model/link.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { readDocument } from '../parse/read.ts';
import { PacketSpace } from './packet-space.ts';
import { compareOrder } from './questions/order-sensitivity.ts';
import { ruleStatuses } from './questions/rule-status.ts';
import { chainInOrder, withChain } from './questions/swap-order.ts';
import type { ExecuteOptions } from './symbolic/execute.ts';

/** Rules that each split what is left in another way: a set that grows with them; and two of IPv6. */
function crowd(rules: number): Ruleset {
  const lines = Array.from(
    { length: rules },
    (_, i) =>
      `    ip saddr 10.${i % 256}.${(i * 7) % 256}.${(i * 13) % 256} tcp dport ${1000 + ((i * 31) % 5000)} drop`,
  );
  return linkRuleset(
    readDocument(
      0,
      'node.nft',
      `table ip a {\n  chain in { type filter hook input priority 0; policy accept;\n${lines.join('\n')}\n    udp dport 53 accept\n  }\n}
table ip6 b {\n  chain in { type filter hook input priority 0; policy accept;\n    tcp dport 22 accept\n    tcp dport 22 drop\n  }\n}\n`,
    ),
  );
}

function spaceOf(rules: number, options: ExecuteOptions): PacketSpace {
  return new PacketSpace(crowd(rules), options);
}

describe('a limit that runs out', () => {
  const limits: readonly [string, ExecuteOptions, RegExp][] = [
    ['of nodes', { maxNodes: 6000 }, /^not all IPv4 packets that come in .* the memory/],
    ['of time', { milliseconds: 20, clock: ticking(1) }, /^not all IPv4 packets that come in .* the time/],
  ];
  it.each(limits)('%s is told in words, and the rest stands', (_name, options, words) => {
    const space = spaceOf(1500, options);
    const runs = space.execute();
    const open = runs.filter(({ undecided }) => undecided !== null);
    expect(open.map(({ family, origin }) => `${family} ${origin}`)).toContain('ip received');
    expect(open.every(({ family }) => family === 'ip')).toBe(true);
    expect(open[0]?.undecided).toMatch(words);
    const statuses = ruleStatuses(space);
    const last = statuses.slice(-2);
    expect(last).toEqual(['matches', 'never-matches']);
    expect(statuses[0]).toBe('matches');
    expect(statuses.at(-3)).toBe('undecided');
  });

  it('leaves an order undecided, and says why', () => {
    const space = spaceOf(1500, { maxNodes: 6000 });
    const [chain] = space.ruleset.chains;
    if (!chain) throw new Error('no chain');
    const other = chainInOrder(chain, 1501, 1, ({ index }) => index);
    if (!other) throw new Error('the same order');
    const result = compareOrder(space, withChain(space.order, chain, other));
    expect(result.sensitive).toBeNull();
    expect(result.undecided).toMatch(/the memory that was allowed for them ran out/);
  });
});

describe('progress', () => {
  it('is told again and again, and ends with all', () => {
    const seen: number[] = [];
    const space = spaceOf(1500, { clock: ticking(10), onProgress: (_rules, fraction) => seen.push(fraction) });
    space.execute();
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.every((fraction, i) => fraction >= (seen[i - 1] ?? 0))).toBe(true);
    expect(seen.at(-1)).toBeCloseTo(1);
  });
});

/** A clock that goes on by so many milliseconds each time that it is looked at. */
function ticking(step: number): () => number {
  let now = 0;
  return () => {
    now += step;
    return now;
  };
}
