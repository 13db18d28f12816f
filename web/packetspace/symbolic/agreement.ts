/**
 * Whether sets and single packets agree: a packet of the tracer has to be in exactly the outcomes that its courses say. For tests and tools; what is found
 * is said in words.
 */
import type { End } from '../../kernel/domain.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import { type Course, type Tracer, tracePacket } from '../../kernel/trace.ts';
import { type Cube, literalVariable } from '../diagram/cube.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { support } from '../diagram/walk.ts';
import type { FamilySpace, Run } from './execute.ts';
import { outcomeKey } from './outcomes.ts';
import { packetCube } from './packet-cube.ts';
import type { Part } from './space.ts';

export interface Disagreement {
  /** Ends of the tracer's that the sets do not have for this packet. */
  readonly missing: readonly string[];
  /** Ends of the sets that the tracer does not have. */
  readonly more: readonly string[];
  /** Translations that the sets do not have. */
  readonly translations: readonly string[];
}

/** null: they agree, or the packet is none that the executor has. Cost: an intersection for each outcome. */
export function disagreement(space: FamilySpace, run: Run, tracer: Tracer, packet: TracePacket): Disagreement | null {
  const cube = packetCube(space.sets, packet, space.plan.conntrack[space.family]);
  if (cube === null || (packet.path === 'output') !== (run.origin === 'sent')) return null;
  const routing = new AssumedTables(packet, new Set(space.sets.locals));
  const traced = tracePacket(tracer, packet, { routing, maxBranches: 4096 });
  const possible = new Map<string, Part[]>();
  for (const outcome of run.outcomes) {
    const inside = outcome.parts.flatMap((part) => within(space, part, cube));
    if (inside.length > 0) possible.set(outcomeKey(outcome.end), inside);
  }
  const ends = new Set(traced.courses.map((course) => outcomeKey(answeredEnd(course, packet, routing))));
  const missing = [...ends].filter((key) => !possible.has(key));
  const isMore = ([key, parts]: readonly [string, readonly Part[]]) =>
    !ends.has(key) && parts.some(({ set }) => !hangsOnMore(space, set, cube, traced.asked));
  const more = traced.cut ? [] : [...possible].filter(isMore).map(([key]) => key);
  const translations = traced.courses.flatMap((course) => untranslated(space, course, possible));
  return missing.length + more.length + translations.length > 0 ? { missing, more, translations } : null;
}

/** A reject that is answered from nowhere is a drop (stations.ts, answered). */
function answeredEnd({ end, last }: Course, packet: TracePacket, routing: AssumedTables): End {
  if (end.kind !== 'rejected' || end.reject.with === 'tcp reset') return end;
  const isSure = end.site.hook !== 'input' || packet.family === 'ip6' || last.dst === null || last.dst === packet.dst;
  return isSure || routing.isLocal(last.dst) === true ? end : { kind: 'dropped', rule: end.rule, site: end.site };
}

/**
 * Whether a set of one packet (`cube`) depends on something that sets do not know, and that the tracer did not have to ask (`asked`): a hash, a header that
 * packets are not told of, what other protocols have where TCP has its ports.
 */
export function hangsOnMore(space: FamilySpace, set: Ref, cube: Cube, asked: ReadonlySet<string>): boolean {
  const { layout, diagrams } = space;
  const said = new Set<number>(layout.notInputs());
  for (const each of cube) said.add(literalVariable(each));
  for (const variable of support(diagrams, set)) {
    const text = layout.unknowns.textOf(variable);
    if (text === null ? !said.has(variable) : !asked.has(text)) return true;
  }
  return false;
}

/** The packets of a part that the cube allows. */
function within(space: FamilySpace, part: Part, cube: Cube): Part[] {
  const set = space.diagrams.andCube(part.set, cube);
  const whole = set === FALSE ? FALSE : space.domain.frames.whole({ ...part, set });
  return whole === FALSE ? [] : [{ ...part, frame: 0, set: whole }];
}

/** In words, where the sets do not have the addresses that the course ends with. */
function untranslated(space: FamilySpace, { end, last }: Course, possible: ReadonlyMap<string, Part[]>): string[] {
  if (end.kind !== 'delivered') return [];
  const parts = possible.get(outcomeKey(end)) ?? [];
  const { layout, diagrams } = space;
  const fits = (part: Part): boolean => {
    let set: Ref = part.set;
    const { daddr, saddr, chosenSource, chosenDestination } = part.view;
    const narrow = (field: typeof layout.daddr.moved, value: number | bigint | null) => {
      if (value !== null) set = diagrams.andCube(set, field.cube(value, null) as Cube);
    };
    if (!chosenDestination) narrow(daddr ? layout.daddr.moved : layout.daddr.input, last.dst);
    if (!chosenSource) narrow(saddr ? layout.saddr.moved : layout.saddr.input, last.src);
    if (typeof last.dport === 'number') narrow(part.view.dport ? layout.dport.moved : layout.dport.input, last.dport);
    if (typeof last.sport === 'number') narrow(part.view.sport ? layout.sport.moved : layout.sport.input, last.sport);
    return set !== FALSE;
  };
  return parts.some(fits) ? [] : [`${outcomeKey(end)} as ${last.src}:${last.sport} > ${last.dst}:${last.dport}`];
}
