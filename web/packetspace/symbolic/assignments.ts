/** What statements write, as images of sets. What cannot be told may be anything afterwards. */

import type { Assign } from '../../kernel/action.ts';
import { MARK } from '../../kernel/fields.ts';
import { expressionValues, isCatchAll, type LookupSet } from '../../kernel/lookup-set.ts';
import type { Term } from '../../kernel/term.ts';
import { isVerdict } from '../../model/expression.ts';
import { assignBits, type BitAssignment } from '../diagram/assign.ts';
import { type Cube, literal } from '../diagram/cube.ts';
import { not, type Ref, TRUE } from '../diagram/ref.ts';
import { Action, Transformation, VariableSet } from '../diagram/transformation.ts';
import type { BitField, Wide } from './bit-field.ts';
import type { Conditions } from './conditions.ts';
import type { Frames } from './frames.ts';
import { elementRef, keyOf } from './lookups.ts';
import type { PacketSets } from './packet-sets.ts';
import { type Part, part } from './space.ts';
import { type Vector, vectorOf } from './vectors.ts';
import type { View, ViewState, Views } from './view.ts';

/** Bits that are kept or turned, forgotten, and then fixed: `mark set mark and m or v`. */
interface Simple {
  readonly transformation: Transformation;
  readonly cube: Cube;
}

type Compiled = Simple | { readonly vector: Vector } | 'anything';

const SIDES = { daddr: 'daddr', saddr: 'saddr', dport: 'dport', sport: 'sport' } as const;

export class Assignments {
  /** By action and view. Vectors are made anew, because a collection frees what they name. */
  private readonly simple = new WeakMap<Assign, Map<number, Simple>>();
  private readonly marks = new WeakMap<Assign, Map<number, View>>();
  private readonly maskedSets = new Map<string, VariableSet>();
  private readonly singles = new Map<number, VariableSet>();
  private readonly forgotten = new WeakMap<BitField, VariableSet>();

  constructor(
    private readonly sets: PacketSets,
    private readonly conditions: Conditions,
    private readonly views: Views,
    private readonly frames: Frames,
  ) {}

  /** The part after the assignment, and what breaks off the rule. */
  apply(given: Part, action: Assign): { yes: readonly Part[]; no: Ref } {
    const { diagrams } = this.sets;
    const { view, frame, set } = given;
    const writable = this.sets.facts(action.needs, view);
    const present = this.present(action.value, view);
    const written = diagrams.and(set, diagrams.and(writable, present));
    const broken = diagrams.or(
      action.lenient ? (0 as Ref) : not(present),
      action.optional ? (0 as Ref) : not(writable),
    );
    const no = diagrams.and(set, broken);
    const kept = diagrams.diff(diagrams.diff(set, written), broken);
    const image = written === 0 ? [] : this.image(part(view, frame, written), action);
    return { yes: kept === 0 ? image : [...image, part(view, frame, kept)], no };
  }

  /** The packets for which the value is there: of a map those whose key it has. */
  private present(term: Term, view: View): Ref {
    const { diagrams } = this.sets;
    const there = this.conditions.presence(term, view);
    if (term.kind !== 'map' || !term.set.complete || this.sets.layout.usage.updatedSets.has(term.set)) return there;
    const key = keyOf(term.key, view, this.sets);
    if (!key || term.set.elements.some(isCatchAll)) return there;
    return diagrams.and(there, diagrams.orAll(term.set.elements.map((element) => elementRef(element, key, this.sets))));
  }

  private image(given: Part, action: Assign): Part[] {
    const { variable } = action;
    const { layout, diagrams } = this.sets;
    const moved = layout.movedOf(variable);
    // What a frame speaks of must not be written: from here on the packets carry it again.
    if (moved) return [this.moved(this.frames.unframed(given), action)];
    const field = layout.nowOf(variable, given.view);
    if (!field || field.mask === 0n) return [given];
    if (variable === MARK) return this.mark(given, action, field);
    if (action.value.kind === 'map') {
      const mapped = this.mapped(given, field, action.value);
      if (mapped) return mapped;
    }
    const compiled = this.compiled(action, field, given.view);
    if (compiled === 'anything') {
      return [{ ...given, set: diagrams.exists(given.set, this.variablesOf(field)) }];
    }
    if ('vector' in compiled)
      return [{ ...given, set: assignBits(diagrams, given.set, assignmentsOf(field, compiled.vector)) }];
    const { transformation, cube } = compiled;
    return [{ ...given, set: diagrams.andCube(diagrams.transform(given.set, transformation), cube) }];
  }

