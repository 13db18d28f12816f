/**
 * Sets and maps as rules look keys up in them: nft's named and anonymous ones, and ipsets. Elements stay the model's; `partValues` gives any part of
 * a key as a set of values, for those who need all of them. A concrete key is first looked for by going through the elements; once that has cost as
 * much as building an index would, an index is built, so that one packet through a set of 20,000 elements waits for neither.
 */
import type { Expression, Scalar, SetElement } from '../model/expression.ts';
import type { NamedSet } from '../model/ruleset.ts';
import { numberRange, type ValueSet } from './value-set.ts';

export interface LookupSet {
  /** As rules name it: `@svc`, `ipset blocked`, or `{ ... }` for an anonymous one. */
  readonly name: string;
  /** The set of the dump, for those that name one; null for an anonymous one. */
  readonly named: NamedSet | null;
  /** How many parts a key has. */
  readonly parts: number;
  readonly elements: readonly SetElement[];
  /** False where the dump leaves elements out: a key that is not found may be one of them. */
  readonly complete: boolean;
  /**
   * `first`: the element that stands first among those that contain the key (nft: they do not overlap). `longest`: ipset's hash types with networks: the
   * longest prefix decides, so that `nomatch` takes a part out of a larger network.
   */
  readonly order: 'first' | 'longest';
  /** Elements that carry a limit, quota or connection count: being one of them does not yet mean a match. */
  readonly stateful: boolean;
}

interface Index {
  /** Elements by the text of their key, where every part is one value. */
  readonly exact: ReadonlyMap<string, number>;
  /** The others, in order. */
  readonly rest: readonly number[];
  /** Of a set with one numeric part: starts of disjoint intervals in order, their ends and elements. */
  readonly intervals: Intervals | null;
}

interface Intervals {
  readonly from: readonly (number | bigint)[];
  readonly to: readonly (number | bigint)[];
  readonly element: readonly number[];
}

interface Search {
  scanned: number;
  index: Index | null;
}

const searches = new WeakMap<LookupSet, Search>();

/** How many times all elements may be gone through before an index is worth its building. */
const SCANS = 4;
/** Below this many elements, going through them is as fast as any index. */
const SMALL = 8;

/** The index of the element that decides for `key`, or -1. Cost: O(1) to O(log n) once there is an index, for keys without intervals or of one part. */
export function findElement(set: LookupSet, key: readonly Scalar[]): number {
  const { elements } = set;
  if (elements.length <= SMALL || set.order === 'longest') return scan(set, key, null);
  const search = searches.get(set) ?? { scanned: 0, index: null };
  if (search.scanned === 0) searches.set(set, search);
  if (search.index) return searchIndex(set, search.index, key);
  search.scanned += elements.length;
  if (search.scanned > SCANS * elements.length) search.index = buildIndex(set);
  return scan(set, key, null);
}

/**
 * Whether a key of which only some parts are known (the others undefined) is in the set: null where that depends on the others. Cost: linear in the elements.
 */
export function findPartly(set: LookupSet, key: readonly (Scalar | undefined)[]): boolean | null {
  let maybe = false;
  for (const element of set.elements) {
    const found = isCatchAll(element) || partlyContains(element.key, key);
    if (found === true && set.order === 'first') return true;
    if (found !== false) maybe = true;
  }
  return maybe || !set.complete ? null : false;
}

/** The elements that a key of which only some parts are known may find. Cost: linear in the elements. */
export function possibleElements(set: LookupSet, key: readonly (Scalar | undefined)[]): SetElement[] {
  return set.elements.filter((element) => isCatchAll(element) || partlyContains(element.key, key) !== false);
}

function partlyContains(element: Expression, key: readonly (Scalar | undefined)[]): boolean | null {
  const parts = element.kind === 'concat' ? element.parts.flatMap(flatParts) : [element];
  let all = true;
  for (let i = 0; i < parts.length; i++) {
    const value = key[i];
    if (value === undefined) all = false;
    else if (!containsPart(parts[i] as Expression, value)) return false;
  }
  return all ? true : null;
}

