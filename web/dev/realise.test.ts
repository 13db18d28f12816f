import { describe, expect, it } from 'vitest';
import { loadedNode } from '../cli/trace-case.ts';
import type { HookOrder } from '../kernel/order.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { madeUpOwners, ownerPairs } from './owner-pairs.ts';
import { realise } from './realise.ts';
import { twoOwners } from './two-owners.ts';

/** What runs at a hook: chains, each with its rules' owners. */
function running(order: readonly HookOrder[], ruleset: Ruleset, hook: string): string[] {
  const owners = madeUpOwners(ruleset, 1);
  const found = order.find((one) => one.stack === 'l3' && one.hook === hook);
  return (found?.chains ?? []).map(
    ({ chain }) => `${chain.table.name} ${chain.name} ${chain.rules.map(owners.ofRule).join('')}`,
  );
}

const TABLES = `
table ip a { chain c { type filter hook forward priority 0; policy accept; tcp dport 80 drop comment "A" } }
table ip b { chain c { type filter hook forward priority 0; policy accept; tcp dport 81 drop comment "B" } }
table ip shared { chain c { type filter hook forward priority -5; policy accept
  tcp dport 1 accept comment "A"
  tcp dport 2 accept comment "B"
} }
`;

describe('a node with its owners the other way round, as text', () => {
  it('has the rules of a chain, or the chains of a hook, in that order', () => {
    const { ruleset, order } = loadedNode([{ format: 'nft', text: TABLES }], null, false);
    expect(running(order, ruleset, 'forward')).toEqual(['shared c AB', 'b c B', 'a c A']);
    const pairs = new Map(
      [...ownerPairs(order, { ...madeUpOwners(ruleset, 1), ofChain: ({ table }) => table.name })].map((pair) => [
        pair.name,
        pair.order,
      ]),
    );
    const texts = (name: string) => {
      const made = realise(ruleset, pairs.get(name) ?? [], null, false);
      return made && running(made.order, made.ruleset, 'forward');
    };
    expect(texts('ip shared c: B before A')).toEqual(['shared c BA', 'b c B', 'a c A']);
    expect(texts('hook forward: a before b')).toEqual(['shared c AB', 'a c A', 'b c B']);
    expect(texts('hook forward: b before shared')).toEqual(['b c B', 'shared c AB', 'a c A']);
  });

  it('is what random nodes are read back as', () => {
    let pairs = 0;
    for (const { rulesets, ipset, version } of twoOwners(5, 12)) {
      const { ruleset, order } = loadedNode(rulesets, ipset, version === 6);
      const made = realise(ruleset, order, ipset, version === 6);
      expect(made?.ruleset.rules).toHaveLength(ruleset.rules.length);
      for (const pair of ownerPairs(order, madeUpOwners(ruleset, 1))) {
        if (realise(ruleset, pair.order, ipset, version === 6)) pairs++;
      }
    }
    expect(pairs).toBeGreaterThan(30);
  });
});
