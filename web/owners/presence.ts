/**
 * Which owners show themselves in a ruleset by names that only they use. Names that several owners use (KUBE-SERVICES is a chain of kube-proxy
 * in two modes, KUBE-POSTROUTING one of kubelet too) are then settled in favour of those that are there.
 */
import { BUILTIN_CHAINS, BUILTIN_TABLES } from '../model/hook.ts';
import type { Ruleset, Table } from '../model/ruleset.ts';
import type { ChainPattern } from './owner.ts';
import { chainSignatures, type OwnerIndex, type Signature, setSignatures } from './signatures.ts';

/**
 * A table of iptables: several programs write into it, so chain names tell them, not the table's own name. An nft listing may show
 * iptables-nft's tables as native ones: they are known by the names of table and built-in chains. A table `inet filter` that somebody wrote
 * by hand is none.
 */
export function isShared(table: Table): boolean {
  if (table.listing === 'iptables' || table.backend !== 'nft') return true;
  if (!Object.hasOwn(BUILTIN_TABLES, table.name) || (table.family !== 'ip' && table.family !== 'ip6')) return false;
  return table.chains.some(({ name, base }) => base !== null && Object.hasOwn(BUILTIN_CHAINS, name));
}

/** Tables that one program keeps together: an owner in `ip filter` of iptables-nft is also the likelier one in its `ip nat`. */
export function groupOf(table: Table): string {
  return `${table.backend} ${table.family}`;
}

export class Presence {
  readonly #ruleset: Ruleset;
  readonly #local = new Map<string, Map<OwnerIndex, number>>();
  readonly #global = new Map<OwnerIndex, number>();
  readonly #beside = new Map<string, boolean>();

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  /** `group` null: seen somewhere (an ipset, a native table). */
  saw(owner: OwnerIndex, group: string | null): void {
    this.#global.set(owner, (this.#global.get(owner) ?? 0) + 1);
    if (group === null) return;
    let counts = this.#local.get(group);
    if (!counts) {
      counts = new Map();
      this.#local.set(group, counts);
    }
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }

  isIn(owner: OwnerIndex, group: string): boolean {
    return (this.#local.get(group)?.get(owner) ?? 0) > 0;
  }

  isAnywhere(owner: OwnerIndex): boolean {
    return (this.#global.get(owner) ?? 0) > 0;
  }

  /** The owner that is seen most in the group, then in the ruleset; the first one where none is seen at all. */
  likeliest(owners: readonly OwnerIndex[], group: string): OwnerIndex {
    let best = owners[0] ?? 0;
    for (const owner of owners) if (this.#score(owner, group) > this.#score(best, group)) best = owner;
    return best;
  }

  /** More than the whole ruleset's chains outweigh: the group comes first. */
  #score(owner: OwnerIndex, group: string): number {
    const local = this.#local.get(group)?.get(owner) ?? 0;
    return local * 2 ** 24 + (this.#global.get(owner) ?? 0);
  }

  /** What chain names say, with those that need a neighbour and have none left out. */
  chainCandidates(table: Table, name: string): readonly Signature<ChainPattern>[] {
    const found = chainSignatures(table.name, name);
    if (found.length === 0) return found;
    return found.filter(({ signature }) => !signature.beside || this.#hasBeside(signature.beside, groupOf(table)));
  }

  #hasBeside(pattern: RegExp, group: string): boolean {
    const key = `${group} ${pattern.source}`;
    let found = this.#beside.get(key);
    if (found === undefined) {
      found = this.#ruleset.tables.some(
        (table) => isShared(table) && groupOf(table) === group && table.chains.some(({ name }) => pattern.test(name)),
      );
      this.#beside.set(key, found);
    }
    return found;
  }

  /** Settles a name between its candidates: those whose own it is first, and of them the one that is there. 0: nobody. */
  settle(candidates: readonly Signature<ChainPattern>[], group: string): Signature<ChainPattern> | null {
    const own = candidates.filter(({ signature }) => !signature.fallback);
    const owner = this.likeliest(
      own.map((candidate) => candidate.owner),
      group,
    );
    if (owner !== 0 && this.isAnywhere(owner)) return own.find((candidate) => candidate.owner === owner) ?? null;
    const seen = candidates.filter((candidate) => candidate.signature.fallback && this.isAnywhere(candidate.owner));
    const second = this.likeliest(
      seen.map((candidate) => candidate.owner),
      group,
    );
    return seen.find((candidate) => candidate.owner === second) ?? own[0] ?? null;
  }
}

/** The owners of a set's name that nobody else uses, else all of them. */
export function setOwners(name: string): readonly OwnerIndex[] {
  return [...new Set(setSignatures(name).map(({ owner }) => owner))];
}
