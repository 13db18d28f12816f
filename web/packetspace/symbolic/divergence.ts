/**
 * The same node in another order of chains, gone through as far as it makes a difference: from the first station that is another one, only with packets of
 * which that station makes something else. All others have the same fate in both.
 *
 * Exact: a packet's way depends on nothing but what it has become so far, and each hook is met once. Where packets meet the change more than once, or the
 * packets that it concerns are too many to be told apart, all packets take part.
 */
import type { Plan, Station } from '../../kernel/plan.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { FamilySpace } from './execute.ts';
import type { HookVisit, Journal, StationVisit } from './journal.ts';
import { type Outcome, Outcomes } from './outcomes.ts';
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
      const inputs = inputsByFrame(space, suspicious);
      const frames = new Set(entered.map((part) => space.domain.frames.base(part)));
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
function inputsByFrame(space: FamilySpace, parts: readonly Part[]): Map<number, Ref> {
  const { frames } = space.domain;
  const { diagrams, layout } = space;
  const groups = new Map<number, Ref[]>();
  for (const part of parts) {
    const tight = frames.tight(part);
    const written = frames.isPast(tight.frame) ? layout.writtenBehind() : layout.notInputs();
    const inputs = diagrams.exists(tight.set, new VariableSet(written));
    const group = groups.get(tight.frame);
    if (group) group.push(inputs);
    else groups.set(tight.frame, [inputs]);
  }
  return new Map([...groups].map(([frame, sets]) => [frame, diagrams.orAll(sets)]));
}

/** Steps of looking for a packet. */
const LOOK = 100_000;

/** The packets that pass other than before, or leave in another way. Throws BudgetExceeded. */
export function differing(space: FamilySpace, before: Passed, after: Passed): Part[] {
  const { diagrams } = space;
  const first = space.fatesIn(asOutcomes(diagrams, before));
  const second = space.fatesIn(asOutcomes(diagrams, after));
  return [...new Set([...first.keys(), ...second.keys()])].flatMap((fate) =>
    differingParts(space, first.get(fate)?.parts ?? [], second.get(fate)?.parts ?? []),
  );
}

/** What passed and what left, as ways of ending. */
function asOutcomes(diagrams: Diagrams, { passed, left }: Passed): Outcome[] {
  const outcomes = new Outcomes();
  for (const { parts, end } of left) outcomes.add(parts, end);
  if (passed.length > 0) outcomes.add(passed, { kind: 'delivered', to: 'out' });
  return outcomes.all(diagrams);
}

/** Of two lists the parts that are not the same in both; loose frames are looked into. */
function differingParts(space: FamilySpace, before: readonly Part[], after: readonly Part[]): Part[] {
  const { diagrams } = space;
  const { frames } = space.domain;
  const firsts = byKey(before);
  const seconds = byKey(after);
  const gone: Part[] = [];
  const come: Part[] = [];
  for (const key of new Set([...firsts.keys(), ...seconds.keys()])) {
    const [first, second] = [firsts.get(key), seconds.get(key)];
    if (first?.set === second?.set) continue;
    if (first) gone.push(first);
    if (second) come.push(second);
  }
  if (gone.length + come.length === 0) return [];
  const own = byKey(
    joinParts(
      diagrams,
      gone.map((part) => frames.tight(part)),
    ),
  );
  const others = byKey(
    joinParts(
      diagrams,
      come.map((part) => frames.tight(part)),
    ),
  );
  const found: Part[] = [];
  for (const key of new Set([...own.keys(), ...others.keys()])) {
    const part = (own.get(key) ?? others.get(key)) as Part;
    const set = diagrams.xor(own.get(key)?.set ?? FALSE, others.get(key)?.set ?? FALSE);
    if (set !== FALSE && frames.look({ ...part, set }, LOOK) !== 'none') found.push({ ...part, set });
  }
  return found;
}

function byKey(parts: readonly Part[]): Map<string, Part> {
  return new Map(parts.map((part) => [`${part.view.id} ${part.frame}`, part]));
}
