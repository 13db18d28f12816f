/** Sets and maps that rules look keys up in, as diagrams: compiled once for each set, key and view. */
import { isCatchAll, keyValues, type LookupSet } from '../../kernel/lookup-set.ts';
import { maskedVariable, type Term } from '../../kernel/term.ts';
import type { ValueSet } from '../../kernel/value-set.ts';
import type { SetElement } from '../../model/expression.ts';
import { type BoxSide, boxes, fieldIn } from '../diagram/boxes.ts';
import { type Cube, joinCubes } from '../diagram/cube.ts';
import type { Field } from '../diagram/field.ts';
import { type Interval, intervalColumn } from '../diagram/intervals.ts';
import { FALSE, type Ref, TRUE } from '../diagram/ref.ts';
import type { BitField, Wide } from './bit-field.ts';
import type { PacketSets } from './packet-sets.ts';
import { intervalsOf } from './packet-sets.ts';
import { fieldNow, knownBits, type Vector, vectorIn, vectorOf } from './vectors.ts';
import type { View } from './view.ts';

/** One part of a key. */
type KeyPart =
  | { readonly kind: 'field'; readonly field: Field; readonly of: BitField }
  /** Bits of a number: those in the mask are compared. */
  | { readonly kind: 'masked'; readonly field: BitField; readonly mask: Wide }
  /** A number whose bits are computed. */
  | { readonly kind: 'vector'; readonly vector: Vector }
  | { readonly kind: 'name'; readonly field: Field }
  | { readonly kind: 'constant'; readonly value: number | bigint | string }
  /** Drawn anew each time: any of [from, to]. */
  | { readonly kind: 'drawn'; readonly from: number; readonly to: number };

export interface Key {
  readonly parts: readonly KeyPart[];
  /** The packets that have all parts. */
  readonly present: Ref;
  /** A part is drawn: a packet may find several elements. */
  readonly isDrawn: boolean;
}

/** The key of a look-up as rules see it now; null where a part of it is no field. */
export function keyOf(terms: readonly Term[], view: View, sets: PacketSets): Key | null {
  const parts: KeyPart[] = [];
  let present: Ref = TRUE;
  for (const term of terms) {
    if (sets.facts(needsOf(term), view) === FALSE) return { parts: [], present: FALSE, isDrawn: false };
    const part = partOf(term, view, sets);
    if (!part) return null;
    parts.push(part.part);
    present = sets.diagrams.and(present, sets.facts(part.needs, view));
  }
  return { parts, present, isDrawn: parts.some(({ kind }) => kind === 'drawn') };
}

function partOf(term: Term, view: View, sets: PacketSets): { part: KeyPart; needs: number } | null {
  const { layout } = sets;
  switch (term.kind) {
    case 'constant':
      return { part: { kind: 'constant', value: term.value }, needs: 0 };
    case 'choice':
      return { part: { kind: 'drawn', from: term.offset, to: term.offset + term.modulus - 1 }, needs: 0 };
    case 'bits': {
      const masked = maskedVariable(term);
      if (!masked || knownBits(masked.variable, view)) return vectorPart(term, view, sets);
      const { variable, mask, needs } = masked;
      const field = fieldNow(variable, view, sets);
      return field && { part: { kind: 'masked', field, mask }, needs };
    }
    case 'variable': {
      const { variable, needs } = term;
      if (variable.kind === 'name') {
        const device = deviceOf(term, view, sets);
        return device && { part: device, needs };
      }
      const constant = layout.constantOf(variable);
      if (constant !== undefined) return { part: { kind: 'constant', value: constant }, needs };
      const field = knownBits(variable, view) ? null : fieldNow(variable, view, sets);
      if (!field?.field || !field.isFull) return vectorPart(term, view, sets);
      return { part: { kind: 'field', field: field.field, of: field }, needs };
    }
    default:
      return vectorPart(term, view, sets);
  }
}

function vectorPart(term: Term, view: View, sets: PacketSets): { part: KeyPart; needs: number } | null {
  const vector = vectorOf(term, view, sets);
  return vector && { part: { kind: 'vector', vector }, needs: needsOf(term) };
}

/** The facts without which a term has no value. */
function needsOf(term: Term): number {
  switch (term.kind) {
    case 'variable':
      return term.needs;
    case 'bits':
      return needsOf(term.left) | needsOf(term.right);
    case 'shift':
      return needsOf(term.of);
    default:
      return 0;
  }
}