function flatParts(part: Expression): readonly Expression[] {
  return part.kind === 'concat' ? part.parts.flatMap(flatParts) : [part];
}

function scan(set: LookupSet, key: readonly Scalar[], only: readonly number[] | null): number {
  const { elements } = set;
  let catchAll = -1;
  let best = -1;
  let bestLength = -1;
  const count = only ? only.length : elements.length;
  const first = key[0] as Scalar;
  for (let at = 0; at < count; at++) {
    const i = only ? (only[at] as number) : at;
    const element = elements[i] as SetElement;
    if (isOther(element.key, first)) continue;
    if (isCatchAll(element)) {
      catchAll = i;
      continue;
    }
    if (!containsKey(element.key, key)) continue;
    if (set.order === 'first') return i;
    const length = prefixLength(element.key);
    if (length > bestLength) {
      best = i;
      bestLength = length;
    }
  }
  return best >= 0 ? best : catchAll;
}

/** Whether the first part alone shows that it is another key, as for nearly all elements: a look that costs no call while nothing is compiled yet. */
function isOther(element: Expression, first: Scalar): boolean {
  if (element.kind !== 'concat') return false;
  const part = element.parts[0];
  return part !== undefined && part.kind === 'value' && part.value !== first;
}

/** A map's `*`: the element for all keys that no other has. */
export function isCatchAll({ key }: SetElement): boolean {
  return key.kind === 'value' && key.value === '*';
}

function containsKey(element: Expression, key: readonly Scalar[]): boolean {
  // Kernel: ip_set_bitmap_ipmac.c: an address that was added without a MAC takes any.
  if (element.kind !== 'concat') return containsPart(element, key[0] as Scalar);
  return containsFrom(element.parts, key, 0) === key.length;
}

/** How many of the key's parts the element's parts take, from `at` on: an ipset's port is a concatenation of its own. -1: none. */
function containsFrom(parts: readonly Expression[], key: readonly Scalar[], at: number): number {
  let next = at;
  for (const part of parts) {
    if (part.kind === 'concat') {
      next = containsFrom(part.parts, key, next);
      if (next < 0) return -1;
      continue;
    }
    const value = key[next];
    if (value === undefined || !containsPart(part, value)) return -1;
    next++;
  }
  return next;
}

function containsPart(part: Expression, value: Scalar): boolean {
  switch (part.kind) {
    case 'value':
      return part.value === value;
    case 'prefix':
      return isInPrefix(part.address, part.length, part.width, value);
    case 'range':
      return typeof part.from === typeof value && value >= part.from && value <= part.to;
    case 'wildcard':
      return typeof value === 'string' && value.startsWith(part.stem);
    default:
      return false;
  }
}

function isInPrefix(address: number | bigint, length: number, width: number, value: Scalar): boolean {
  if (typeof address === 'number') {
    if (typeof value !== 'number') return false;
    return length === 0 || (address ^ value) >>> (32 - length) === 0;
  }
  if (typeof value !== 'bigint') return false;
  return (address ^ value) >> BigInt(width - length) === 0n;
}

/** Of all prefixes of a key together; single values count as full. Ranges of ipsets are split into prefixes by the tool. */
function prefixLength(key: Expression): number {
  if (key.kind === 'prefix') return key.length;
  if (key.kind === 'concat') return key.parts.reduce((sum, part) => sum * 256 + prefixLength(part), 0);
  return 128;
}

// The index --------------------------------------------------------------------------------------------------------------------

function buildIndex(set: LookupSet): Index {
  const exact = new Map<string, number>();
  const rest: number[] = [];
  set.elements.forEach((element, i) => {
    const whole = set.parts === 1 || element.key.kind === 'concat';
    const text = whole && !isCatchAll(element) ? exactText(element.key) : null;
    if (text === null) rest.push(i);
    else if (!exact.has(text)) exact.set(text, i);
  });
  return { exact, rest, intervals: set.parts === 1 ? intervalsOf(set, rest) : null };
}

