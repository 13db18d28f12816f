/**
 * Packets that one program accepts and another one's base chain refuses later on the same hook, in whatever order the two stand.
 * Kernel: an accept ends its base chain only; the packet goes on to the next one [c1, c2].
 */
import { pushAll } from '../base/lists.ts';
import type { Scene } from '../findings/context.ts';
import type { FindingWitness } from '../findings/finding.ts';
import { programName, ruleName } from '../findings/words.ts';
import { fateOf } from '../kernel/fate.ts';
import type { HookOrder } from '../kernel/order.ts';
import { readPacket } from '../kernel/packet-input.ts';
import { AssumedTables } from '../kernel/routing.ts';
import { type Course, tracePacket } from '../kernel/trace.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import { BudgetExceeded } from '../packetspace/diagram/budget.ts';
import { FALSE, not } from '../packetspace/diagram/ref.ts';
import type { PacketSpace } from '../packetspace/packet-space.ts';
import { commonWitness, type WitnessPacket } from '../packetspace/questions/witness-packet.ts';
import { inputsByFrame } from '../packetspace/symbolic/divergence.ts';
import type { FamilySpace, Run } from '../packetspace/symbolic/execute.ts';
import type { Outcome } from '../packetspace/symbolic/outcomes.ts';
import type { Part } from '../packetspace/symbolic/space.ts';
import type { Watcher } from '../packetspace/symbolic/symbolic-domain.ts';
import type { Origin } from '../packetspace/symbolic/universe.ts';
import { partyOfChain, partyOfRule } from './change.ts';
import { fatesWords, packetWords } from './sentence.ts';

export interface Overruled {
  readonly accepting: Chain;
  /** The program whose rule accepts. */
  readonly accepter: string;
  readonly acceptRule: Rule;
  readonly refusing: Chain;
  readonly refuser: string;
  readonly witness: FindingWitness;
}

const LIMITS = { steps: 4_000_000, nodes: 2_000_000 };
/** Packets that are tried until the tracer agrees. */
const TRIES = 4;
/** Every way into every chain below the accepting ones is gone through: not for more rules than these. */
const LARGE = 40_000;
/** Base chains of one hook: each pair is a question of its own. */
const CROWD = 100;
const MANGLE = -150;

/** One for each pair of base chains and programs that has such packets. Cost: that of the filters of hooks that have several of different writers, once more. */
export function findOverruled(scene: Scene, space: PacketSpace): Overruled[] | 'too-large' {
  const isCrowded = scene.order.some(({ chains }) => chains.length > CROWD);
  if (isCrowded) return 'too-large';
  const candidates = scene.order.flatMap((hook) => candidatesOf(scene, hook));
  if (candidates.length === 0) return [];
  const accepting = [...new Set(candidates.map((each) => each.accepting))];
  const size = (own: FamilySpace) => accepting.reduce((sum, chain) => sum + own.rulesBelow(chain), 0);
  if (space.families.some((family) => size(space.family(family)) > LARGE)) return 'too-large';
  return space.families.flatMap((family) =>
    (['received', 'sent'] as const).flatMap((origin) =>
      overruledOf(scene, space, space.family(family), origin, candidates),
    ),
  );
}

interface Candidate {
  readonly accepting: Chain;
  readonly refusing: Chain;
}

/** Filters of different writers on one hook, the earlier first. */
function candidatesOf(scene: Scene, { stack, chains }: HookOrder): Candidate[] {
  if (stack !== 'l3') return [];
  const filters = chains
    .filter(
      ({ chain, dispatcher, effectivePriority }) =>
        !dispatcher && chain.base?.type === 'filter' && effectivePriority > MANGLE,
    )
    .map(({ chain }) => chain);
  return filters.flatMap((accepting, i) =>
    filters
      .slice(i + 1)
      .filter((refusing) => partyOfChain(scene, refusing) !== partyOfChain(scene, accepting))
      .map((refusing) => ({ accepting, refusing })),
  );
}