  /** The mark: bits that get the same value for all packets are told by the view. */
  private mark(given: Part, action: Assign, field: BitField): Part[] {
    const { view } = given;
    const known = this.marks.get(action)?.get(view.id);
    if (known) return [{ ...given, view: known }];
    const vector = action.value.kind === 'map' ? null : vectorOf(action.value, view, this.sets);
    const simple = vector && this.viewWith(view, field, vector);
    if (simple) {
      const byView = this.marks.get(action) ?? new Map<number, View>();
      byView.set(view.id, simple);
      this.marks.set(action, byView);
      return [{ ...given, view: simple }];
    }
    const plain = this.materialised(given);
    if (action.value.kind === 'map') {
      const mapped = this.mapped(plain, field, action.value);
      if (mapped) return mapped;
    }
    const { diagrams } = this.sets;
    if (!vector) return [{ ...plain, set: diagrams.exists(plain.set, this.variablesOf(field)) }];
    const now = vectorOf(action.value, plain.view, this.sets) as Vector;
    return [{ ...plain, set: assignBits(diagrams, plain.set, assignmentsOf(field, now)) }];
  }

  /** The view after bits have become constants; null where some became something else that is not what they were. */
  private viewWith(view: View, field: BitField, vector: Vector): View | null {
    let { markMask, markValue } = view;
    for (let weight = 0; weight < field.width; weight++) {
      const variable = field.variables[weight] as number;
      if (variable < 0) continue;
      const value = vector[weight] ?? (0 as Ref);
      const bit = 2 ** weight;
      if (value <= TRUE) {
        markMask = (markMask | bit) >>> 0;
        markValue = (value === TRUE ? markValue | bit : markValue & ~bit) >>> 0;
      } else if ((markMask & bit) !== 0 || value !== this.sets.diagrams.variable(variable)) return null;
    }
    return this.views.with(view, { markMask, markValue });
  }

  /** What the view says of the mark, written to its variables. */
  materialised(given: Part): Part {
    const { markMask, markValue } = given.view;
    const field = this.sets.layout.nowOf(MARK, given.view);
    if (markMask === 0 || !field) return given;
    const mask = BigInt(markMask) & field.mask;
    const cube = field.cube(BigInt(markValue) & mask, mask) as Cube;
    const { diagrams } = this.sets;
    const view = this.views.with(given.view, { markMask: 0, markValue: 0 });
    return { ...given, view, set: diagrams.andCube(diagrams.exists(given.set, this.masked(field, mask)), cube) };
  }

  withoutMarkBits(given: Part, bits: number): Part {
    const field = this.sets.layout.nowOf(MARK, given.view);
    if (!field) return given;
    const view = this.views.withMarkBits(given.view, ~bits);
    const forgotten = BigInt(bits >>> 0) & field.mask;
    if (forgotten === 0n) return { ...given, view };
    return { ...given, view, set: this.sets.diagrams.exists(given.set, this.masked(field, forgotten)) };
  }

  private masked(field: BitField, mask: bigint): VariableSet {
    const key = `${field.name} ${mask}`;
    const known = this.maskedSets.get(key);
    if (known) return known;
    const made = new VariableSet(
      field.variables.filter((variable, weight) => variable >= 0 && ((mask >> BigInt(weight)) & 1n) === 1n),
    );
    this.maskedSets.set(key, made);
    return made;
  }

  variablesOf(field: BitField): VariableSet {
    const known = this.forgotten.get(field);
    if (known) return known;
    const made = new VariableSet(field.variables.filter((variable) => variable >= 0));
    this.forgotten.set(field, made);
    return made;
  }

