/** Values that rules compute, as a set for each bit: where it is one. Of terms that are no bits (text, hashes, routes) there is none. */

import { InternalError } from '../../base/assert.ts';
import { STATE, STATUS } from '../../kernel/conntrack.ts';
import { CT_DIRECTION, CT_STATE, CT_STATUS, LENGTH, MARK, type Variable } from '../../kernel/fields.ts';
import type { Term } from '../../kernel/term.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import type { BitField, Wide } from './bit-field.ts';
import { STATE_CODE } from './layout.ts';
import type { PacketSets } from './packet-sets.ts';
import { NAT_BITS, type View } from './view.ts';

/** By weight. */
export type Vector = readonly Ref[];

/** The bits of a term; null where they cannot be told. */
export function vectorOf(term: Term, view: View, sets: PacketSets): Vector | null {
  const { diagrams } = sets;
  switch (term.kind) {
    case 'constant':
      return typeof term.value === 'string' ? null : constantVector(term.value);
    case 'variable': {
      const constant = sets.layout.constantOf(term.variable);
      if (constant !== undefined) return typeof constant === 'string' ? null : constantVector(constant);
      const special = specialVector(term.variable, view, sets);
      if (special) return special;
      const field = fieldNow(term.variable, view, sets);
      return field && withKnown(fieldVector(field, sets), knownBits(term.variable, view));
    }
    case 'bits': {
      const left = vectorOf(term.left, view, sets);
      const right = left && vectorOf(term.right, view, sets);
      if (!left || !right) return null;
      return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
        const [a, b] = [left[i] ?? FALSE, right[i] ?? FALSE];
        if (term.op === 'and') return diagrams.and(a, b);
        return term.op === 'or' ? diagrams.or(a, b) : diagrams.xor(a, b);
      });
    }
    case 'shift': {
      const of = vectorOf(term.of, view, sets);
      return of && Array.from({ length: term.width }, (_, i) => of[i - term.by] ?? FALSE);
    }
    default:
      return null;
  }
}

/** Bits whose value is the same for all packets of a view. */
export interface KnownBits {
  readonly mask: number;
  readonly value: number;
}

/** null where nothing is known but what the variables say. */
export function knownBits(variable: Variable, view: View): KnownBits | null {
  if (variable === MARK) return view.markMask === 0 ? null : { mask: view.markMask, value: view.markValue };
  if (variable !== CT_STATUS) return null;
  const { dnatBit, snatBit, dnat, snat } = view;
  const value =
    (dnatBit ? STATUS.dnat : 0) |
    (snatBit ? STATUS.snat : 0) |
    (dnat ? STATUS.dnatDone : 0) |
    (snat ? STATUS.snatDone : 0);
  return { mask: NAT_BITS, value };
}

function withKnown(vector: Vector, known: KnownBits | null): Vector {
  if (!known) return vector;
  return vector.map((bit, weight) =>
    ((known.mask >>> weight) & 1) === 0 ? bit : ((known.value >>> weight) & 1) === 1 ? TRUE : FALSE,
  );
}

/** Of variables that have codes instead of bits. */
function specialVector(variable: Variable, view: View, sets: PacketSets): Vector | null {
  if (variable === CT_DIRECTION) return [sets.replies()];
  if (variable !== CT_STATE) return null;
  const vector: Ref[] = new Array<Ref>(32).fill(FALSE);
  for (const name of Object.keys(STATE_CODE) as (keyof typeof STATE_CODE)[]) {
    vector[Math.log2(STATE[name])] = sets.state(name, view);
  }
  return vector;
}

/** The field of a number as rules see it now; null where it is none, or one that no variables stand for. */
export function fieldNow(variable: Variable, view: View, { layout }: PacketSets): BitField | null {
  // With its link header a packet is longer than its variables say.
  if (variable === LENGTH && view.egress) return null;
  if (variable === layout.protocolVariable) return layout.protocol;
  const moved = layout.movedOf(variable);
  if (moved) return isMoved(moved, view, layout) ? moved.moved : moved.input;
  return layout.nowOf(variable, view);
}

function isMoved(moved: object, view: View, layout: PacketSets['layout']): boolean {
  if (moved === layout.daddr) return view.daddr;
  if (moved === layout.saddr) return view.saddr;
  return moved === layout.dport ? view.dport : view.sport;
}

function constantVector(value: Wide): Vector {
  const bits: Ref[] = [];
  for (let rest = BigInt(value); rest > 0n; rest >>= 1n) bits.push((rest & 1n) === 1n ? TRUE : FALSE);
  return bits;
}

function fieldVector({ name, variables, classes }: BitField, { diagrams }: PacketSets): Vector {
  if (classes) throw new InternalError(`${name} has no bits`);
  return Array.from(variables, (variable) => (variable < 0 ? FALSE : diagrams.variable(variable)));
}

/** Where the number is in one of the ranges (from, to, from, to, ...). */
export function vectorIn(vector: Vector, ranges: readonly Wide[], { diagrams }: PacketSets): Ref {
  const parts: Ref[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    const [low, high] = [BigInt(ranges[i] as Wide), BigInt(ranges[i + 1] as Wide)];
    const most = (1n << BigInt(vector.length)) - 1n;
    if (low > most) continue;
    let above: Ref = TRUE;
    let below: Ref = TRUE;
    for (let weight = 0; weight < vector.length; weight++) {
      const bit = vector[weight] as Ref;
      const isLow = ((low >> BigInt(weight)) & 1n) === 1n;
      above = isLow ? diagrams.and(bit, above) : diagrams.or(bit, above);
      if (high > most) continue;
      const isHigh = ((high >> BigInt(weight)) & 1n) === 1n;
      below = isHigh ? diagrams.or(not(bit), below) : diagrams.and(not(bit), below);
    }
    parts.push(diagrams.and(above, below));
  }
  return diagrams.orAll(parts);
}
