/**
 * The same node in another order of chains, gone through as far as it makes a difference: from the first station that is another one, only with packets of
 * which that station makes something else. All others have the same fate in both.
 *
 * Exact: a packet's way depends on nothing but what it has become so far, and each hook is met once. Where packets meet the change more than once, or the
 * packets that it concerns are too many to be told apart, all packets take part.
 */
import { pushAll } from '../../base/lists.ts';
import type { Plan, Station } from '../../kernel/plan.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { FamilySpace } from './execute.ts';
import type { HookVisit, Journal, StationVisit } from './journal.ts';
import { fateText } from './outcomes.ts';
import type { Passed } from './runner.ts';
import { joinParts, type Part } from './space.ts';

/** Where the order is another one: the stations from `from` on, up to those that are the same again. */
export interface Change {
  readonly visit: HookVisit;
  readonly from: number;
  /** As they were: how many. */
  readonly count: number;
  /** All of the hook's stations, as they are now. */
  readonly stations: readonly Station[];
  /** Those that take the place of the others. */
  readonly instead: readonly Station[];
}

/** Whether it is the same devices that have chains of their own. */
function haveSameDevices(a: Plan, b: Plan): boolean {
  const devices = ({ order }: Plan) =>
    order.flatMap(({ stack, hook, device }) => (stack === 'netdev' ? [`${hook} ${device}`] : []));
  return devices(a).sort().join('\n') === devices(b).sort().join('\n');
}

/** The hooks that packets came to and that are in another order now; null: it is another one in some other way. */
export function changesOf(journal: Journal, before: Plan, plan: Plan): Change[] | null {
  if (!haveSameDevices(before, plan)) return null;
  const changes = journal.hooks.flatMap((visit) => {
    const { site, device } = visit;
    const stations =
      site.stack === 'netdev'
        ? plan.device(site.hook as 'ingress' | 'egress', device ?? '')
        : plan.ip(site.hook, site.family as 'ip' | 'ip6');
    const change = changeOf(visit, stations);
    return change ? [change] : [];
  });
  return changes.every(({ count, instead }) => count === instead.length) ? changes : null;
}

/** Whether packets of a family meet the same before they are routed, and where the node sends them: nothing else gives them another destination. */
export function haveSameDestinations(before: Plan, after: Plan, family: 'ip' | 'ip6'): boolean {
  const sameStations = (a: readonly Station[], b: readonly Station[]) =>
    a.length === b.length && a.every((station, i) => isSame(station, b[i]));
  const onDevices = ({ order }: Plan) =>
    order.filter(({ stack }) => stack === 'netdev').flatMap(({ chains }) => chains);
  const [own, others] = [onDevices(before), onDevices(after)];
  return (
    own.length === others.length &&
    own.every(({ chain }, i) => chain === others[i]?.chain) &&
    (['prerouting', 'output'] as const).every((hook) => sameStations(before.ip(hook, family), after.ip(hook, family)))
  );
}

function changeOf(visit: HookVisit, stations: readonly Station[]): Change | null {
  const before = visit.stations;
  let from = 0;
  while (from < before.length && from < stations.length && isSame(before[from], stations[from])) from++;
  let [end, other] = [before.length, stations.length];
  while (end > from && other > from && isSame(before[end - 1], stations[other - 1])) {
    end--;
    other--;
  }
  if (end === from && other === from) return null;
  return { visit, from, count: end - from, stations, instead: stations.slice(from, other) };
}

function isSame(a: Station | undefined, b: Station | undefined): boolean {
  if (a?.kind === 'chain') return b?.kind === 'chain' && a.chain.chain === b.chain.chain;
  if (a?.kind !== 'nat') return a?.kind === b?.kind;
  if (b?.kind !== 'nat' || a.manip !== b.manip || a.chains.length !== b.chains.length) return false;
  return a.chains.every(({ chain }, i) => chain === b.chains[i]?.chain);
}

/** What the changed stations were until now. null: no packet came to them. */
export function asBefore({ visit, from, count }: Change): StationVisit | null {
  const visits = visit.visits.slice(from, from + count);
  const [first] = visits;
  if (!first) return null;
  // Where nobody came to the last one, nobody passed it.
  const passed = visits.length === count ? (visits.at(-1)?.passed ?? []) : [];
  return { entered: first.entered, passed, left: visits.flatMap(({ left }) => left) };
}

/** What telling the packets apart may take. */
const LIMITS = { steps: 2_000_000, nodes: 1_000_000 };