  /** To quantify over one variable. */
  single(variable: number): VariableSet {
    const known = this.singles.get(variable);
    if (known) return known;
    const made = new VariableSet([variable]);
    this.singles.set(variable, made);
    return made;
  }

  /** An address or a port that a rule writes: from now on rules see the new one. */
  private moved(given: Part, { variable, value }: Assign): Part {
    const { layout, diagrams } = this.sets;
    const side = (Object.keys(SIDES) as (keyof ViewState & keyof typeof SIDES)[]).find(
      (each) => layout[each] === layout.movedOf(variable),
    ) as keyof typeof SIDES;
    const { moved } = layout[side];
    const vector = vectorOf(value, given.view, this.sets);
    const view = this.views.with(given.view, { [side]: true });
    if (!vector) return { ...given, view, set: diagrams.exists(given.set, this.variablesOf(moved)) };
    return { ...given, view, set: assignBits(diagrams, given.set, assignmentsOf(moved, vector)) };
  }

  private compiled(action: Assign, field: BitField, view: View): Compiled {
    const known = this.simple.get(action)?.get(view.id);
    if (known) return known;
    const vector = vectorOf(action.value, view, this.sets);
    if (!vector) return 'anything';
    const simple = this.simpleOf(field, vector);
    if (!simple) return { vector };
    const byView = this.simple.get(action) ?? new Map<number, Simple>();
    byView.set(view.id, simple);
    this.simple.set(action, byView);
    return simple;
  }

  /** Every bit is kept, turned or a constant. */
  private simpleOf(field: BitField, vector: Vector): Simple | null {
    const actions: [number, Action][] = [];
    const literals: number[] = [];
    for (let weight = 0; weight < field.width; weight++) {
      const variable = field.variables[weight] as number;
      if (variable < 0) continue;
      const value = vector[weight] ?? (0 as Ref);
      const own = this.sets.diagrams.variable(variable);
      if (value === own) continue;
      if (value === not(own)) actions.push([variable, Action.flip]);
      else if (value <= TRUE) {
        actions.push([variable, Action.forget]);
        literals.push(literal(variable, value === TRUE));
      } else return null;
    }
    return { transformation: new Transformation(actions), cube: Int32Array.from(literals).sort() };
  }

  /** `meta mark set ip saddr map { ... }`: each element's packets get its value. Null where the key is no field or there are too many. */
  private mapped(given: Part, field: BitField, { key: terms, set }: Extract<Term, { kind: 'map' }>): Part[] | null {
    const key = keyOf(terms, given.view, this.sets);
    if (!key || !set.complete || this.sets.layout.usage.updatedSets.has(set) || set.elements.length > MOST_ELEMENTS) {
      return null;
    }
    const { diagrams } = this.sets;
    let left = given.set;
    const images: Part[] = [];
    for (const element of set.elements) {
      const inside = isCatchAll(element) ? left : diagrams.and(left, elementRef(element, key, this.sets));
      if (inside === 0) continue;
      if (!key.isDrawn) left = diagrams.diff(left, inside);
      images.push({ ...given, set: this.withData(inside, field, element.data) });
    }
    return images;
  }

  private withData(set: Ref, field: BitField, data: LookupSet['elements'][number]['data']): Ref {
    const { diagrams } = this.sets;
    const forgotten = diagrams.exists(set, this.variablesOf(field));
    const values = data && !isVerdict(data) ? expressionValues(data) : null;
    if (values === null || values.kind === 'names' || values.ranges[0] === undefined) return forgotten;
    const cube = field.cube(BigInt(values.ranges[0] as Wide) & field.mask, field.mask);
    return values.ranges[0] === values.ranges[1] && cube ? diagrams.andCube(forgotten, cube) : forgotten;
  }
}

/** Elements of a map that are gone through one by one. */
const MOST_ELEMENTS = 4096;

function assignmentsOf(field: BitField, vector: Vector): BitAssignment[] {
  const found: BitAssignment[] = [];
  for (let weight = 0; weight < field.width; weight++) {
    const variable = field.variables[weight] as number;
    if (variable >= 0) found.push({ variable, value: vector[weight] ?? (0 as Ref) });
  }
  return found;
}
