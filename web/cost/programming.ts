/**
 * What somebody has to program to have a ruleset: chains, rules, sets and maps (named, and anonymous inside of rules), and their elements. The
 * counts that a reload's time depends on (reload.ts).
 */
import type { SetLiteral } from '../model/expression.ts';
import type { Chain, NamedSet, Rule, Ruleset } from '../model/ruleset.ts';
import { eachExpressionOf } from '../model/walk.ts';

export interface ProgrammingCounts {
  chains: number;
  rules: number;
  namedSets: number;
  namedMaps: number;
  /** `{ ... }` in a rule: the kernel makes a set of its own for each. */
  anonymousSets: number;
  anonymousMaps: number;
  /** Of all of them, and of ipsets. */
  elements: number;
}

/** Which tool loads the table again: iptables-restore takes rules one by one, nft all objects in one transaction. */
export type Loader = 'nft' | 'iptables' | 'ipset';

export interface Programming {
  readonly total: Readonly<ProgrammingCounts>;
  readonly byLoader: ReadonlyMap<Loader, Readonly<ProgrammingCounts>>;
  /** By the number that `ownerOf` gives. */
  readonly byOwner: ReadonlyMap<number, Readonly<ProgrammingCounts>>;
}

export interface OwnerColumns {
  readonly rule: (rule: Rule) => number;
  readonly chain: (chain: Chain) => number;
  readonly set: (set: NamedSet) => number;
}

const NOBODY: OwnerColumns = { rule: () => 0, chain: () => 0, set: () => 0 };

/** Built-in chains of iptables count too; chains that only rules name do not. Cost: linear in rules and elements. */
export function countProgramming(ruleset: Ruleset, owners: OwnerColumns = NOBODY): Programming {
  const total = noCounts();
  const byLoader = new Map<Loader, ProgrammingCounts>();
  const byOwner = new Map<number, ProgrammingCounts>();
  const add = (loader: Loader, owner: number, count: (counts: ProgrammingCounts) => void): void => {
    count(total);
    count(entry(byLoader, loader));
    count(entry(byOwner, owner));
  };
  for (const chain of ruleset.chains) {
    if (chain.implicit) continue;
    const loader = loaderOf(chain);
    add(loader, owners.chain(chain), (counts) => counts.chains++);
    for (const rule of chain.rules) {
      const owner = owners.rule(rule);
      add(loader, owner, (counts) => counts.rules++);
      eachAnonymous(rule, (set, isMap) => {
        add(loader, owner, (counts) => {
          if (isMap) counts.anonymousMaps++;
          else counts.anonymousSets++;
          counts.elements += set.elements.length;
        });
      });
    }
  }
  for (const set of ruleset.sets) {
    add(set.table === null ? 'ipset' : 'nft', owners.set(set), (counts) => {
      if (set.data) counts.namedMaps++;
      else counts.namedSets++;
      counts.elements += set.elements.length;
    });
  }
  return { total, byLoader, byOwner };
}

/** iptables' `--dports 80,443` is a set in the model, but none in the kernel of a table that iptables lists. */
export function eachAnonymous(rule: Rule, visit: (set: SetLiteral, isMap: boolean) => void): void {
  if (rule.chain.table.listing !== 'nft') return;
  for (const statement of rule.body) {
    eachExpressionOf(statement, (expression) => {
      if (expression.kind === 'set')
        visit(
          expression,
          expression.elements.some(({ data }) => data !== undefined),
        );
    });
  }
}

function loaderOf({ table }: Chain): Loader {
  return table.backend === 'nft' ? 'nft' : 'iptables';
}

function noCounts(): ProgrammingCounts {
  return { chains: 0, rules: 0, namedSets: 0, namedMaps: 0, anonymousSets: 0, anonymousMaps: 0, elements: 0 };
}

function entry<K>(counts: Map<K, ProgrammingCounts>, key: K): ProgrammingCounts {
  let found = counts.get(key);
  if (!found) {
    found = noCounts();
    counts.set(key, found);
  }
  return found;
}
