/** Values that may be one of several: numbers drawn anew each time (numgen, hashes), and keys that are not known. Each outcome carries the choice that leads to it. */
import type { Scalar, SetElement, Verdict } from '../model/expression.ts';
import { isVerdict } from '../model/expression.ts';
import { spellStatement, spellVerdict } from '../model/spell.ts';
import type { Instruction, NatAction, NatAddress, NatTarget } from './action.ts';
import type { Branch, Choice } from './branch.ts';
import { targetOfElement } from './compile-nat.ts';
import { type Evaluator, keyText, type TermValue } from './evaluate.ts';
import { findElement, isCatchAll, keyValues, type LookupSet, possibleElements } from './lookup-set.ts';
import type { ChoiceTerm, Term } from './term.ts';
import { intersectionOf, numberRange, sizeOf } from './value-set.ts';

/** One of the things that may happen; `choice` null: the only one. */
export interface Possible<T> {
  readonly choice: Omit<Choice, 'rule'> | null;
  readonly outcome: T;
}

/** Writes where a question is asked anew behind its text. */
export type Place = (text: string) => string;

/** Drawn numbers up to this many are gone through one by one. */
const MOST_DRAWN = 256;
/** Different outcomes of a key that is not known. */
const MOST_GUESSED = 8;

/** The values that a term may have. */
export function choicesOf(term: Term, branch: Branch, evaluator: Evaluator, place: Place): Possible<TermValue>[] {
  const drawn = drawnIn(term);
  if (!drawn || drawn.modulus > MOST_DRAWN) {
    const outcome = evaluator.term(term, branch);
    return outcome === undefined && mayBeMissing(term, branch, evaluator)
      ? foundOrNot(place, undefined)
      : [{ choice: null, outcome }];
  }
  return grouped(drawn, place, (number) => evaluator.term(replaced(term, drawn, number), branch));
}

function drawnIn(term: Term): ChoiceTerm | null {
  switch (term.kind) {
    case 'choice':
      return term;
    case 'bits':
      return drawnIn(term.left) ?? drawnIn(term.right);
    case 'shift':
      return drawnIn(term.of);
    case 'map':
      return drawnAmong(term.key);
    default:
      return null;
  }
}

function drawnAmong(terms: readonly Term[]): ChoiceTerm | null {
  for (const term of terms) {
    const found = drawnIn(term);
    if (found) return found;
  }
  return null;
}

/** Kernel: a map without an element for the packet breaks off the rule [map-missing]. Whether it has one is not known of a key that is not. */
function mayBeMissing(term: Term, branch: Branch, evaluator: Evaluator): boolean {
  switch (term.kind) {
    case 'map':
      if (!isOpen(term, branch, evaluator)) return term.key.some((part) => mayBeMissing(part, branch, evaluator));
      return !term.set.elements.some(isCatchAll);
    case 'bits':
      return [term.left, term.right].some((side) => mayBeMissing(side, branch, evaluator));
    case 'shift':
    case 'add':
      return mayBeMissing(term.of, branch, evaluator);
    default:
      return false;
  }
}

/** The key is not known, or not all elements are. */
function isOpen({ key, set }: Extract<Term, { kind: 'map' }>, branch: Branch, evaluator: Evaluator): boolean {
  return evaluator.key(key, branch) === undefined || !set.complete;
}

function foundOrNot<T>(place: Place, outcome: T): Possible<T | null>[] {
  const unknown = place('the map has an element for the packet');
  return [
    { choice: { unknown, value: true, probability: null, guess: 0.5 }, outcome },
    { choice: { unknown, value: false, probability: null, guess: 0.5 }, outcome: null },
  ];
}

