/**
 * A chain of rules, one after the other, as the sets and maps that it would become: runs of rules that compare the same fields with constants, and do the
 * same or end in a verdict, are one look-up each.
 *
 * What may become one, and why the meaning stays:
 * - Entries of one look-up exclude each other: no packet matches two of them, so their order among each other says nothing. A rule whose packets an
 *   earlier final entry takes already is dead, and is left out.
 * - A rule joins a look-up that stands before other rules only if it changes places with each of those without a difference: they exclude each other
 *   by a field that nothing below the chain writes, or both end in the same final verdict.
 * - A verdict of the map that comes back (`jump`, and a `return` in the chain behind it) goes on behind the look-up, as it did behind its rule: the
 *   other entries do not match the packet then, because the fields of the key are still the same.
 *
 * Not kept: counters per rule. Not tried: translations to different addresses (`dnat ... map`), random choice among endpoints.
 */
import type { JumpGraph } from '../model/graph.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';
import { contains, FieldIndex, type Interval, isSingle, overlaps } from './interval.ts';
import { type Entry, type KeyPart, type RuleReading, readRule } from './reading.ts';
import { type WrittenFields, writtenBelow } from './written-fields.ts';

/** One element of a set or map: a value for each field. */
export interface LookupElement {
  readonly values: readonly Interval[];
  readonly reading: RuleReading;
}

/** Rules that become one look-up. */
export interface Lookup {
  readonly kind: 'lookup';
  readonly fields: readonly string[];
  readonly first: Entry;
  readonly readings: readonly RuleReading[];
  readonly elements: readonly LookupElement[];
  /** All do the same: a set and one statement. */
  readonly sameTail: boolean;
  /** Rules whose packets all go to earlier entries. */
  readonly dead: readonly Rule[];
}

/** A rule that stays as it is. */
export interface Kept {
  readonly kind: 'rule';
  readonly reading: RuleReading;
  readonly why: string;
}

export interface Conversion {
  readonly chain: Chain;
  /** In evaluation order. */
  readonly slots: readonly (Lookup | Kept)[];
  /** Position in `slots` of each rule, by its index less one. */
  readonly slotOf: Int32Array;
}

/** Fewer rules than this stay rules. */
const FEWEST = 3;
/** So many slots a rule may pass to join an earlier look-up. */
const FARTHEST = 16;
/** Elements that are compared one by one, where no single field tells two apart. */
const MOST_COMPARED = 4096;

/** Cost: about linear in the rules of the chain, plus those below it. */
export function convertChain(ruleset: Ruleset, graph: JumpGraph, chain: Chain): Conversion {
  const written = writtenBelow(ruleset, graph, chain);
  const slots: Slot[] = [];
  for (const rule of chain.rules) place(slots, steady(readRule(rule), written));
  return finish(chain, slots);
}

/** Without parts whose field may change on the way; a rule that compares such a field is no entry. */
function steady(reading: RuleReading, { unknown, fields }: WrittenFields): RuleReading {
  if (reading.parts.length === 0 || (!unknown && fields.size === 0)) return reading;
  const changing = reading.parts.filter(({ field }) => (unknown && MUTABLE.test(field)) || fields.has(field));
  if (changing.length === 0) return reading;
  const names = changing.map(({ field }) => field).join(' and ');
  return {
    ...reading,
    parts: reading.parts.filter((part) => !changing.includes(part)),
    entry: null,
    why: reading.why || `compares ${names}, which a rule of this chain or below may change`,
  };
}

/** Nothing changes the interface that a packet came in by, nor its protocol. */
const MUTABLE = /^(?!meta (iifname|l4proto)$)/;

type Slot = OpenLookup | OpenRule;

class OpenRule {
  readonly kind = 'rule';
  constructor(
    readonly reading: RuleReading,
    readonly why: string,
  ) {}

  excludes(parts: readonly KeyPart[]): boolean {
    return parts.some(({ field, values }) => {
      const own = this.reading.parts.find((part) => part.field === field);
      return own !== undefined && !own.values.some((a) => values.some((b) => overlaps(a, b)));
    });
  }
}

class OpenLookup {
  readonly kind = 'lookup';
  readonly readings: RuleReading[] = [];
  readonly elements: LookupElement[] = [];
  readonly dead: Rule[] = [];
  readonly fields: readonly string[];
  sameTail = true;
  readonly #indexes: readonly FieldIndex[];
  readonly #tuples = new Map<string, LookupElement>();
  readonly #ranges: LookupElement[] = [];

  constructor(readonly first: Entry) {
    this.fields = first.key.map(({ field }) => field);
    this.#indexes = this.fields.map(() => new FieldIndex());
  }

  excludes(parts: readonly KeyPart[]): boolean {
    return parts.some(({ field, values }) => {
      const index = this.#indexes[this.fields.indexOf(field)];
      return index !== undefined && !values.some((value) => index.overlaps(value));
    });
  }

