/**
 * Every door through which a packet's destination is translated: the rules and map elements below the nat chains of prerouting and output at which
 * it is decided that a packet for this address or port goes elsewhere. What is below such a rule (a Service's choice of endpoints) is not walked
 * again but summed up as its targets. Follows rules, not chain names, so it finds anybody's.
 */
import { type Expression, isVerdict, type Verdict } from '../model/expression.ts';
import type { JumpGraph } from '../model/graph.ts';
import { jumpsOf, ruleComments } from '../model/rule.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';
import type { Nat, VerdictMap } from '../model/statement.ts';
import type { Target } from './fact.ts';
import { leadingTo } from './reach.ts';
import { elementsOf, type Translation } from './scan.ts';
import { createTargetsBelow, targetOf, targetsOfNat } from './targets.ts';
import { narrowByElement, narrowByRule, startOf, type Way } from './way.ts';

export interface DnatEntry {
  readonly way: Way;
  readonly rule: Rule;
  /** Of the rule, or of the map's element. */
  readonly comment: string;
  /** The named map that leads on. */
  readonly map: string | null;
  /** The chain that the packet is sent to; null where the rule itself translates. */
  readonly chain: Chain | null;
  readonly targets: readonly Target[];
}

/** A chain is walked again for another way of coming to it, but not more often than this. */
const WALKS_PER_CHAIN = 8;
const DEEPEST = 16;

/** In evaluation order, prerouting before output. Linear in the rules above the entries, plus those below them once. */
export function findDnatEntries(
  ruleset: Ruleset,
  graph: JumpGraph,
  translations: readonly Translation[],
): readonly DnatEntry[] {
  const leads = leadingTo(
    ruleset,
    graph,
    translations.map(({ rule }) => rule),
  );
  const walk = new Walk(leads);
  for (const hook of ['prerouting', 'output'] as const) {
    for (const chain of ruleset.chains) {
      if (chain.base?.hook === hook && chain.base.type === 'nat') walk.chain(chain, startOf(chain.table), 0);
    }
  }
  return walk.entries;
}

class Walk {
  readonly entries: DnatEntry[] = [];
  readonly #leads: Uint8Array;
  readonly #below: (chain: Chain) => readonly Target[];
  readonly #walked = new Map<number, Set<string>>();

  constructor(leads: Uint8Array) {
    this.#leads = leads;
    this.#below = createTargetsBelow(leads);
  }

  chain(chain: Chain, way: Way, depth: number): void {
    if (this.#leads[chain.id] !== 1 || depth > DEEPEST || !this.#isNew(chain, way)) return;
    for (const rule of chain.rules) this.#rule(rule, way, depth);
  }

  #isNew(chain: Chain, way: Way): boolean {
    const key = JSON.stringify(way, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    const keys = this.#walked.get(chain.id) ?? new Set<string>();
    this.#walked.set(chain.id, keys);
    if (keys.has(key) || keys.size >= WALKS_PER_CHAIN) return false;
    keys.add(key);
    return true;
  }

  #rule(rule: Rule, before: Way, depth: number): void {
    for (const statement of rule.body) {
      if (statement.kind === 'nat') this.#nat(rule, statement, narrowByRule(before, rule));
      else if (statement.kind === 'vmap') this.#map(rule, statement, narrowByRule(before, rule), depth);
      else if (statement.kind === 'verdict') {
        for (const verdict of jumpsOf(rule)) this.#jump(rule, verdict, narrowByRule(before, rule), depth, null);
      }
    }
  }

  #nat(rule: Rule, nat: Nat, way: Way): void {
    if (nat.type !== 'dnat' && nat.type !== 'redirect') return;
    const { address } = nat;
    if (address?.kind === 'map' && hasField(address.key)) {
      for (const { key, data, extras } of elementsOf(rule.chain.table, address.map)) {
        if (!data || isVerdict(data)) continue;
        const narrowed = narrowByElement(way, address.key, key);
        this.#add(rule, narrowed, null, targetOf(data, null), nameOf(address.map), extras?.comment);
      }
      return;
    }
    this.#add(rule, way, null, targetsOfNat(rule, nat), null);
  }

  #map(rule: Rule, { key, map }: VerdictMap, way: Way, depth: number): void {
    for (const element of elementsOf(rule.chain.table, map)) {
      const { data } = element;
      if (data?.kind !== 'jump' && data?.kind !== 'goto') continue;
      this.#jump(rule, data, narrowByElement(way, key, element.key), depth, nameOf(map), element.extras?.comment);
    }
  }

  #jump(
    rule: Rule,
    { chain }: Extract<Verdict, { chain: string }>,
    way: Way,
    depth: number,
    map: string | null,
    comment?: string,
  ): void {
    const target = rule.chain.table.chainNamed.get(chain);
    if (!target || this.#leads[target.id] !== 1) return;
    // No port yet: the chain's own rules may name ports (a container's, a host's).
    if (way.ports === null) this.chain(target, way, depth + 1);
    else this.#add(rule, way, target, this.#below(target), map, comment);
  }

  #add(
    rule: Rule,
    way: Way,
    chain: Chain | null,
    targets: readonly Target[],
    map: string | null,
    comment?: string,
  ): void {
    this.entries.push({ way, rule, comment: comment ?? ruleComments(rule).join(' '), map, chain, targets });
  }
}

function nameOf(map: Expression): string | null {
  return map.kind === 'set-reference' ? map.name : null;
}

function hasField(key: { readonly kind: string; readonly parts?: readonly { readonly kind: string }[] }): boolean {
  return key.kind === 'field' || (key.parts?.some(({ kind }) => kind === 'field') ?? false);
}
