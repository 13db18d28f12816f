/**
 * What a packet must be like for rules to match it: the tracer's conditions, read backwards into sets of values. Alternatives are tried in order, and
 * what nobody knows is taken to fit, so a packet out of demands is a good guess; whether it gets there the tracer says.
 */
import { assertNever } from '../../base/assert.ts';
import type { CompiledRule } from '../../kernel/action.ts';
import type { Condition } from '../../kernel/condition.ts';
import type { Variable } from '../../kernel/fields.ts';
import { keyValues, type LookupSet } from '../../kernel/lookup-set.ts';
import type { Term } from '../../kernel/term.ts';
import {
  complementOf,
  hasValue,
  intersectionOf,
  isEmptySet,
  numberRange,
  type ValueSet,
} from '../../kernel/value-set.ts';
import { ADDRESS_TYPES, CT_STATE } from '../../model/constants.ts';
import { isVerdict } from '../../model/expression.ts';

/** So many elements of a set are tried for one that fits. */
const ELEMENTS = 200;

/** Connections that begin are the better story. */
const STATES = ['new', 'established', 'related', 'untracked', 'invalid'].map((name) => CT_STATE.byName.get(name) ?? 0);

interface Bits {
  readonly mask: number;
  readonly value: number;
}

export class Demands {
  #allowed = new Map<string, ValueSet>();
  #bits = new Map<string, Bits>();
  facts = 0;
  /** The destination is an address of the node (true), or is not. */
  localDestination: boolean | null = null;
  localSource: boolean | null = null;

  copy(): Demands {
    const made = new Demands();
    made.#restore(this);
    return made;
  }

  /** The values that a field may have; null: any. */
  allowed(variable: string): ValueSet | null {
    return this.#allowed.get(variable) ?? null;
  }

  bits(variable: string): Bits | null {
    return this.#bits.get(variable) ?? null;
  }

  /**
   * All of the rule's matches. `next`: the chain that its verdict map has to lead to, where it has one.
   * @returns false where the demands contradict each other
   */
  rule({ instructions }: CompiledRule, next: string | null): boolean {
    for (const instruction of instructions) {
      if (instruction.kind === 'match' && !this.require(instruction.condition, true)) return false;
      if (instruction.kind === 'vmap' && next !== null && !this.#element(instruction.key, instruction.set, next))
        return false;
    }
    return true;
  }

  /** That the rule does not match, if that can be had beside the rest; else nothing changes. */
  avoid({ instructions }: CompiledRule): void {
    const conditions = instructions.flatMap((one) => (one.kind === 'match' ? [one.condition] : []));
    // A rule that may break off by itself need not be kept from matching.
    if (conditions.length === 0 || instructions.some(({ kind }) => kind === 'set-update')) return;
    const before = this.copy();
    if (!this.require({ kind: 'all', parts: conditions }, false)) this.#restore(before);
  }

  require(condition: Condition, wanted: boolean): boolean {
    switch (condition.kind) {
      case 'constant':
        return condition.value === wanted;
      case 'unknown':
        return true;
      case 'not':
        return this.require(condition.of, !wanted);
      case 'all':
      case 'any':
        return (condition.kind === 'all') === wanted
          ? condition.parts.every((part) => this.require(part, wanted))
          : this.#one(condition.parts, (part) => this.require(part, wanted));
      case 'facts':
        if (wanted) this.facts |= condition.facts;
        return true;
      case 'test':
        if (wanted) this.facts |= condition.needs;
        return this.#test(condition.variable, condition.mask, condition.values, wanted);
      case 'term':
        return this.#term(condition.term, condition.values, wanted);
      case 'lookup':
        return wanted ? this.#element(condition.key, condition.set, null) : true;
      default:
        return assertNever(condition, 'condition');
    }
  }

  /** The first that fits; the others leave no trace. */
  #one<T>(items: readonly T[], attempt: (item: T) => boolean): boolean {
    for (const item of items) {
      const before = this.copy();
      if (attempt(item)) return true;
      this.#restore(before);
    }
    return false;
  }

  /** Becomes the other. */
  take(other: Demands): void {
    this.#restore(other);
  }