/** The term with a number for what is drawn. */
function replaced(term: Term, drawn: ChoiceTerm, number: number): Term {
  if (term === drawn) return { kind: 'constant', value: number };
  switch (term.kind) {
    case 'bits':
      return { ...term, left: replaced(term.left, drawn, number), right: replaced(term.right, drawn, number) };
    case 'shift':
      return { ...term, of: replaced(term.of, drawn, number) };
    case 'map':
      return { ...term, key: term.key.map((part) => replaced(part, drawn, number)) };
    default:
      return term;
  }
}

/** Numbers with the same outcome are one choice. */
function grouped<T>(drawn: ChoiceTerm, place: Place, outcomeOf: (number: number) => T): Possible<T>[] {
  const groups = new Map<T, number[]>();
  for (let number = drawn.offset; number < drawn.offset + drawn.modulus; number++) {
    const outcome = outcomeOf(number);
    const group = groups.get(outcome);
    if (group) group.push(number);
    else groups.set(outcome, [number]);
  }
  const unknown = place(drawn.text);
  return [...groups].map(([outcome, numbers]) => {
    const probability = numbers.length / drawn.modulus;
    const value = numbers.length === 1 ? (numbers[0] as number) : numbers.join(', ');
    return { choice: groups.size === 1 ? null : { unknown, value, probability, guess: probability }, outcome };
  });
}

// Elements ---------------------------------------------------------------------------------------------------------------------

/** The elements that a key may find: null for none, 'missing' where a part of the key is missing. */
type Found = SetElement | null | 'missing';

function elementsFor(
  terms: readonly Term[],
  set: LookupSet,
  branch: Branch,
  evaluator: Evaluator,
  place: Place,
): Possible<Found>[] | 'unknown' {
  const drawn = drawnAmong(terms);
  if (!drawn) {
    const key = evaluator.key(terms, branch);
    if (key === undefined) return 'unknown';
    return [{ choice: null, outcome: key === null ? 'missing' : elementAt(set, key, branch) }];
  }
  if (terms.length === 1 && terms[0] === drawn && drawn.modulus > MOST_DRAWN) return byElement(drawn, set, place);
  if (drawn.modulus > MOST_DRAWN) return 'unknown';
  return grouped(drawn, place, (number): Found => {
    const key = evaluator.key(
      terms.map((term) => replaced(term, drawn, number)),
      branch,
    );
    return key === null || key === undefined ? 'missing' : elementAt(set, key, branch);
  });
}

function elementAt(set: LookupSet, key: readonly Scalar[], branch: Branch): SetElement | null {
  const changed = branch.sets.get(set)?.get(keyText(key));
  if (changed?.member === false) return null;
  const at = findElement(set, key);
  return at < 0 ? null : (set.elements[at] as SetElement);
}

/** A large modulus: how many of its numbers each element takes. */
function byElement(drawn: ChoiceTerm, set: LookupSet, place: Place): Possible<Found>[] {
  const all = numberRange(drawn.offset, drawn.offset + drawn.modulus - 1);
  const unknown = place(drawn.text);
  const found: Possible<Found>[] = [];
  let left = drawn.modulus;
  for (const element of set.elements) {
    const [values] = isCatchAll(element) ? [] : (keyValues(element) ?? []);
    const common = values ? intersectionOf(all, values) : null;
    const count = common ? sizeOf(common) : 0;
    if (!common || common.kind === 'names' || count === 0) continue;
    left -= count;
    const value = common.ranges.length === 2 ? `${common.ranges[0]}-${common.ranges[1]}` : common.ranges.join(', ');
    const probability = count / drawn.modulus;
    found.push({ choice: { unknown, value, probability, guess: probability }, outcome: element });
  }
  if (left > 0) {
    const probability = left / drawn.modulus;
    const outcome = set.elements.find(isCatchAll) ?? null;
    found.push({ choice: { unknown, value: 'other', probability, guess: probability }, outcome });
  }
  return found;
}

