/**
 * Whether a rule can match a packet of which only some fields are known: the address that it goes to, its port. Kernel: as compile.ts says, from the same
 * conditions; what is not known may be anything.
 *
 * Does not relate unknown fields to each other: a rule that asks for tcp and for udp "can match". So `false` is certain, `true` is not.
 */
import { assertNever } from '../base/assert.ts';
import type { Scalar } from '../model/expression.ts';
import type { Instruction } from './action.ts';
import type { Condition, Lookup, Test } from './condition.ts';
import { findElement, findPartly, type LookupSet } from './lookup-set.ts';
import { bitwiseOf, shiftOf, type Term } from './term.ts';
import { hasValue } from './value-set.ts';

/** A packet in part. */
export interface KnownFields {
  /** Facts (facts.ts) that hold, and facts that do not; of the others nothing is known. */
  readonly holding: number;
  readonly missing: number;
  /** By the variable's id. */
  readonly values: ReadonlyMap<number, Scalar>;
}

/** False: no such packet matches. Cost: linear in the instructions, and in the elements of the sets whose keys are known in part. */
export function canMatch(instructions: readonly Instruction[], known: KnownFields): boolean {
  for (const instruction of instructions) {
    switch (instruction.kind) {
      case 'match':
        if (!can(instruction.condition, known, true)) return false;
        break;
      case 'vmap': {
        const key = instruction.key.map((part) => knownValue(part, known));
        if (key.includes(null) || findPartly(instruction.set, key.map(orUnknown)) === false) return false;
        break;
      }
      case 'assign':
        // What follows asks for the written value.
        if (known.values.has(instruction.variable.id)) return true;
        break;
      case 'nat':
      case 'verdict':
      case 'reject':
        return true;
      default:
        break;
    }
  }
  return true;
}

/** Whether the condition can come out as `wanted`. */
function can(condition: Condition, known: KnownFields, wanted: boolean): boolean {
  switch (condition.kind) {
    case 'constant':
      return condition.value === wanted;
    case 'not':
      return can(condition.of, known, !wanted);
    case 'all':
    case 'any': {
      const every = (condition.kind === 'all') === wanted;
      return every
        ? condition.parts.every((part) => can(part, known, wanted))
        : condition.parts.some((part) => can(part, known, wanted));
    }
    case 'facts':
      return wanted ? (condition.facts & known.missing) === 0 : (condition.facts & ~known.holding) !== 0;
    case 'test':
      return canTest(condition, known, wanted);
    case 'term': {
      const value = knownValue(condition.term, known);
      if (!wanted && !isThere(condition.term, known)) return true;
      return value === undefined || (value !== null && hasValue(condition.values, value)) === wanted;
    }
    case 'lookup':
      return canLookUp(condition, known, wanted);
    case 'unknown':
      return true;
    default:
      return assertNever(condition, 'condition');
  }
}

function canTest(test: Test, known: KnownFields, wanted: boolean): boolean {
  if ((test.needs & known.missing) !== 0) return !wanted;
  const value = known.values.get(test.variable.id);
  if (value === undefined) return true;
  const masked = test.mask === null ? value : bitwiseOf('and', value, test.mask);
  // The value is known, but perhaps not whether it is there at all.
  const certain = (test.needs & ~known.holding) === 0;
  return (masked !== null && hasValue(test.values, masked)) === wanted || (!certain && !wanted);
}

function canLookUp({ key, set, excepted }: Lookup, known: KnownFields, wanted: boolean): boolean {
  const parts = key.map((part) => knownValue(part, known));
  if (parts.includes(null)) return !wanted;
  if (!wanted && !key.every((part) => isThere(part, known))) return true;
  if (parts.every((part) => part !== undefined && part !== null)) return hasKey(set, parts, excepted) !== !wanted;
  // Which element decides in a set with exceptions is not asked of a key in part, nor whether one with a limit holds.
  if (excepted || set.stateful || (set.order === 'longest' && !wanted)) return true;
  const found = findPartly(set, parts.map(orUnknown));
  return found === null || found === wanted;
}

/** Of a key that is known as a whole; null: the dump does not tell. */
function hasKey(set: LookupSet, key: readonly Scalar[], excepted: true | undefined): boolean | null {
  const found = findElement(set, key);
  if (found < 0) return set.complete ? false : null;
  if (set.elements[found]?.except !== excepted) return false;
  return set.stateful ? null : true;
}

/** Whether the term certainly has a value. */
function isThere(term: Term, known: KnownFields): boolean {
  switch (term.kind) {
    case 'constant':
      return true;
    case 'variable':
      return (term.needs & ~known.holding) === 0;
    case 'bits':
      return isThere(term.left, known) && isThere(term.right, known);
    case 'shift':
      return isThere(term.of, known);
    default:
      return false;
  }
}

/** The value that the term has where it has one. null: it has none; undefined: not known. */
function knownValue(term: Term, known: KnownFields): Scalar | null | undefined {
  switch (term.kind) {
    case 'constant':
      return term.value;
    case 'variable':
      if ((term.needs & known.missing) !== 0) return null;
      return known.values.get(term.variable.id);
    case 'bits': {
      const [left, right] = [knownValue(term.left, known), knownValue(term.right, known)];
      if (left === null || right === null) return null;
      return left === undefined || right === undefined ? undefined : bitwiseOf(term.op, left, right);
    }
    case 'shift': {
      const of = knownValue(term.of, known);
      return of === null || of === undefined ? of : shiftOf(of, term.by, term.width);
    }
    case 'absent':
      return null;
    case 'map':
    case 'add':
    case 'fib':
    case 'choice':
    case 'hash':
    case 'unknown':
      return undefined;
    default:
      return assertNever(term, 'term');
  }
}

function orUnknown(value: Scalar | null | undefined): Scalar | undefined {
  return value ?? undefined;
}
