/**
 * Which rules packets come to, and which they match, over all runs. The sets that the walk carries may have more packets than there are (frames.ts), so for
 * each rule one packet is looked for that is really there.
 */
import type { Rule } from '../../model/ruleset.ts';
import type { Ref } from '../diagram/ref.ts';
import type { Frames } from './frames.ts';
import type { Part } from './space.ts';

export const REACHED = 1;
export const MATCHED = 2;
/** Perhaps: it could not be told in time. */
export const OPEN = 4;

/** Packets would come by here, if there were any: to be asked again for others. */
export interface Pending {
  readonly rule: Rule;
  readonly flag: typeof REACHED | typeof MATCHED;
  readonly part: Part;
  /** Of the rule's verdict map: the element that packets would find. */
  readonly element?: number;
}

/** Steps to look for a packet. */
const SEARCH = 3000;
/** Packets that are looked for in earnest at the end of a run. */
const EARNEST_SEARCHES = 200;

export class Reach {
  /** By rule: REACHED, MATCHED, OPEN. */
  readonly flags: Uint8Array;
  /** By rule with a verdict map: which elements packets find. */
  readonly elements = new Map<number, Uint8Array>();
  /** While the node is gone through in another order: what is met then is not noted. */
  paused = false;
  private readonly unsure: Pending[] = [];
  private last: { readonly rule: Rule; readonly parts: readonly Part[] } | null = null;

  constructor(
    rules: number,
    private readonly frames: Frames,
    private readonly onPending: (pending: Pending) => void,
  ) {
    this.flags = new Uint8Array(rules);
  }

  /** Packets come to a rule. It is asked whether there are any only when it is known that none has matched it. */
  comes(parts: readonly Part[], rule: Rule): void {
    if (this.paused) return;
    this.settleLast();
    if (((this.flags[rule.id] as number) & REACHED) === 0) this.last = { rule, parts };
  }

  matches(parts: readonly Part[], rule: Rule): void {
    if (!this.paused && ((this.flags[rule.id] as number) & MATCHED) === 0) this.look(parts, rule, MATCHED);
  }

  /** Packets find an element of the rule's verdict map, which has `count`. */
  finds(part: Part, rule: Rule, element: number, count: number): void {
    if (this.paused || this.foundOf(rule, count)[element] === 1) return;
    const pending: Pending = { rule, flag: MATCHED, part, element };
    if (!this.settle(pending)) this.onPending(pending);
  }

  /** Nobody can tell which elements packets find: none is said never to be found. */
  findsAny(rule: Rule, count: number): void {
    if (!this.paused) this.foundOf(rule, count).fill(1);
  }

  private foundOf(rule: Rule, count: number): Uint8Array {
    const known = this.elements.get(rule.id);
    if (known) return known;
    const made = new Uint8Array(count);
    this.elements.set(rule.id, made);
    return made;
  }

  *roots(): Generator<Ref> {
    for (const { part } of this.unsure) yield part.set;
  }

  /** At the end: what could not be told in a few steps is looked for in earnest, as long as that goes. */
  settleUnsure(): void {
    this.settleLast();
    let left = EARNEST_SEARCHES;
    for (const { rule, flag, part, element } of this.unsure) {
      const flags = this.flags[rule.id] as number;
      const elements = element === undefined ? null : this.elements.get(rule.id);
      if (elements ? elements[element as number] === 1 : (flags & flag) !== 0) continue;
      const found = left-- > 0 ? this.frames.search(part) : 'unknown';
      if (found === 'unknown') this.flags[rule.id] = flags | OPEN;
      if (found !== 'some') continue;
      if (elements) elements[element as number] = 1;
      else this.flags[rule.id] = flags | flag | REACHED;
    }
    this.unsure.length = 0;
  }

  /** Before a collection. */
  settleLast(): void {
    const { last } = this;
    this.last = null;
    if (last && ((this.flags[last.rule.id] as number) & REACHED) === 0) this.look(last.parts, last.rule, REACHED);
  }

  private look(parts: readonly Part[], rule: Rule, flag: Pending['flag']): void {
    for (const part of parts) if (this.settle({ rule, flag, part })) return;
    for (const part of parts) this.onPending({ rule, flag, part });
  }

  /** Whether it is settled: that there are such packets. */
  settle({ rule, flag, part, element }: Pending): boolean {
    if (element !== undefined) return this.settleElement(rule, element, part);
    const flags = this.flags[rule.id] as number;
    if ((flags & flag) !== 0) return true;
    const found = this.frames.look(part, SEARCH);
    if (found === 'unknown') this.unsure.push({ rule, flag, part });
    if (found !== 'some') return false;
    this.flags[rule.id] = flags | flag | REACHED;
    return true;
  }

  private settleElement(rule: Rule, element: number, part: Part): boolean {
    const found = this.elements.get(rule.id);
    if (!found || found[element] === 1) return true;
    const looked = this.frames.look(part, SEARCH);
    if (looked === 'unknown') this.unsure.push({ rule, flag: MATCHED, part, element });
    if (looked === 'some') found[element] = 1;
    return looked === 'some';
  }
}
