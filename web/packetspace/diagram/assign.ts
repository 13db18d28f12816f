/**
 * Images of sets under assignments: what packets look like after `meta mark set`, `dnat to`, `ct mark set meta mark and 0xff`. The empty set
 * stays empty; several packets may become one.
 */
import { boxes } from './boxes.ts';
import type { Cube } from './cube.ts';
import type { Diagrams } from './diagrams.ts';
import { checkValue, type Field, type FieldValue, fieldCube, largestValue } from './field.ts';
import { type Interval, type IntervalColumn, intervalColumn } from './intervals.ts';
import { FALSE, FIRST_SCRATCH_VARIABLE, not, type Ref, TRUE } from './ref.ts';
import { Action, Transformation, VariableSet } from './transformation.ts';
import { support } from './walk.ts';

/** field := value. */
export function assignConstant(diagrams: Diagrams, set: Ref, field: Field, value: FieldValue): Ref {
  return diagrams.andCube(diagrams.exists(set, field.set), fieldCube(field, value) as Cube);
}

/**
 * field := (field & mask) ^ flip, as xt_MARK and nft's bit-wise expressions have it: `meta mark set meta mark and m or v` has mask m & ~v and
 * flip v. Bits in the mask stay or are negated, the others become those of `flip`.
 */
export function assignMasked(diagrams: Diagrams, set: Ref, field: Field, mask: FieldValue, flip: FieldValue): Ref {
  checkValue(mask, field.width);
  checkValue(flip, field.width);
  const kept = BigInt(mask);
  const flipped = BigInt(flip);
  const fixed = largestValue(field.width) ^ kept;
  const actions: [number, Action][] = [];
  for (let weight = 0; weight < field.width; weight++) {
    const bit = 1n << BigInt(weight);
    const action = fixed & bit ? Action.forget : flipped & bit ? Action.flip : Action.keep;
    actions.push([field.variableOfWeight(weight), action]);
  }
  const moved = diagrams.transform(set, new Transformation(actions));
  return diagrams.andCube(moved, fieldCube(field, flipped & fixed, fixed) as Cube);
}

/** field := any of these values: an address or a port of a pool, chosen by the kernel. No interval: the empty set. */
export function assignAnyOf(
  diagrams: Diagrams,
  set: Ref,
  field: Field,
  intervals: IntervalColumn | Iterable<Interval>,
): Ref {
  const column = 'words' in intervals ? intervals : intervalColumn(field.width, intervals);
  return diagrams.and(diagrams.exists(set, field.set), boxes(diagrams, [{ field, intervals: column }]));
}

/** What is copied: `to := (to & keep) ^ ((from & mask) << shift) ^ flip`, in the width of `to`; a negative shift is to the right. */
export interface CopyOptions {
  /** All ones where not given. */
  readonly mask?: FieldValue;
  /** 0 where not given. */
  readonly shift?: number;
  /** 0 where not given: nothing of the old value stays. */
  readonly keep?: FieldValue;
  /** 0 where not given. */
  readonly flip?: FieldValue;
}

/**
 * Copies one field to another, or to itself shifted: `ct mark set meta mark and 0xff`, `CONNMARK --restore-mark --nfmask --ctmask`.
 *
 * Cost: where the fields' bits are neighbours (interleavedFields), about |set|. Where one field is below the other, the result remembers the
 * value across all variables between: |set| times the number of different values that `from` has in it.
 */
export function assignCopy(diagrams: Diagrams, set: Ref, to: Field, from: Field, options: CopyOptions = {}): Ref {
  const { mask = largestValue(from.width), shift = 0, keep = 0, flip = 0 } = options;
  checkValue(mask, from.width);
  checkValue(keep, to.width);
  checkValue(flip, to.width);
  const has = (value: FieldValue, weight: number): boolean => ((BigInt(value) >> BigInt(weight)) & 1n) === 1n;
  const assignments: BitAssignment[] = [];
  for (let weight = 0; weight < to.width; weight++) {
    const source = weight - shift;
    let value: Ref = has(flip, weight) ? TRUE : FALSE;
    if (has(keep, weight)) value = diagrams.xor(value, diagrams.variable(to.variableOfWeight(weight)));
    if (source >= 0 && source < from.width && has(mask, source)) {
      value = diagrams.xor(value, diagrams.variable(from.variableOfWeight(source)));
    }
    assignments.push({ variable: to.variableOfWeight(weight), value });
  }
  return assignBits(diagrams, set, assignments);
}

/** variable := value, a function of the old values of any variables. */
export interface BitAssignment {
  readonly variable: number;
  readonly value: Ref;
}

/**
 * The general assignment: all variables at once, each from the old values (so two may be exchanged). Each variable once.
 *
 * A variable is written as soon as no other one still has to read it; where they wait for each other in a circle, one old value is kept in
 * a variable below all others until it has been read.
 */