function exactText(key: Expression): string | null {
  if (key.kind === 'value') return scalarText(key.value);
  if (key.kind !== 'concat') return null;
  let text = '';
  for (const part of key.parts) {
    const one = exactText(part);
    if (one === null) return null;
    text = text === '' ? one : `${text} ${one}`;
  }
  return text;
}

function scalarText(value: Scalar): string {
  return typeof value === 'string' ? `"${value}` : String(value);
}

/** The sorted intervals of `rest`; null where one is none, or where two overlap. */
function intervalsOf(set: LookupSet, rest: readonly number[]): Intervals | null {
  const found: { from: number | bigint; to: number | bigint; element: number }[] = [];
  for (const i of rest) {
    const element = set.elements[i] as SetElement;
    if (isCatchAll(element)) continue;
    const values = expressionValues(element.key);
    if (!values || values.kind === 'names' || values.ranges.length !== 2) return null;
    found.push({ from: values.ranges[0] as number, to: values.ranges[1] as number, element: i });
  }
  found.sort((a, b) => (a.from < b.from ? -1 : 1));
  for (let i = 1; i < found.length; i++) {
    if ((found[i] as { from: number }).from <= (found[i - 1] as { to: number }).to) return null;
  }
  return {
    from: found.map(({ from }) => from),
    to: found.map(({ to }) => to),
    element: found.map(({ element }) => element),
  };
}

function searchIndex(set: LookupSet, index: Index, key: readonly Scalar[]): number {
  const exact = index.exact.get(key.length === 1 ? scalarText(key[0] as Scalar) : key.map(scalarText).join(' '));
  if (exact !== undefined) return exact;
  if (!index.intervals || typeof key[0] === 'string') return scan(set, key, index.rest);
  const { from, to, element } = index.intervals;
  const value = key[0] as number | bigint;
  let low = 0;
  let high = from.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > (to[middle] as number)) low = middle + 1;
    else high = middle;
  }
  if (low < from.length && value >= (from[low] as number)) return element[low] as number;
  return set.elements.findIndex(isCatchAll);
}

// Values -----------------------------------------------------------------------------------------------------------------------

/** The values that a constant of a comparison or one part of an element's key stands for; null where it is none (text, a reference). */
export function expressionValues(expression: Expression): ValueSet | null {
  switch (expression.kind) {
    case 'value':
      return scalarRange(expression.value, expression.value);
    case 'range':
      return scalarRange(expression.from, expression.to);
    case 'wildcard':
      return { kind: 'names', exact: new Set(), stems: [expression.stem], complement: false };
    case 'prefix':
      return prefixRange(expression.address, expression.length, expression.width);
    default:
      return null;
  }
}

function scalarRange(from: Scalar, to: Scalar): ValueSet | null {
  if (typeof from === 'number' && typeof to === 'number') return numberRange(from, to);
  if (typeof from === 'bigint' || typeof to === 'bigint') {
    if (typeof from === 'string' || typeof to === 'string') return null;
    return { kind: 'wides', ranges: from <= to ? [BigInt(from), BigInt(to)] : [] };
  }
  return from === to && typeof from === 'string'
    ? { kind: 'names', exact: new Set([from]), stems: [], complement: false }
    : null;
}

function prefixRange(address: number | bigint, length: number, width: number): ValueSet {
  if (typeof address === 'number') {
    const size = 2 ** (32 - length);
    const from = Math.floor(address / size) * size;
    return numberRange(from, from + size - 1);
  }
  const host = (1n << BigInt(width - length)) - 1n;
  const from = (address | host) ^ host;
  return { kind: 'wides', ranges: [from, from | host] };
}

/** The parts of an element's key as sets of values, an ipset's port as two; any value fits parts that it does not have. null where one of them is text. */
export function keyValues(element: SetElement): ValueSet[] | null {
  const found: ValueSet[] = [];
  return collectValues(element.key, found) ? found : null;
}

function collectValues(key: Expression, found: ValueSet[]): boolean {
  if (key.kind === 'concat') return key.parts.every((part) => collectValues(part, found));
  const values = expressionValues(key);
  if (values) found.push(values);
  return values !== null;
}
