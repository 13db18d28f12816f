/** Which rules and sets hold an address, a port, or both: the narrowest first. */
import { type Asked, type AskedAddress, type AskedPort, intervalWords } from './asked.ts';
import type { Contents, Kind, Tables } from './contents.ts';
import type { Intervals } from './intervals.ts';
import { Nearest } from './nearest.ts';

/** One way in which a rule or set holds what is asked for. */
export interface Holding {
  /** Rule.id or NamedSet.id. */
  readonly holder: number;
  /** `ip daddr 10.96.0.0/12`, `ip saddr is not 10.0.0.0/8`. */
  readonly words: string;
  /** It names exactly what was asked for, and nothing more. */
  readonly exact: boolean;
}

export interface Holdings {
  /** The nearest ones. */
  readonly first: readonly Holding[];
  /** How many there are in all. */
  readonly count: number;
  readonly has: (holder: number) => boolean;
}

export interface Found {
  readonly rules: Holdings;
  readonly sets: Holdings;
}

const NOTHING: Holdings = { first: [], count: 0, has: () => false };

/** Two ranks for each doubling of the width. What lies inside of what was asked for comes behind what holds all of it, what is said by a negation behind everything. */
const INSIDE = 600;
const NEGATED = 2000;
const MASKED = 80;

/**
 * @param sizes how many rules and sets there are
 * @param most how many of each are told
 *
 * Cost: a look at every interval, about 3 ms for a node of 10,000 Services.
 */
export function findContents(
  contents: Contents,
  asked: Asked,
  sizes: { readonly rules: number; readonly sets: number },
  most: number,
): Found {
  if (!asked.address && !asked.port) return { rules: NOTHING, sets: NOTHING };
  const sets = new Search(contents, contents.sets, sizes.sets);
  sets.ask(asked);
  sets.dropExceptions();
  sets.addLists();
  const rules = new Search(contents, contents.rules, sizes.rules);
  rules.ask(asked);
  rules.addUsers(sets, asked);
  if (asked.address && !asked.port) rules.addMasked(asked.address);
  if (!(asked.address && asked.port)) rules.addExcluded(asked);
  return { rules: rules.holdings(most), sets: sets.holdings(most) };
}

/** Who fits among the rules, or among the sets, and why. */
class Search {
  readonly #contents: Contents;
  readonly #tables: Tables;
  readonly #nearest: Nearest;
  /** Reasons that are no place in a table, behind all places. */
  readonly #others: (() => string)[] = [];
  readonly #exceptions: { readonly holder: number; readonly at: number }[] = [];
  #words: (at: number) => string = () => '';
  #length = 0;

  constructor(contents: Contents, tables: Tables, holders: number) {
    this.#contents = contents;
    this.#tables = tables;
    this.#nearest = new Nearest(holders);
  }

  ask({ address, port }: Asked): void {
    const together = address && port ? portElements(this.#tables.port, port) : null;
    if (address?.family === 'ip')
      this.#look(this.#tables.ip, Number(address.from), Number(address.to), intervalWords, together);
    else if (address) this.#look(this.#tables.ip6, BigInt(address.from), BigInt(address.to), intervalWords, together);
    else if (port) this.#look(this.#tables.port, port.port, port.port, portWords, null, port.protocol);
  }

  #look<T extends number | bigint>(
    table: Intervals<T>,
    from: T,
    to: T,
    spell: (from: T, to: T) => string,
    together: Together | null,
    protocol: AskedPort['protocol'] = null,
  ): void {
    const { labels } = this.#contents;
    this.#length = table.length;
    this.#words = (at) =>
      `${labels[table.label(at)] ?? ''}${table.isNegated(at) ? ' is not' : ''} ${spell(table.from(at), table.to(at))}`.trim();
    const isWanted = labels.map((label) => fitsProtocol(label, protocol));
    table.each(from, to, (at) => {
      const negated = table.isNegated(at);
      if (isWanted[table.label(at)] !== true) return;
      if (together && (negated || !together(table.holder(at), table.element(at)))) return;
      const rank = rankOf(table.from(at), table.to(at), from, to);
      // An exception is as near as what it is one of: the longer network wins.
      if (table.isExcept(at)) this.#exceptions.push({ holder: table.holder(at), at });
      this.#nearest.offer(table.holder(at), negated ? NEGATED + rank : rank, at);
    });
  }