function deviceOf(
  { variable }: Extract<Term, { kind: 'variable' }>,
  view: View,
  { layout }: PacketSets,
): KeyPart | null {
  const side = layout.deviceSide(variable);
  if (side === null) return null;
  const device = view[side];
  if (device === 'open') return null;
  if (device === 'packet') return { kind: 'name', field: layout[side] };
  return { kind: 'constant', value: device === 'none' ? '' : 'lo' };
}

// Elements ---------------------------------------------------------------------------------------------------------------------

/** The values of one part of an element: null where it does not fit, 'all' where any value does. */
function intervalsFor(part: KeyPart, values: ValueSet | undefined, sets: PacketSets): readonly Interval[] | null {
  if (!values) return null;
  switch (part.kind) {
    case 'field':
      return values.kind === 'names' ? null : rangesOf(values.ranges, part.of);
    case 'name':
      return values.kind === 'names' ? intervalsOf(sets.layout.atoms.codesOf(values)) : null;
    default:
      return null;
  }
}

function rangesOf(ranges: readonly Wide[], field: BitField): Interval[] {
  const { width } = field;
  const most = (1n << BigInt(width)) - 1n;
  const found: Interval[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const [low, high] = [ranges[i] as Wide, ranges[i + 1] as Wide];
    if (BigInt(low) > most) continue;
    found.push(field.interval(low, BigInt(high) > most ? (width > 32 ? most : Number(most)) : high));
  }
  return found;
}

/** Whether an element's constant part fits to a key's. */
function constantFits(part: KeyPart, values: ValueSet | undefined): boolean {
  if (!values) return false;
  if (part.kind === 'drawn') {
    if (values.kind !== 'numbers') return false;
    for (let i = 0; i < values.ranges.length; i += 2) {
      if ((values.ranges[i] as number) <= part.to && (values.ranges[i + 1] as number) >= part.from) return true;
    }
    return false;
  }
  if (part.kind !== 'constant') return true;
  const { value } = part;
  if (values.kind === 'names') {
    return (
      typeof value === 'string' &&
      (values.exact.has(value) || values.stems.some((stem) => value.startsWith(stem))) !== values.complement
    );
  }
  if (typeof value === 'string') return false;
  for (let i = 0; i < values.ranges.length; i += 2) {
    if (BigInt(values.ranges[i] as Wide) <= BigInt(value) && BigInt(value) <= BigInt(values.ranges[i + 1] as Wide))
      return true;
  }
  return false;
}

/** The packets whose key is in one of the elements, which are all sure to be compared alone. Linear in the elements. */
export function anyOf(elements: readonly SetElement[], key: Key, sets: PacketSets): Ref {
  const sides = key.parts.flatMap((part, i) =>
    part.kind === 'field' || part.kind === 'name' ? [{ part, i, field: part.field, rows: [] as Interval[] }] : [],
  );
  const single: Ref[] = [];
  let rows = 0;
  for (const element of elements) {
    if (isCatchAll(element)) return key.present;
    const values = keyValues(element);
    if (!values || !key.parts.every((part, i) => fits(part, values[i], sets))) continue;
    if (key.parts.some(({ kind }) => kind === 'masked' || kind === 'vector')) {
      single.push(elementSet(values, key, sets));
      continue;
    }
    let boxesOf: Interval[][] = [[]];
    for (const { part, i } of sides) {
      const intervals = intervalsFor(part, values[i] ?? whole(part), sets) ?? [];
      boxesOf = boxesOf.flatMap((box) => intervals.map((interval) => [...box, interval]));
    }
    for (const box of boxesOf) {
      for (const [side, interval] of box.entries()) sides[side]?.rows.push(interval);
      rows++;
    }
  }
  const columns: BoxSide[] = sides.map(({ field, rows: list }) => ({
    field,
    intervals: intervalColumn(field.width, list),
  }));
  const union = rows === 0 ? FALSE : columns.length === 0 ? TRUE : boxes(sets.diagrams, columns);
  return sets.diagrams.and(key.present, sets.diagrams.orAll([union, ...single]));
}

function fits(part: KeyPart, values: ValueSet | undefined, sets: PacketSets): boolean {
  // A part that an ipset's element leaves out is any.
  if (!values) return true;
  if (part.kind === 'field' || part.kind === 'name') return intervalsFor(part, values, sets) !== null;
  return part.kind === 'masked' || part.kind === 'vector' || constantFits(part, values);
}

function whole(part: KeyPart): ValueSet {
  return part.kind === 'name'
    ? { kind: 'names', exact: new Set(), stems: [], complement: true }
    : { kind: 'wides', ranges: [0n, (1n << 128n) - 1n] };
}