function overruledOf(
  scene: Scene,
  space: PacketSpace,
  own: FamilySpace,
  origin: Origin,
  candidates: readonly Candidate[],
): Overruled[] {
  const run = space.run(own.family, origin);
  const refused = candidates.filter(({ refusing }) => refusalsOf(run, refusing).length > 0);
  const accepting = new Set(refused.map((each) => each.accepting));
  if (accepting.size === 0) return [];
  const accepted = new Map<string, { readonly chain: Chain; readonly program: string; readonly parts: Part[] }>();
  const watcher: Watcher = {
    everyTime: true,
    steps: (parts, step) => {
      if (step.type !== 'rule' || step.verdict !== 'accept' || !accepting.has(step.site.base.chain)) return;
      const program = partyOfRule(scene, step.rule);
      const chain = step.site.base.chain;
      const known = accepted.get(`${chain.id} ${program}`);
      if (known) pushAll(known.parts, parts);
      else accepted.set(`${chain.id} ${program}`, { chain, program, parts: [...parts] });
    },
    *roots() {
      for (const { parts } of accepted.values()) for (const { set } of parts) yield set;
    },
  };
  const found: Overruled[] = [];
  try {
    own.watchChains(run, accepting, watcher);
    for (const { chain, program, parts } of accepted.values()) {
      for (const { refusing } of refused.filter((each) => each.accepting === chain)) {
        const shown = shownBy(scene, space, own, run, { accepting: chain, refusing }, program, parts);
        if (shown) found.push(shown);
      }
    }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  return found;
}

/** The ends of packets that a base chain refuses. */
function refusalsOf({ outcomes }: Run, refusing: Chain): Outcome[] {
  return outcomes.filter(
    ({ kind, end }) => (kind === 'dropped' || kind === 'rejected') && 'site' in end && end.site.base.chain === refusing,
  );
}

function shownBy(
  scene: Scene,
  space: PacketSpace,
  own: FamilySpace,
  run: Run,
  { accepting, refusing }: Candidate,
  accepter: string,
  parts: readonly Part[],
): Overruled | null {
  const refusals = refusalsOf(run, refusing).filter(
    ({ rule }) => (rule === null ? partyOfChain(scene, refusing) : partyOfRule(scene, rule)) !== accepter,
  );
  if (refusals.length === 0) return null;
  // Both on one hook: what happened to packets before is the same, and does not have to be looked into.
  const bases = new Set(parts.map((part) => own.domain.frames.base(part)));
  const inputs = (of: readonly Part[]) => own.diagrams.within(LIMITS, () => inputsByFrame(own, of, bases));
  const refused = inputs(refusals.flatMap((refusal) => refusal.parts));
  for (const [frame, accepted] of inputs(parts)) {
    const both = own.diagrams.within(LIMITS, () => own.diagrams.and(accepted, refused.get(frame) ?? FALSE));
    if (both === FALSE) continue;
    const sets = [...own.domain.frames.sets({ view: own.domain.views.received, frame, set: both })];
    for (let tries = 0; tries < TRIES; tries++) {
      const chosen = commonWitness(own, sets, run.origin);
      if (!chosen) break;
      const shown = replayed(scene, space, own, { accepting, refusing }, accepter, chosen);
      if (shown) return shown;
      sets.push(not(own.sets.protocol(readPacket(chosen.packet).packet?.protocol ?? 0)));
    }
  }
  return null;
}

/** What the tracer says of the packet; null where it does not go that way. */
function replayed(
  scene: Scene,
  space: PacketSpace,
  own: FamilySpace,
  { accepting, refusing }: Candidate,
  accepter: string,
  chosen: WitnessPacket,
): Overruled | null {
  const { packet } = readPacket(chosen.packet);
  if (!packet) return null;
  const routing = new AssumedTables(packet, new Set(own.sets.locals));
  const pins = new Map(chosen.answers.map(({ unknown, value }) => [unknown, value]));
  const { courses } = tracePacket(space.tracer, packet, { routing, pins });
  for (const course of courses) {
    const rule = acceptOf(scene, course, accepting, accepter);
    const { end } = course;
    if (!rule || !('site' in end) || end.site.base.chain !== refusing) continue;
    const by = 'rule' in end && end.rule ? partyOfRule(scene, end.rule) : partyOfChain(scene, refusing);
    const who = packetWords(chosen.packet);
    const asIs = fatesWords(scene, [{ fate: fateOf(course, packet, routing), mark: course.last.mark }], false);
    const sentence = `${who} is accepted by ${programName(accepter)} (${ruleName(rule)}), and then ${asIs}.`;
    const shown = {
      kind: 'shown',
      packet: chosen.packet,
      pins: chosen.answers,
      change: null,
      who,
      asIs,
      changed: null,
      sentence,
    } as const;
    return { accepting, accepter, acceptRule: rule, refusing, refuser: by, witness: shown };
  }
  return null;
}

function acceptOf(scene: Scene, { steps }: Course, accepting: Chain, accepter: string): Rule | null {
  for (const step of steps) {
    if (step.type !== 'rule' || step.verdict !== 'accept' || step.site.base.chain !== accepting) continue;
    if (partyOfRule(scene, step.rule) === accepter) return step.rule;
  }
  return null;
}