/** Of the packets that came to the change those that the suspicious ones were, with all that nobody knows of them. All, where that cannot be told. */
export function concerned(space: FamilySpace, entered: readonly Part[], suspicious: readonly Part[]): readonly Part[] {
  const { diagrams } = space;
  try {
    return diagrams.within(LIMITS, () => {
      const frames = new Set(entered.map((part) => space.domain.frames.base(part)));
      const inputs = inputsByFrame(space, suspicious, frames);
      if ([...inputs.keys()].some((frame) => !frames.has(frame))) return entered;
      const parts = entered.map((part): Part => {
        const among = inputs.get(space.domain.frames.base(part)) ?? FALSE;
        return { ...part, set: diagrams.and(part.set, among) };
      });
      return joinParts(diagrams, parts);
    });
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return entered;
  }
}

/** For each frame that is not left: the packets as they came, or as they were when it was made. */
export function inputsByFrame(
  space: FamilySpace,
  parts: readonly Part[],
  bases: ReadonlySet<number>,
): Map<number, Ref> {
  const { frames } = space.domain;
  const { diagrams, layout } = space;
  const [behind, all] = [new VariableSet(layout.writtenBehind()), new VariableSet(layout.notInputs())];
  const groups = new Map<number, Ref[]>();
  for (const part of parts) {
    const { frame, set } = frames.upTo(part, bases);
    const group = groups.get(frame);
    if (group) group.push(set);
    else groups.set(frame, [set]);
  }
  return new Map(
    [...groups].map(([frame, sets]) => [
      frame,
      diagrams.exists(diagrams.orAll(sets), frames.isPast(frame) ? behind : all),
    ]),
  );
}

/**
 * The packets that leave in another way than before, of those that `entered`, and last those that pass in another form, which are the most: one list for each
 * way, when it is asked for. Throws BudgetExceeded.
 */
export function* differing(
  space: FamilySpace,
  entered: readonly Part[],
  before: Passed,
  after: Passed,
): Generator<readonly Part[]> {
  const first = byFate(before);
  const second = byFate(after);
  const bases = new Set(entered.map((part) => space.domain.frames.base(part)));
  for (const fate of new Set([...first.keys(), ...second.keys()])) {
    const found = differingParts(space, { before: first.get(fate) ?? [], after: second.get(fate) ?? [] }, bases);
    if (found.length > 0) yield found;
  }
  const passing = differingParts(space, { before: before.passed, after: after.passed }, bases);
  if (passing.length > 0) yield passing;
}

/** All parts of what becomes of packets that leave, whoever decides. */
function byFate({ left }: Passed): Map<string, Part[]> {
  const groups = new Map<string, Part[]>();
  for (const { parts, end } of left) {
    const fate = fateText(end);
    const group = groups.get(fate);
    if (group) pushAll(group, parts);
    else groups.set(fate, [...parts]);
  }
  return groups;
}

/** Steps of looking for a packet: that some are concerned of whom nothing differs is no fault. */
const LOOK = 5_000;

/** Packets of one view and frame that are in one of two lists and not in the other. */
interface Different {
  /** Any of these, whose set says nothing. */
  readonly part: Part;
  readonly before: Ref;
  readonly after: Ref;
}

/**
 * Of two lists what is not the same in both: step by step, because most is and what is compared last is most work. `ignored`: bits of the mark that are no
 * difference.
 */
function differentSets(space: FamilySpace, given: Pair, bases: ReadonlySet<number>, ignored = 0): Different[] {
  const { diagrams } = space;
  let pair = given;
  for (const step of [asTheyAre, joined, plain, joined] as const) {
    pair = withoutSame(step(space, pair, bases, ignored));
    if (pair.before.length + pair.after.length === 0) return [];
  }
  const [own, others] = [byKey(pair.before), byKey(pair.after)];
  return [...new Set([...own.keys(), ...others.keys()])].flatMap((key) => {
    const [first, second] = [own.get(key)?.[0], others.get(key)?.[0]];
    const [a, b] = [first?.set ?? FALSE, second?.set ?? FALSE];
    if (a === b) return [];
    return [{ part: (first ?? second) as Part, before: diagrams.diff(a, b), after: diagrams.diff(b, a) }];
  });
}

function differingParts(space: FamilySpace, given: Pair, bases: ReadonlySet<number>): Part[] {
  return differentSets(space, given, bases).flatMap(({ part, before, after }) => {
    const own = { ...part, set: space.diagrams.or(before, after) };
    return space.domain.frames.look(own, LOOK) === 'none' ? [] : [own];
  });
}

/**
 * The packets that pass in both orders, in another form: nobody else can be delivered in both and yet to other addresses, from others or with another mark. Those
 * that pass in one order only meet somebody who drops or rejects them in the other. `ignored`: bits of the mark that are no difference. Throws BudgetExceeded.
 */