/** The packets whose key an element contains. */
function elementSet(values: readonly ValueSet[], key: Key, sets: PacketSets): Ref {
  let set: Ref = TRUE;
  key.parts.forEach((part, i) => {
    const own = values[i];
    if (!own) return;
    set = sets.diagrams.and(set, partSet(part, own, sets));
  });
  return set;
}

function partSet(part: KeyPart, values: ValueSet, sets: PacketSets): Ref {
  const { diagrams } = sets;
  switch (part.kind) {
    case 'field':
    case 'name':
      return fieldIn(diagrams, part.field, intervalsFor(part, values, sets) ?? []);
    case 'masked':
      return values.kind === 'names' ? FALSE : part.field.in(diagrams, values, part.mask);
    case 'vector':
      return values.kind === 'names' ? FALSE : vectorIn(part.vector, values.ranges, sets);
    case 'constant':
    case 'drawn':
      return constantFits(part, values) ? TRUE : FALSE;
  }
}

/** The cube of an element's key, which is cheap to take from a set; null where it is no cube. */
export function elementCube(element: SetElement, key: Key): Cube | null {
  const values = keyValues(element);
  if (!values || isCatchAll(element)) return null;
  let cube: Cube | null = new Int32Array();
  for (let i = 0; i < key.parts.length; i++) {
    const part = key.parts[i] as KeyPart;
    const own = values[i];
    if (!own || part.kind === 'constant' || part.kind === 'drawn') {
      if (own && !constantFits(part, own)) return null;
      continue;
    }
    if (part.kind !== 'field' || own.kind === 'names' || own.ranges.length !== 2) return null;
    const side = part.of.intervalCube(own.ranges[0] as Wide, own.ranges[1] as Wide);
    if (!side) return null;
    cube = joinCubes(cube, side);
    if (cube === null) return null;
  }
  return cube;
}

/** As elementCube, for any element. */
export function elementRef(element: SetElement, key: Key, sets: PacketSets): Ref {
  const values = keyValues(element);
  if (!values || !key.parts.every((part, i) => fits(part, values[i], sets))) return FALSE;
  return sets.diagrams.and(key.present, elementSet(values, key, sets));
}

/**
 * The packets whose key is in the set. `excepted`: those that find an element that takes them out again (ipset's `nomatch`). Where networks of several
 * lengths are in the set the longest decides.
 */
export function members(set: LookupSet, key: Key, excepted: boolean, sets: PacketSets): Ref {
  const { diagrams } = sets;
  const exceptions = set.elements.some(({ except }) => except === true);
  if (!exceptions) return excepted ? FALSE : anyOf(set.elements, key, sets);
  const groups = new Map<number, { plain: SetElement[]; except: SetElement[] }>();
  for (const element of set.elements) {
    const length = lengthOf(element);
    let group = groups.get(length);
    if (!group) {
      group = { plain: [], except: [] };
      groups.set(length, group);
    }
    (element.except === true ? group.except : group.plain).push(element);
  }
  let inside: Ref = FALSE;
  for (const [, { plain, except }] of [...groups].sort(([a], [b]) => a - b)) {
    const [wanted, other] = excepted ? [except, plain] : [plain, except];
    inside = diagrams.diff(inside, anyOf(other, key, sets));
    inside = diagrams.or(inside, anyOf(wanted, key, sets));
  }
  return inside;
}

/** As lookup-set.ts orders them. */
function lengthOf({ key }: SetElement): number {
  const lengthIn = (part: SetElement['key']): number => {
    if (part.kind === 'prefix') return part.length;
    return part.kind === 'concat' ? part.parts.reduce((sum, each) => sum * 256 + lengthIn(each), 0) : 128;
  };
  return lengthIn(key);
}

/** Whatever is drawn, there is an element for it: keys that are nothing but a number that is drawn. */
export function coversDraw(elements: readonly SetElement[], { parts }: Key): boolean {
  const [only] = parts;
  if (only?.kind !== 'drawn' || parts.length !== 1) return elements.some(isCatchAll);
  if (only.to - only.from > MOST_DRAWN) return false;
  const found = new Set<number>();
  for (const element of elements) {
    if (isCatchAll(element)) return true;
    const [values] = keyValues(element) ?? [];
    if (values?.kind !== 'numbers') continue;
    for (let i = 0; i < values.ranges.length; i += 2) {
      const last = Math.min(values.ranges[i + 1] as number, only.to);
      for (let n = Math.max(values.ranges[i] as number, only.from); n <= last; n++) found.add(n);
    }
  }
  return found.size === only.to - only.from + 1;
}

const MOST_DRAWN = 1 << 16;