/** The verdicts that a verdict map may give; null: it does not match. */
export function verdictsOf(
  action: Extract<Instruction, { kind: 'vmap' }>,
  branch: Branch,
  evaluator: Evaluator,
  place: Place,
  onElement?: (element: SetElement) => void,
): Possible<Verdict | null>[] {
  const found = elementsFor(action.key, action.set, branch, evaluator, place);
  if (found !== 'unknown' && onElement) {
    for (const { outcome } of found) if (outcome !== null && outcome !== 'missing') onElement(outcome);
  }
  if (found !== 'unknown') return found.map(({ choice, outcome }) => ({ choice, outcome: verdictOf(outcome) }));
  const verdicts = new Map<string, Verdict>();
  const key = action.key.map((term) => evaluator.term(term, branch) ?? undefined);
  for (const { data } of possibleElements(action.set, key))
    if (data && isVerdict(data)) verdicts.set(spellVerdict(data), data);
  const unknown = spellStatement(action.source);
  const guess = 1 / (verdicts.size + 1);
  const outcomes = [...verdicts].slice(0, MOST_GUESSED);
  return [
    { choice: { unknown, value: 'no element', probability: null, guess }, outcome: null },
    ...outcomes.map(([value, outcome]) => ({ choice: { unknown, value, probability: null, guess }, outcome })),
  ];
}

function verdictOf(found: Found): Verdict | null {
  const data = found === null || found === 'missing' ? undefined : found.data;
  return data && isVerdict(data) ? data : null;
}

// NAT --------------------------------------------------------------------------------------------------------------------------

const UNKNOWN_ADDRESS: NatTarget = { address: { kind: 'unknown' }, port: null };

/** What a NAT statement may map to; null: its map has no element for the packet, which breaks off the rule. */
export function natTargetsOf(
  { target, prefix }: NatAction,
  branch: Branch,
  evaluator: Evaluator,
  place: Place,
): Possible<NatTarget | null>[] {
  switch (target.kind) {
    case 'fixed':
      return [{ choice: null, outcome: target.target }];
    case 'unknown':
      return [{ choice: null, outcome: UNKNOWN_ADDRESS }];
    case 'map': {
      const found = elementsFor(target.key, target.set, branch, evaluator, place);
      if (found === 'unknown') {
        return target.set.elements.some(isCatchAll)
          ? [{ choice: null, outcome: UNKNOWN_ADDRESS }]
          : foundOrNot(place, UNKNOWN_ADDRESS);
      }
      return found.map(({ choice, outcome }) => {
        if (outcome === null || outcome === 'missing') return { choice, outcome: null };
        return { choice, outcome: targetOfElement(outcome, target, prefix) ?? UNKNOWN_ADDRESS };
      });
    }
    case 'terms':
      return computedTargets(target.address, target.port, branch, evaluator, place);
  }
}

function computedTargets(
  address: Term | null,
  port: Term | null,
  branch: Branch,
  evaluator: Evaluator,
  place: Place,
): Possible<NatTarget | null>[] {
  const addresses = address
    ? choicesOf(address, branch, evaluator, place)
    : [{ choice: null, outcome: null as TermValue }];
  return addresses.flatMap(({ choice, outcome }) => {
    if (address && outcome === null) return [{ choice, outcome: null }];
    const written: NatAddress | null = !address
      ? null
      : outcome === undefined || typeof outcome === 'string' || outcome === null
        ? { kind: 'unknown' }
        : { kind: 'range', from: outcome, to: outcome };
    const ports = port
      ? choicesOf(port, branch, evaluator, place)
      : [{ choice: null, outcome: undefined as TermValue }];
    return ports.map((each) => ({
      choice: choice ?? each.choice,
      outcome: targetWith(written, port, each.outcome),
    }));
  });
}

function targetWith(address: NatAddress | null, port: Term | null, value: TermValue): NatTarget | null {
  if (port && value === null) return null;
  const known = typeof value === 'number' ? ({ kind: 'range', from: value, to: value } as const) : null;
  return { address, port: port ? (known ?? { kind: 'range', from: 0, to: 0xffff }) : null };
}
