/**
 * One pass over all rules and sets, for what every fact begins with: who names which interface and prefix, and which rules translate
 * addresses. Linear in statements and set elements.
 */
import { type IpNetwork, ipAddress } from '../base/ip.ts';
import { type Expression, type Field, field } from '../model/expression.ts';
import type { NamedSet, Rule, Table } from '../model/ruleset.ts';
import type { Nat, Statement } from '../model/statement.ts';
import type { OwnerId } from '../owners/owner.ts';
import type { FactContext } from './context.ts';

export interface Mention {
  readonly name: string;
  readonly wildcard: boolean;
  in: number;
  out: number;
  readonly owners: Set<OwnerId>;
}

export interface Translation {
  readonly rule: Rule;
  readonly nat: Nat;
}

export interface Scan {
  /** By name, a wildcard's stem with `*` behind it. */
  readonly interfaces: ReadonlyMap<string, Mention>;
  readonly prefixes: readonly { readonly network: IpNetwork; uses: number }[];
  /** Rules with dnat, redirect. */
  readonly destination: readonly Translation[];
  /** Rules with snat, masquerade. */
  readonly source: readonly Translation[];
}

type Side = 'in' | 'out';

const INTERFACES: ReadonlyMap<Field, Side> = new Map(
  (
    [
      ['meta iifname', 'in'],
      ['meta iif', 'in'],
      ['physdev in', 'in'],
      ['meta oifname', 'out'],
      ['meta oif', 'out'],
      ['physdev out', 'out'],
    ] as const
  ).map(([name, side]) => [field(name), side]),
);

const ADDRESSES: ReadonlySet<Field> = new Set(['ip saddr', 'ip daddr', 'ip6 saddr', 'ip6 daddr'].map(field));

/** Of a large set only so many prefixes are looked at: a blocklist says nothing of the node's own networks. */
const PREFIXES_PER_SET = 256;

export function scanRules(context: FactContext): Scan {
  const pass = new Pass();
  for (const rule of context.analysis.ruleset.rules) {
    const owner = context.ownerOfRule(rule);
    for (const statement of rule.body) pass.statement(rule, statement, owner);
  }
  for (const set of context.analysis.ruleset.sets) pass.set(set);
  return pass.result();
}

/** The elements that a reference leads to; none where the dump does not have it. */
export function elementsOf(table: Table, map: Expression): NamedSet['elements'] {
  if (map.kind === 'set') return map.elements;
  return map.kind === 'set-reference' ? (table.setNamed.get(map.name)?.elements ?? []) : [];
}

class Pass {
  readonly #interfaces = new Map<string, Mention>();
  readonly #prefixes = new Map<string, { network: IpNetwork; uses: number }>();
  /** Parsers share equal expressions between rules: most prefixes are found by identity. */
  readonly #known = new Map<Expression, { uses: number } | null>();
  readonly #destination: Translation[] = [];
  readonly #source: Translation[] = [];
  readonly #setsSeen = new Set<string>();

  statement(rule: Rule, statement: Statement, owner: OwnerId): void {
    switch (statement.kind) {
      case 'match':
        this.#match(rule, statement.left, statement.right, owner);
        return;
      case 'vmap':
        this.#match(rule, statement.key, statement.map, owner);
        return;
      case 'nat':
        (statement.type === 'dnat' || statement.type === 'redirect' ? this.#destination : this.#source).push({
          rule,
          nat: statement,
        });
        return;
      default:
        return;
    }
  }

  set({ elements }: NamedSet): void {
    let left = PREFIXES_PER_SET;
    for (const { key } of elements) {
      if (left === 0) return;
      if (key.kind === 'prefix') {
        this.#prefix(key);
        left--;
      } else if (key.kind !== 'concat') return;
    }
  }

  result(): Scan {
    return {
      interfaces: this.#interfaces,
      prefixes: [...this.#prefixes.values()].sort((a, b) => b.uses - a.uses),
      destination: this.#destination,
      source: this.#source,
    };
  }

  #match(rule: Rule, left: Expression, right: Expression, owner: OwnerId): void {
    if (left.kind === 'field') {
      const side = INTERFACES.get(left);
      if (side) this.#names(rule, right, null, side, owner);
      else if (ADDRESSES.has(left)) this.#addresses(right);
    } else if (left.kind === 'concat') {
      left.parts.forEach((part, at) => {
        const side = part.kind === 'field' ? INTERFACES.get(part) : undefined;
        if (side) this.#names(rule, right, at, side, owner);
      });
    }
  }

  #addresses(right: Expression): void {
    if (right.kind === 'prefix') this.#prefix(right);
    else if (right.kind === 'set') for (const { key } of right.elements) if (key.kind === 'prefix') this.#prefix(key);
  }

  #prefix(prefix: Extract<Expression, { kind: 'prefix' }>): void {
    let entry = this.#known.get(prefix);
    if (entry === undefined) {
      entry = prefix.width === 48 || prefix.length === prefix.width ? null : this.#entry(prefix);
      this.#known.set(prefix, entry);
    }
    if (entry) entry.uses++;
  }

  #entry({ address, length }: Extract<Expression, { kind: 'prefix' }>): { uses: number } {
    const key = `${typeof address}${address}/${length}`;
    const found = this.#prefixes.get(key);
    if (found) return found;
    const made = { network: { ...ipAddress(address), length }, uses: 0 };
    this.#prefixes.set(key, made);
    return made;
  }

  /** `part`: the position in a concatenation. */
  #names(rule: Rule, right: Expression, part: number | null, side: Side, owner: OwnerId): void {
    if (right.kind === 'set' || right.kind === 'set-reference') {
      if (right.kind === 'set-reference' && !this.#isNew(rule, right.name, side)) return;
      for (const { key } of elementsOf(rule.chain.table, right)) this.#name(key, part, side, owner);
    } else this.#name(right, part, side, owner);
  }

  #isNew(rule: Rule, set: string, side: Side): boolean {
    const key = `${rule.chain.table.id} ${side} ${set}`;
    if (this.#setsSeen.has(key)) return false;
    this.#setsSeen.add(key);
    return true;
  }

  #name(key: Expression, part: number | null, side: Side, owner: OwnerId): void {
    const one = part !== null && key.kind === 'concat' ? key.parts[part] : key;
    if (one?.kind === 'wildcard' && one.stem !== '') this.#mention(one.stem, true, side, owner);
    else if (one?.kind === 'value' && typeof one.value === 'string' && one.value !== '*') {
      this.#mention(one.value, false, side, owner);
    }
  }

  #mention(name: string, wildcard: boolean, side: Side, owner: OwnerId): void {
    const key = wildcard ? `${name}*` : name;
    let mention = this.#interfaces.get(key);
    if (!mention) {
      mention = { name, wildcard, in: 0, out: 0, owners: new Set() };
      this.#interfaces.set(key, mention);
    }
    mention[side]++;
    mention.owners.add(owner);
  }
}