  /** Without sets of which a longer network takes it out again (ipset's `nomatch`). */
  dropExceptions(): void {
    for (const { holder, at } of this.#exceptions) {
      if (this.#nearest.get(holder)?.reason === at) this.#nearest.delete(holder);
    }
  }

  /** And the ipsets that have such a set as a member. */
  addLists(): void {
    for (const [member, lists] of this.#contents.lists) {
      const near = this.#nearest.get(member);
      if (near) for (const list of lists) this.#nearest.offer(list, near.rank + 1, near.reason);
    }
  }

  /** Rules by the sets that hold it, and those that ask for none of a set of such a kind that does not. */
  addUsers(sets: Search, { address, port }: Asked): void {
    const kind = address && port ? null : address ? address.family : 'port';
    for (const [set, uses] of this.#contents.uses) {
      const near = sets.#nearest.get(set);
      for (const use of uses) {
        const field = this.#contents.labels[use.label] ?? '';
        if (near && !use.negated)
          this.#other(use.rule, near.rank + 1, () => usedWords(field, sets.#wordsOf(near.reason)));
        else if (!near && use.negated && kind !== null && use.kind === kind)
          this.#other(use.rule, NEGATED + 400, () => `${field} is not in a set`);
      }
    }
  }

  addMasked({ from, to }: AskedAddress): void {
    if (from !== to) return;
    for (const { rule, mask, value, negated, label } of this.#contents.masked) {
      if (typeof mask !== typeof from || ((BigInt(from) & BigInt(mask)) === BigInt(value)) === negated) continue;
      const field = this.#contents.labels[label] ?? '';
      this.#other(rule, (negated ? NEGATED : 0) + MASKED, () => `${field}${negated ? ' is not' : ''} in its mask`);
    }
  }

  addExcluded({ address, port }: Asked): void {
    const kind: Kind = address?.family ?? 'port';
    const from = address?.from ?? port?.port ?? 0;
    const to = address?.to ?? from;
    for (const { rule, kind: of, bounds, label } of this.#contents.excluded) {
      if (of !== kind || bounds.some(([low, high]) => low <= from && high >= to)) continue;
      this.#other(rule, NEGATED + 300, () => `${this.#contents.labels[label] ?? ''} is none of a set`);
    }
  }

  holdings(most: number): Holdings {
    const nearest = this.#nearest;
    const first = nearest.take(most).map(({ holder, rank, reason }) => ({
      holder,
      exact: rank === 0,
      words: this.#wordsOf(reason).trim(),
    }));
    return { first, count: nearest.count, has: (holder) => nearest.has(holder) };
  }

  #other(holder: number, rank: number, words: () => string): void {
    this.#nearest.offer(holder, rank, this.#length + this.#others.length);
    this.#others.push(words);
  }

  #wordsOf(reason: number): string {
    return reason < this.#length ? this.#words(reason) : (this.#others[reason - this.#length]?.() ?? '');
  }
}

/** Whether an element of a holder (0: the holder itself) has the port, too. */
type Together = (holder: number, element: number) => boolean;

/** An address and a port belong together where they are of one element, or where one of them is the rule's own. */
function portElements(table: Intervals<number>, { port }: AskedPort): Together {
  const elements = new Map<number, Set<number>>();
  table.each(port, port, (at) => {
    if (table.isNegated(at)) return;
    const holder = table.holder(at);
    const known = elements.get(holder);
    if (known) known.add(table.element(at));
    else elements.set(holder, new Set([table.element(at)]));
  });
  return (holder, element) => {
    const known = elements.get(holder);
    return known !== undefined && (element === 0 || known.has(element) || known.has(0));
  };
}

/** `tcp dport` is TCP's; `th dport`, sets and translations are anybody's. */
function fitsProtocol(label: string, protocol: AskedPort['protocol']): boolean {
  const header = label.split(' ')[0] ?? '';
  return protocol === null || header === protocol || !/^(tcp|udp|sctp|dccp|udplite)$/.test(header);
}

function rankOf<T extends number | bigint>(low: T, high: T, from: T, to: T): number {
  if (low === from && high === to) return 0;
  const doublings = 2 * Math.log2(Number(high) - Number(low) + 1);
  return low <= from && high >= to ? 2 + Math.ceil(doublings) : INSIDE - Math.floor(doublings);
}

function portWords(from: number, to: number): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

/** `ip daddr in a set with 10.0.0.0/8`; of a map's data, `ip daddr in a map to 10.9.9.9`. */
function usedWords(field: string, words: string): string {
  return `${field} in ${words.startsWith('to ') ? 'a map' : 'a set with'} ${words}`;
}
