/** What becomes of some packets: those of a question ("from 10.244.1.7 to TCP port 22 of this node"), by the way in which they end and by who decides. */
import { pushAll } from '../../base/lists.ts';
import type { End } from '../../kernel/domain.ts';
import type { Rule } from '../../model/ruleset.ts';
import { shareOf } from '../diagram/count.ts';
import { literal } from '../diagram/cube.ts';
import type { Field } from '../diagram/field.ts';
import { FALSE, not, type Ref, TRUE } from '../diagram/ref.ts';
import type { Wide } from '../symbolic/bit-field.ts';
import type { FamilySpace, Run } from '../symbolic/execute.ts';
import { LOOPBACK } from '../symbolic/names.ts';
import type { FateKind } from '../symbolic/outcomes.ts';
import type { Part } from '../symbolic/space.ts';
import type { Origin } from '../symbolic/universe.ts';
import { inputSet } from './reach-of.ts';

/** What is said of packets, as they come to the node; null: anything. */
export interface AskedPackets {
  readonly src: readonly [low: Wide, high: Wide] | null;
  readonly dst: readonly [low: Wide, high: Wide] | null;
  readonly protocol: number | null;
  readonly dport: readonly [low: number, high: number] | null;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly state: 'new' | 'established' | 'related' | 'invalid' | 'untracked' | null;
  /** To the node itself, or to others. */
  readonly addressed: 'node' | 'others' | null;
}

/** The set that is asked about, of packets of one origin. Cost: a few intersections. */
export function askedSet({ sets, layout, diagrams }: FamilySpace, origin: Origin, asked: AskedPackets): Ref {
  const { src, dst, protocol, dport, iif, oif, state, addressed } = asked;
  const device = (field: Field, name: string | null) =>
    name === null ? TRUE : sets.interface(field, [layout.atoms.codeOf(name)]);
  const stateSet = (one: NonNullable<typeof state>) =>
    one === 'established' ? diagrams.or(sets.class('original'), sets.class('reply')) : sets.class(one);
  // What the node sends to itself leaves by the loopback interface.
  const isAddressed = (toNode: boolean) =>
    origin === 'received'
      ? diagrams.cube(Int32Array.of(literal(layout.local, toNode)))
      : toNode
        ? sets.interface(layout.oif, [LOOPBACK])
        : not(sets.interface(layout.oif, [LOOPBACK]));
  const ports = dport && layout.dport.input.in(diagrams, { kind: 'numbers', ranges: [dport[0], dport[1]] }, null);
  return diagrams.andAll([
    src ? sets.addresses(layout.saddr.input, [src]) : TRUE,
    dst ? sets.addresses(layout.daddr.input, [dst]) : TRUE,
    protocol === null ? TRUE : sets.protocol(protocol),
    ports === null ? TRUE : diagrams.and(ports, sets.ported()),
    device(layout.iif, origin === 'received' ? iif : null),
    device(layout.oif, oif),
    state === null ? TRUE : stateSet(state),
    addressed === null ? TRUE : isAddressed(addressed === 'node'),
  ]);
}

export interface Decider {
  readonly end: End;
  /** null: a policy, or no rule. */
  readonly rule: Rule | null;
  /** As they came. */
  readonly packets: Ref;
}

/** Packets that end alike. Sets are of use until the next run. */
export interface FateOf {
  readonly kind: FateKind;
  readonly how: string;
  /** As they came. */
  readonly packets: Ref;
  /** As they are at the end. */
  readonly parts: readonly Part[];
  /** Those that decide for most packets first. */
  readonly deciders: readonly Decider[];
}

/** What becomes of the packets in `asked`, of those that a run sent on their way. Cost: an intersection for each end; on large nodes it needs a budget. */
export function fatesOfPackets(own: FamilySpace, run: Run, asked: Ref): FateOf[] {
  const groups = new Map<string, { kind: FateKind; how: string; parts: Part[]; deciders: Decider[] }>();
  for (const { kind, how, end, rule, parts } of run.outcomes) {
    const inside = parts.flatMap((part) => within(own, part, asked));
    if (inside.length === 0) continue;
    const key = `${kind} ${how}`;
    const group = groups.get(key) ?? { kind, how, parts: [], deciders: [] };
    groups.set(key, group);
    pushAll(group.parts, inside);
    group.deciders.push({ end, rule, packets: inputSet(own, inside) });
  }
  const { diagrams } = own;
  return [...groups.values()].map((group) => ({
    ...group,
    packets: diagrams.orAll(group.deciders.map(({ packets }) => packets)),
    deciders: byShare(own, group.deciders),
  }));
}

function within({ diagrams, domain }: FamilySpace, part: Part, asked: Ref): Part[] {
  const set = diagrams.and(part.set, asked);
  const whole = set === FALSE ? FALSE : domain.frames.whole({ ...part, set });
  return whole === FALSE ? [] : [{ ...part, frame: 0, set: whole }];
}

function byShare({ diagrams }: FamilySpace, deciders: readonly Decider[]): Decider[] {
  const shares = new Map(deciders.map((each) => [each, shareOf(diagrams, each.packets)]));
  return [...deciders].sort((a, b) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0));
}
