import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HookOrder } from '../../kernel/order.ts';
import { Plan } from '../../kernel/plan.ts';
import { linkRuleset } from '../../model/link.ts';
import type { Ruleset } from '../../model/ruleset.ts';
import { readDocument } from '../../parse/read.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { PacketSpace } from '../packet-space.ts';
import { differences, suspiciousParts } from '../questions/compare-runs.ts';
import { ruleStatuses } from '../questions/rule-status.ts';
import { chainInOrder, hookInOrder, withChain } from '../questions/swap-order.ts';
import type { Divergence, FamilySpace } from './execute.ts';
import { type Random, randomFrom, randomSave } from './random-node.ts';

function rulesetOf(text: string, name = 'node.txt'): Ruleset {
  return linkRuleset(readDocument(0, name, text));
}

/** Kinds of differences, and their packets. */
function differencesOf(own: FamilySpace, { before, after }: Divergence): Map<string, Ref> {
  const parts = suspiciousParts(own, before, after);
  const found = new Map<string, Ref>();
  for (const { kind, packets } of differences(own, before, after, parts)) {
    const set = own.diagrams.or(found.get(kind) ?? FALSE, own.domain.frames.whole(packets));
    // That there are none may not have been found out before.
    if (set !== FALSE) found.set(kind, set);
  }
  return found;
}

/** Each base chain with some of its rules in front of the others, and each hook with some of its chains. */
function* orders(space: PacketSpace, random: Random): Generator<HookOrder[]> {
  const owners = new Map<unknown, number>();
  const ownerOf = (of: unknown) => {
    const owner = owners.get(of) ?? Math.floor(2 * random());
    owners.set(of, owner);
    return owner;
  };
  for (const hook of space.order) {
    for (const [a, b] of [
      [0, 1],
      [1, 0],
    ]) {
      const order = hookInOrder(space.order, hook, a, b, ownerOf);
      if (order) yield order;
      for (const { chain } of hook.chains) {
        const other = chainInOrder(chain, a, b, ownerOf);
        if (other) yield withChain(space.order, chain, other);
      }
    }
  }
}

/** How many orders make a difference. */
function compare(text: string, random: Random): number {
  const space = new PacketSpace(rulesetOf(text), { maxNodes: 4_000_000 });
  const own = space.family('ip');
  const statuses = ruleStatuses(space);
  let count = 0;
  for (const order of orders(space, random)) {
    const plan = new Plan(space.ruleset, order);
    for (const origin of ['received', 'sent'] as const) {
      const run = space.run('ip', origin);
      const wanted = differencesOf(own, { before: run, after: own.run(origin, {}, plan) });
      const divergence = own.divergence(run, plan);
      const found = divergence ? differencesOf(own, divergence) : new Map();
      expect({ text, origin, found: [...found] }).toEqual({ text, origin, found: [...wanted] });
      if (wanted.size > 0) count++;
    }
  }
  expect(ruleStatuses(space)).toEqual(statuses);
  return count;
}

describe('another order', () => {
  it('makes the same differences from the change on as from the beginning', () => {
    let count = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = randomFrom(seed);
        count += compare(randomSave(random), random);
      }),
      { numRuns: 20 },
    );
    expect(count).toBeGreaterThan(0);
  }, 120_000);

  it('leaves what is known of rules as it is', () => {
    const space = new PacketSpace(
      rulesetOf(
        '*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp -j DROP\n-A FORWARD -p tcp --dport 80 -j ACCEPT\nCOMMIT\n',
      ),
    );
    expect(ruleStatuses(space)).toEqual(['matches', 'never-matches']);
    const [chain] = space.ruleset.chains;
    if (!chain) throw new Error('no chain');
    const other = chainInOrder(chain, 2, 1, ({ index }) => index);
    if (!other) throw new Error('the same order');
    const divergence = space
      .family('ip')
      .divergence(space.run('ip', 'received'), new Plan(space.ruleset, withChain(space.order, chain, other)));
    expect(divergence).not.toBeNull();
    expect(ruleStatuses(space)).toEqual(['matches', 'never-matches']);
  });
});
