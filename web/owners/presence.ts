/**
 * Which owners show themselves in a ruleset by names that only they use. Names that several owners use (KUBE-SERVICES is a chain of kube-proxy
 * in two modes, KUBE-POSTROUTING one of kubelet too) are then settled in favour of those that are there.
 */
import { type Backend, BUILTIN_CHAINS, BUILTIN_TABLES, FAMILIES, type Family } from '../model/hook.ts';
import type { Ruleset, Table } from '../model/ruleset.ts';
import type { ChainPattern } from './owner.ts';
import { chainSignatures, OWNER_IDS, type OwnerIndex, type Signature, setSignatures } from './signatures.ts';

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

const BACKENDS: readonly Backend[] = ['nft', 'iptables-nft', 'iptables-legacy', 'iptables'];

/** Tables that one program keeps together: an owner in `ip filter` of iptables-nft is also the likelier one in its `ip nat`. */
export function groupOf({ backend, family }: Table): string {
  return GROUPS[backend][family];
}

const GROUPS = Object.fromEntries(
  BACKENDS.map((backend) => [
    backend,
    Object.fromEntries(FAMILIES.map((family) => [family, `${backend} ${family}`])) as Record<Family, string>,
  ]),
) as Record<Backend, Record<Family, string>>;

const ANYWHERE = '';

export class Presence {
  readonly #ruleset: Ruleset;
  /** How often each owner is seen, by group; under '' anywhere. */
  readonly #seen = new Map<string, Uint32Array>([[ANYWHERE, new Uint32Array(OWNER_IDS.length)]]);
  readonly #beside = new Map<string, boolean>();

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  /** `group` null: seen somewhere (an ipset, a native table). */
  saw(owner: OwnerIndex, group: string | null): void {
    this.#count(owner, ANYWHERE);
    if (group !== null) this.#count(owner, group);
  }

  #count(owner: OwnerIndex, group: string): void {
    let counts = this.#seen.get(group);
    if (!counts) {
      counts = new Uint32Array(OWNER_IDS.length);
      this.#seen.set(group, counts);
    }
    counts[owner] = (counts[owner] as number) + 1;
  }

  isIn(owner: OwnerIndex, group: string): boolean {
    return (this.#seen.get(group)?.[owner] ?? 0) > 0;
  }

  isAnywhere(owner: OwnerIndex): boolean {
    return this.isIn(owner, ANYWHERE);
  }

  /** The owner that is seen most in the group, then in the ruleset; the first one where none is seen at all. */
  likeliest(owners: readonly OwnerIndex[], group: string): OwnerIndex {
    let best = owners[0] ?? 0;
    for (const owner of owners) if (this.#score(owner, group) > this.#score(best, group)) best = owner;
    return best;
  }

  /** More than the whole ruleset's chains outweigh: the group comes first. */
  #score(owner: OwnerIndex, group: string): number {
    const local = this.#seen.get(group)?.[owner] ?? 0;
    return local * 2 ** 24 + (this.#seen.get(ANYWHERE)?.[owner] ?? 0);
  }

  /** What chain names say, with those that need a neighbour and have none left out. */
  chainCandidates(table: Table, name: string): readonly Signature<ChainPattern>[] {
    const found = chainSignatures(table.name, name);
    if (found.every(({ signature }) => !signature.beside)) return found;
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