export function assignBits(diagrams: Diagrams, set: Ref, assignments: readonly BitAssignment[]): Ref {
  let pending: readonly PendingAssignment[] = assignments
    .map(({ variable, value }) => ({ variable, value, reads: new Set(support(diagrams, value)) }))
    .filter(({ variable, value }) => value !== diagrams.variable(variable));
  let image = set;
  let scratch = new Set<number>();
  while (pending.length > 0) {
    const ready = pending.filter(({ variable }) => !isReadByOthers(pending, variable));
    if (ready.length > 0) {
      image = write(diagrams, image, ready);
      pending = pending.filter((assignment) => !ready.includes(assignment));
    } else {
      const { variable } = pending[0] as PendingAssignment;
      const copy = FIRST_SCRATCH_VARIABLE + scratch.size;
      image = diagrams.and(image, equalTo(diagrams, copy, diagrams.variable(variable)));
      pending = pending.map((assignment) => readingCopy(diagrams, assignment, variable, copy));
      scratch.add(copy);
    }
    if (scratch.size > 0 && !pending.some(({ reads }) => [...scratch].some((copy) => reads.has(copy)))) {
      image = diagrams.exists(image, new VariableSet(scratch));
      scratch = new Set();
    }
  }
  return image;
}

interface PendingAssignment extends BitAssignment {
  readonly reads: ReadonlySet<number>;
}

function isReadByOthers(pending: readonly PendingAssignment[], variable: number): boolean {
  return pending.some((other) => other.variable !== variable && other.reads.has(variable));
}

function equalTo(diagrams: Diagrams, variable: number, value: Ref): Ref {
  return diagrams.branch(variable, not(value), value);
}

/** Assignments none of which reads another one's variable. */
function write(diagrams: Diagrams, set: Ref, ready: readonly PendingAssignment[]): Ref {
  const fresh = ready.filter(({ variable, reads }) => !reads.has(variable));
  const updates = ready.filter(({ variable, reads }) => reads.has(variable));
  const equalities = bottomUp(fresh).map(({ variable, value }) => equalTo(diagrams, variable, value));
  const parts = mostOpen(fresh) <= FEW_OPEN ? [diagrams.andAll(equalities)] : equalities;
  let image = diagrams.exists(set, new VariableSet(fresh.map(({ variable }) => variable)));
  for (const part of parts) image = diagrams.and(image, part);
  for (const { variable, value } of updates) image = update(diagrams, image, variable, value);
  return image;
}

/** Up to so many bits at once between a variable and what it reads, their equalities together are a small diagram: one walk for all. */
const FEW_OPEN = 6;

/** The most assignments that any place in the order lies within: from the topmost of variable and what is read to the lowest. */
function mostOpen(assignments: readonly PendingAssignment[]): number {
  const edges = assignments.flatMap(({ variable, reads }) => {
    const own = [variable, ...reads];
    return [
      { at: Math.min(...own), opens: 1 },
      { at: Math.max(...own), opens: -1 },
    ];
  });
  edges.sort((a, b) => a.at - b.at || b.opens - a.opens);
  let open = 0;
  let most = 0;
  for (const { opens } of edges) {
    open += opens;
    most = Math.max(most, open);
  }
  return most;
}

/** The lowest variable first: what is added later then stands above what was added before. */
function bottomUp(assignments: readonly PendingAssignment[]): readonly PendingAssignment[] {
  return [...assignments].sort((a, b) => b.variable - a.variable);
}

/** variable := value, where the value depends on the variable: the images of its two old values, joined. */
function update(diagrams: Diagrams, set: Ref, variable: number, value: Ref): Ref {
  if (value === not(diagrams.variable(variable))) {
    return diagrams.transform(set, new Transformation([[variable, Action.flip]]));
  }
  const [takeLow, takeHigh] = [Action.takeLow, Action.takeHigh].map(
    (action) => new Transformation([[variable, action]]),
  );
  const images = [takeLow, takeHigh].map((take) => {
    const old = take as Transformation;
    return diagrams.and(diagrams.transform(set, old), equalTo(diagrams, variable, diagrams.transform(value, old)));
  });
  return diagrams.orAll(images);
}

function readingCopy(
  diagrams: Diagrams,
  assignment: PendingAssignment,
  variable: number,
  copy: number,
): PendingAssignment {
  if (assignment.variable === variable || !assignment.reads.has(variable)) return assignment;
  const value = diagrams.ite(
    diagrams.variable(copy),
    diagrams.transform(assignment.value, new Transformation([[variable, Action.takeHigh]])),
    diagrams.transform(assignment.value, new Transformation([[variable, Action.takeLow]])),
  );
  return { variable: assignment.variable, value, reads: new Set(support(diagrams, value)) };
}