export function passingOtherwise(
  space: FamilySpace,
  entered: readonly Part[],
  before: Passed,
  after: Passed,
  ignored = 0,
): Part[] {
  const { diagrams, domain } = space;
  const bases = new Set(entered.map((part) => domain.frames.base(part)));
  const different = differentSets(space, { before: before.passed, after: after.passed }, bases, ignored);
  const side = (which: 'before' | 'after') => different.map((each): Part => ({ ...each.part, set: each[which] }));
  const [gone, come] = [inputsByFrame(space, side('before'), bases), inputsByFrame(space, side('after'), bases)];
  const isTold = [...gone.keys(), ...come.keys()].every((frame) => bases.has(frame));
  const among = isTold ? inBoth(space, gone, come, before.passed, after.passed, bases) : null;
  return different.flatMap(({ part, before: a, after: b }) => {
    const whole = domain.frames.upTo({ ...part, set: diagrams.or(a, b) }, bases);
    const own = among === null ? whole : { ...whole, set: diagrams.and(whole.set, among.get(whole.frame) ?? FALSE) };
    return domain.frames.look(own, LOOK) === 'none' ? [] : [own];
  });
}

/**
 * Packets as they came that pass in both orders, of those that only one lets pass as it does: `gone` of the first, `come` of the second. Most are in both; the
 * others are looked for among all that pass in the other order, too, because who meets something that is drawn anew may pass there in several ways.
 */
function inBoth(
  space: FamilySpace,
  gone: ReadonlyMap<number, Ref>,
  come: ReadonlyMap<number, Ref>,
  before: readonly Part[],
  after: readonly Part[],
  bases: ReadonlySet<number>,
): Map<number, Ref> {
  const { diagrams } = space;
  const found = new Map<number, Ref>();
  for (const frame of new Set([...gone.keys(), ...come.keys()])) {
    const [a, b] = [gone.get(frame) ?? FALSE, come.get(frame) ?? FALSE];
    const both = diagrams.and(a, b);
    const more = [
      inputsAmong(space, frame, diagrams.diff(a, both), after, bases),
      inputsAmong(space, frame, diagrams.diff(b, both), before, bases),
    ];
    found.set(frame, diagrams.orAll([both, ...more]));
  }
  return found;
}

/** Of packets as they came those that some of the parts are. */
function inputsAmong(
  space: FamilySpace,
  frame: number,
  inputs: Ref,
  parts: readonly Part[],
  bases: ReadonlySet<number>,
): Ref {
  const { diagrams, domain } = space;
  const found = parts.flatMap((part) => {
    if (diagrams.disjoint(part.set, inputs)) return [];
    const own = domain.frames.upTo({ ...part, set: diagrams.and(part.set, inputs) }, bases);
    return own.frame === frame ? [own] : [];
  });
  return inputsByFrame(space, found, bases).get(frame) ?? FALSE;
}

interface Pair {
  readonly before: readonly Part[];
  readonly after: readonly Part[];
}

function asTheyAre(_space: FamilySpace, pair: Pair): Pair {
  return pair;
}

/** One part for each view and frame. Both runs mostly have the same sets, if in other frames: those are joined once. */
function joined({ diagrams }: FamilySpace, { before, after }: Pair): Pair {
  const known = new Map<string, Ref>();
  const join = (parts: readonly Part[]) =>
    [...byKey(parts).values()].map((group): Part => {
      const sets = group.map(({ set }) => set);
      const key = sets.join(' ');
      const set = known.get(key) ?? diagrams.orAll(sets);
      known.set(key, set);
      return { ...(group[0] as Part), set };
    });
  return { before: join(before), after: join(after) };
}

/** Without frames that were made since the packets came, and with marks as variables: parts that are the same in another form become the same. */
function plain({ domain }: FamilySpace, { before, after }: Pair, bases: ReadonlySet<number>, ignored: number): Pair {
  const plainPart = (part: Part) => {
    const own = domain.frames.upTo(part, bases);
    return domain.materialised(ignored === 0 ? own : domain.withoutMarkBits(own, ignored));
  };
  return { before: before.map(plainPart), after: after.map(plainPart) };
}

/** Parts of the same view and frame that are as many and the same on both sides say nothing. */
function withoutSame({ before, after }: Pair): Pair {
  const [own, others] = [byKey(before), byKey(after)];
  const isSame = (key: string): boolean => {
    const [first, second] = [own.get(key) ?? [], others.get(key) ?? []];
    if (first.length !== second.length) return false;
    const sets = second.map(({ set }) => set).sort((a, b) => a - b);
    const mine = first.map(({ set }) => set).sort((a, b) => a - b);
    return mine.every((set, i) => set === sets[i]);
  };
  const left = (groups: Map<string, Part[]>) => [...groups].flatMap(([key, parts]) => (isSame(key) ? [] : parts));
  return { before: left(own), after: left(others) };
}

function byKey(parts: readonly Part[]): Map<string, Part[]> {
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const key = `${part.view.id} ${part.frame}`;
    const group = groups.get(key);
    if (group) group.push(part);
    else groups.set(key, [part]);
  }
  return groups;
}
