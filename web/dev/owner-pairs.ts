/**
 * The pairs of owners of a node whose order is asked about: in each base chain with rules of both, on each hook with base chains of both, each with the
 * order in which they would stand the other way round.
 */
import type { HookOrder } from '../kernel/order.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';
import { attributeOwners } from '../owners/attribute.ts';
import { UNKNOWN } from '../owners/owner.ts';
import { chainInOrder, hookInOrder, withChain } from '../packetspace/questions/swap-order.ts';
import { generator } from './draw.ts';

export interface OwnerPair {
  readonly name: string;
  readonly order: readonly HookOrder[];
}

/** Whose a rule or base chain is; null: nobody's. */
export interface Owners {
  readonly ofRule: (rule: Rule) => string | null;
  readonly ofChain: (chain: Chain) => string | null;
}

/** Those that wrote it, as far as the catalogue knows them. */
export function realOwners(ruleset: Ruleset): Owners {
  const { ruleOwner, owners } = attributeOwners(ruleset);
  const ofRule = ({ id }: Rule) => {
    const owner = owners[ruleOwner[id] ?? -1] ?? null;
    return owner === UNKNOWN ? null : owner;
  };
  // A base chain is whose all its rules are.
  const ofChain = ({ rules }: Chain) => {
    const [first, ...others] = new Set(rules.map(ofRule));
    return others.length === 0 ? (first ?? null) : null;
  };
  return { ofRule, ofChain };
}

/** A and B: as rules' comments say, else drawn. */
export function madeUpOwners(ruleset: Ruleset, seed: number): Owners {
  const random = generator(seed);
  const drawn = ruleset.rules.map(() => (random() < 0.5 ? 'A' : 'B'));
  const chains = ruleset.chains.map(() => (random() < 0.5 ? 'A' : 'B'));
  const said = ({ body }: Rule) => {
    const comment = body.find((each) => each.kind === 'comment');
    return comment?.kind === 'comment' && /^[AB]$/.test(comment.text) ? comment.text : null;
  };
  const ofChain = ({ id, table }: Chain) =>
    /^[ab]$/.test(table.name) ? table.name.toUpperCase() : (chains[id] ?? null);
  return { ofRule: (rule) => said(rule) ?? drawn[rule.id] ?? null, ofChain };
}

/** Both ways round, where both are other than it is now. */
export function* ownerPairs(order: readonly HookOrder[], owners: Owners): Generator<OwnerPair> {
  const seen = new Set<Chain>();
  for (const hook of order) {
    if (hook.stack !== 'l3') continue;
    for (const { chain } of hook.chains) {
      if (seen.has(chain)) continue;
      seen.add(chain);
      for (const [first, second] of ordered(chain.rules.map(owners.ofRule))) {
        const other = chainInOrder(chain, first, second, owners.ofRule);
        const { family, name: table } = chain.table;
        if (other)
          yield {
            name: `${family} ${table} ${chain.name}: ${first} before ${second}`,
            order: withChain(order, chain, other),
          };
      }
    }
    for (const [first, second] of ordered(hook.chains.map(({ chain }) => owners.ofChain(chain)))) {
      const other = hookInOrder(order, hook, first, second, owners.ofChain);
      if (other) yield { name: `hook ${hook.hook}: ${first} before ${second}`, order: other };
    }
  }
}

function* ordered(owners: readonly (string | null)[]): Generator<[string, string]> {
  const each = [...new Set(owners.filter((owner) => owner !== null))];
  for (const first of each) for (const second of each) if (first !== second) yield [first, second];
}