  /** False: it overlaps with an element that is there, and does something else or more. */
  join(reading: RuleReading, entry: Entry): boolean {
    const same = this.sameTail && entry.tailText === this.first.tailText;
    // Either all do the same, or all are verdicts.
    if (!same && (entry.verdict === null || this.first.verdict === null)) return false;
    const fresh: LookupElement[] = [];
    for (const values of tuples(entry.key)) {
      const element = { values, reading };
      if (fresh.some((other) => overlapAll(other.values, values))) return false;
      const other = this.#overlapping(values);
      if (other === 'many') return false;
      if (other === null) fresh.push(element);
      else if (!(other.reading.entry?.final && containsAll(other.values, values))) return false;
    }
    this.sameTail = same;
    for (const element of fresh) this.#add(element);
    this.readings.push(reading);
    if (fresh.length === 0) this.dead.push(reading.rule);
    return true;
  }

  /** One element that has packets in common with the values. */
  #overlapping(values: readonly Interval[]): LookupElement | null | 'many' {
    const single = values.every(isSingle);
    const known = single ? this.#tuples.get(tupleKey(values)) : undefined;
    if (known) return known;
    if (values.some((value, at) => !this.#indexes[at]?.overlaps(value))) return null;
    const candidates = single ? this.#ranges : this.elements;
    if (candidates.length > MOST_COMPARED) return 'many';
    const found = candidates.filter((other) => overlapAll(other.values, values));
    // Of several, one must take all.
    return found.find((other) => containsAll(other.values, values)) ?? found[0] ?? null;
  }

  #add(element: LookupElement): void {
    this.elements.push(element);
    element.values.forEach((value, at) => {
      this.#indexes[at]?.add(value);
    });
    if (element.values.every(isSingle)) this.#tuples.set(tupleKey(element.values), element);
    else this.#ranges.push(element);
  }
}

/** Puts the rule into the earliest look-up that it may join, or behind all. */
function place(slots: Slot[], reading: RuleReading): void {
  const { entry } = reading;
  if (entry === null) {
    slots.push(new OpenRule(reading, reading.why));
    return;
  }
  const candidates: OpenLookup[] = [];
  for (let at = slots.length - 1; at >= Math.max(0, slots.length - FARTHEST); at--) {
    const slot = slots[at] as Slot;
    if (slot.kind === 'lookup' && slot.first.shape === entry.shape) candidates.push(slot);
    if (!commutes(slot, reading, entry)) break;
  }
  for (const candidate of candidates.reverse()) if (candidate.join(reading, entry)) return;
  const opened = new OpenLookup(entry);
  if (opened.join(reading, entry)) slots.push(opened);
  else slots.push(new OpenRule(reading, 'its own values overlap'));
}

function commutes(slot: Slot, { parts }: RuleReading, entry: Entry): boolean {
  if (slot.excludes(parts)) return true;
  if (!entry.final) return false;
  if (slot.kind === 'lookup') return slot.sameTail && slot.first.tailText === entry.tailText;
  return slot.reading.entry?.tailText === entry.tailText;
}

function tupleKey(values: readonly Interval[]): string {
  return values.map(({ from }) => String(from)).join(' ');
}

function overlapAll(a: readonly Interval[], b: readonly Interval[]): boolean {
  return a.every((value, at) => overlaps(value, b[at] as Interval));
}

function containsAll(outer: readonly Interval[], inner: readonly Interval[]): boolean {
  return outer.every((value, at) => contains(value, inner[at] as Interval));
}

/** Every combination of the parts' values. */
function tuples(parts: readonly KeyPart[]): readonly (readonly Interval[])[] {
  return parts.reduce<readonly (readonly Interval[])[]>(
    (made, { values }) => made.flatMap((before) => values.map((value) => [...before, value])),
    [[]],
  );
}

/** Look-ups of too few rules are taken apart again, each rule at the look-up's place. */
function finish(chain: Chain, open: readonly Slot[]): Conversion {
  const slots: (Lookup | Kept)[] = [];
  const slotOf = new Int32Array(chain.rules.length);
  const put = (slot: Lookup | Kept, readings: readonly RuleReading[]): void => {
    for (const { rule } of readings) slotOf[rule.index - 1] = slots.length;
    slots.push(slot);
  };
  for (const slot of open) {
    if (slot.kind === 'rule') put({ kind: 'rule', reading: slot.reading, why: slot.why }, [slot.reading]);
    else if (slot.readings.length - slot.dead.length >= FEWEST) {
      const { fields, first, readings, elements, sameTail, dead } = slot;
      put({ kind: 'lookup', fields, first, readings, elements, sameTail, dead }, readings);
    } else {
      const why = 'has fewer than two others like it beside it';
      for (const reading of slot.readings) {
        const dead = slot.dead.includes(reading.rule);
        put({ kind: 'rule', reading, why: dead ? 'is never reached: an earlier rule takes its packets' : why }, [
          reading,
        ]);
      }
    }
  }
  return { chain, slots, slotOf };
}