  #restore(from: Demands): void {
    this.#allowed = new Map(from.#allowed);
    this.#bits = new Map(from.#bits);
    this.facts = from.facts;
    this.localDestination = from.localDestination;
    this.localSource = from.localSource;
  }

  #test(variable: Variable, mask: number | bigint | null, values: ValueSet, wanted: boolean): boolean {
    if (typeof mask === 'number') return this.#masked(variable, mask, values, wanted);
    if (mask !== null) return true;
    return this.#within(variable, wanted ? values : complementOf(values, variable.width));
  }

  #within({ name }: Variable, values: ValueSet): boolean {
    const before = this.#allowed.get(name);
    const both = before ? common(before, values) : values;
    if (both === null) return true;
    if (isEmptySet(both)) return false;
    this.#allowed.set(name, both);
    return true;
  }

  #masked({ name, width }: Variable, mask: number, values: ValueSet, wanted: boolean): boolean {
    const fitting = wanted ? values : complementOf(values, width);
    if (fitting.kind !== 'numbers') return true;
    const known = this.#bits.get(name) ?? { mask: 0, value: 0 };
    for (const candidate of candidates(name, mask, fitting.ranges)) {
      if ((candidate & known.mask & mask) !== (known.value & mask)) continue;
      this.#bits.set(name, { mask: (known.mask | mask) >>> 0, value: (known.value | candidate) >>> 0 });
      return true;
    }
    return false;
  }

  #term(term: Term, values: ValueSet, wanted: boolean): boolean {
    if (term.kind === 'variable') {
      if (wanted) this.facts |= term.needs;
      return this.#test(term.variable, null, values, wanted);
    }
    if (term.kind === 'bits' && term.op === 'and' && term.left.kind === 'variable' && term.right.kind === 'constant') {
      const { value } = term.right;
      return this.#test(term.left.variable, typeof value === 'string' ? null : value, values, wanted);
    }
    if (term.kind === 'fib' && term.result === 'type' && values.kind === 'numbers')
      this.#fib(term.address, values, wanted);
    return true;
  }

  #fib(address: 'saddr' | 'daddr', values: ValueSet, wanted: boolean): void {
    const local = intersectionOf(values, numberRange(LOCAL, LOCAL));
    if (local === null || isEmptySet(local)) return;
    if (address === 'daddr') this.localDestination = wanted;
    else this.localSource = wanted;
  }

  /** One of the elements, with a verdict that leads to `next` where that is given. */
  #element(key: readonly Term[], set: LookupSet, next: string | null): boolean {
    const able = set.elements.filter(({ data, except }) => {
      if (except) return false;
      return next === null || (data !== undefined && isVerdict(data) && 'chain' in data && data.chain === next);
    });
    if (able.length === 0) return false;
    return this.#one(able.slice(0, ELEMENTS), (element) => {
      const parts = keyValues(element);
      // A catch-all, or text: nothing is asked of the packet.
      if (parts === null || parts.length !== key.length) return true;
      return key.every((term, at) => this.#term(term, parts[at] as ValueSet, true));
    });
  }
}

/** Names that are listed and fit the other, else the longer of two beginnings; null where that cannot be told. */
function common(a: ValueSet, b: ValueSet): ValueSet | null {
  if (a.kind !== 'names' || b.kind !== 'names') return intersectionOf(a, b);
  const [listed, other] = !a.complement && a.stems.length === 0 ? [a, b] : [b, a];
  if (!listed.complement && listed.stems.length === 0) {
    const exact = new Set([...listed.exact].filter((name) => hasValue(other, name)));
    return { kind: 'names', exact, stems: [], complement: false };
  }
  if (a.complement && b.complement) {
    return {
      kind: 'names',
      exact: new Set([...a.exact, ...b.exact]),
      stems: [...a.stems, ...b.stems],
      complement: true,
    };
  }
  if (a.complement || b.complement) return a.complement ? b : a;
  const stems = [...a.stems, ...b.stems].filter((stem) => hasValue(a, stem) && hasValue(b, stem));
  return { kind: 'names', exact: new Set(), stems, complement: false };
}

const LOCAL = ADDRESS_TYPES.byName.get('local') ?? 2;

/** Values under a mask that lie in the ranges: for states the likelier first, single bits, then where ranges begin. */
function* candidates(name: string, mask: number, ranges: readonly number[]): Generator<number> {
  const within = (value: number): boolean => {
    for (let at = 0; at < ranges.length; at += 2) {
      if (value >= (ranges[at] as number) && value <= (ranges[at + 1] as number)) return true;
    }
    return false;
  };
  if (within(0)) yield 0;
  const bits = name === 'ct state' ? STATES : Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0);
  for (const bit of bits) if ((bit & mask) !== 0 && within((bit & mask) >>> 0)) yield (bit & mask) >>> 0;
  for (let at = 0; at < ranges.length && at < 16; at += 2) yield ((ranges[at] as number) & mask) >>> 0;
}
