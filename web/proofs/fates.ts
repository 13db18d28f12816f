/** What becomes of packets of which some things are said: who can reach port 22 of this node, what can 10.244.1.7 reach. In words, with who decides. */
import { endsOf, parseNetwork } from '../base/ip.ts';
import type { Scene } from '../findings/context.ts';
import { chainName, programName, ruleName } from '../findings/words.ts';
import type { End } from '../kernel/domain.ts';
import type { PacketJson } from '../kernel/packet-fields.ts';
import { BudgetExceeded } from '../packetspace/diagram/budget.ts';
import { describeSet } from '../packetspace/diagram/describe.ts';
import type { Field } from '../packetspace/diagram/field.ts';
import { FALSE, type Ref } from '../packetspace/diagram/ref.ts';
import type { PacketSpace } from '../packetspace/packet-space.ts';
import {
  type AskedPackets,
  askedSet,
  type Decider,
  type FateOf,
  fatesOfPackets,
} from '../packetspace/questions/fates-of.ts';
import { addressesWords, portsWords } from '../packetspace/questions/interval-words.ts';
import { inWords, oddPackets, type SetInWords } from '../packetspace/questions/set-words.ts';
import { witnessPacket } from '../packetspace/questions/witness-packet.ts';
import type { BitField } from '../packetspace/symbolic/bit-field.ts';
import type { FamilySpace } from '../packetspace/symbolic/execute.ts';
import type { Family } from '../packetspace/symbolic/layout.ts';
import type { FateKind } from '../packetspace/symbolic/outcomes.ts';
import type { Part } from '../packetspace/symbolic/space.ts';
import type { Origin } from '../packetspace/symbolic/universe.ts';
import { partyOfRule } from './change.ts';
import { packetWords } from './sentence.ts';

/** What is said of the packets, as they come to the node; null: anything. */
export interface PacketsQuestion {
  readonly family: Family | null;
  readonly origin: Origin | null;
  /** Networks: `10.244.1.7/32`. */
  readonly src: string | null;
  readonly dst: string | null;
  /** Addressed to the node itself. */
  readonly addressed: AskedPackets['addressed'];
  readonly protocol: number | null;
  readonly dport: readonly [low: number, high: number] | null;
  readonly iif: string | null;
  readonly oif: string | null;
  readonly state: AskedPackets['state'];
}

/** A packet of a set, as the tracer takes it, with what has to be so of what nobody knows. */
export interface Example {
  readonly packet: PacketJson;
  readonly pins: readonly { readonly unknown: string; readonly value: boolean }[];
  /** `A TCP packet from 10.244.1.7 to 10.96.0.10:53 that comes in by cali123`. */
  readonly who: string;
}

export interface FateInWords {
  readonly family: Family;
  readonly origin: Origin;
  readonly kind: FateKind;
  /** How it is rejected, which queue, why it is lost; empty where there is nothing to say. */
  readonly how: string;
  readonly packets: SetInWords;
  /** Who decides: those that decide for most packets first. Empty where nobody does: nothing refuses them. */
  readonly deciders: readonly {
    /** `rule 4 of ip filter FORWARD`, `the policy of ip filter INPUT`. */
    readonly words: string;
    readonly chain: number;
    readonly rule: number | null;
    /** Whose rule it is; null of a policy. */
    readonly program: string | null;
  }[];
  /** Deciders that are not listed. */
  readonly more: number;
  /** What destinations are rewritten to, of delivered packets: `10.244.1.5 port 8080`. */
  readonly rewritten: readonly string[];
  readonly example: Example | null;
}

export interface FatesAnswer {
  readonly question: PacketsQuestion;
  /** Empty: there are no such packets. */
  readonly fates: readonly FateInWords[];
  /** Parts that were not followed to their end, or are too many to be told. */
  readonly undecided: readonly string[];
}

/** What the answer for one origin's packets may take. */
export const LIMITS = { steps: 20_000_000, nodes: 5_000_000 };
const MOST_DECIDERS = 6;

/** Cost: that of executing the node, where that has not been done; then an intersection for each end. */
export function whatBecomes(space: PacketSpace, scene: Scene, question: PacketsQuestion): FatesAnswer {
  const undecided: string[] = [];
  const fates = familiesOf(space, question).flatMap((family) =>
    ORIGINS.filter((origin) => question.origin === null || question.origin === origin).flatMap((origin) => {
      const own = space.family(family);
      const run = space.run(family, origin);
      if (run.undecided !== null) undecided.push(`${wayWords(family, origin)}: ${run.undecided}`);
      try {
        return own.diagrams.within(LIMITS, () => {
          const asked = askedSet(own, origin, askedOf(question, family));
          return withoutOdd(own, origin, fatesOfPackets(own, run, asked)).map((fate) => told(scene, own, origin, fate));
        });
      } catch (error) {
        if (!(error instanceof BudgetExceeded)) throw error;
        undecided.push(`${wayWords(family, origin)}: there are too many kinds of them; ask for fewer`);
        return [];
      }
    }),
  );
  return { question, fates: fates.sort((a, b) => rankOf(a.kind) - rankOf(b.kind)), undecided };
}

const ORIGINS: readonly Origin[] = ['received', 'sent'];
const ORIGIN_WORDS = { received: 'that come in', sent: 'that the node sends' } as const;

/** `IPv4 packets that come in`. */
export function wayWords(family: Family, origin: Origin): string {
  return `${family === 'ip' ? 'IPv4' : 'IPv6'} packets ${ORIGIN_WORDS[origin]}`;
}

const RANKS: readonly FateKind[] = ['delivered-local', 'delivered-out', 'rejected', 'dropped'];

function rankOf(kind: FateKind): number {
  const rank = RANKS.indexOf(kind);
  return rank < 0 ? RANKS.length : rank;
}

/** The families that the question is about: an address is of one. */
function familiesOf({ families }: PacketSpace, { family, src, dst }: PacketsQuestion): Family[] {
  const wanted = [src, dst].flatMap((text) => (text === null ? [] : (parseNetwork(text)?.family ?? [])));
  return families.filter((each) => (family === null || each === family) && wanted.every((other) => other === each));
}

/** Fates of nothing but packets that nobody asks for (martians are lost) are left out, unless nothing else was asked for. */
function withoutOdd(own: FamilySpace, origin: Origin, fates: readonly FateOf[]): readonly FateOf[] {
  const odd = oddPackets(own, origin);
  const plain = fates.filter(({ packets }) => !own.diagrams.implies(packets, odd));
  return plain.length > 0 ? plain : fates;
}

function askedOf(question: PacketsQuestion, family: Family): AskedPackets {
  return { ...question, src: rangeOf(question.src, family), dst: rangeOf(question.dst, family) };
}

function rangeOf(text: string | null, family: Family): AskedPackets['src'] {
  const network = text === null ? null : parseNetwork(text);
  if (!network) return null;
  const [first, last] = endsOf(network);
  return family === 'ip' ? [Number(first), Number(last)] : [BigInt(first), BigInt(last)];
}

function told(scene: Scene, own: FamilySpace, origin: Origin, fate: FateOf): FateInWords {
  const deciders = fate.deciders.flatMap((each) => deciderWords(scene, each) ?? []);
  return {
    family: own.family,
    origin,
    kind: fate.kind,
    how: fate.how,
    packets: inWords(own, fate.packets, origin),
    deciders: deciders.slice(0, MOST_DECIDERS),
    more: Math.max(0, deciders.length - MOST_DECIDERS),
    rewritten: fate.kind.startsWith('delivered') ? rewrittenTo(own, fate.parts) : [],
    example: exampleOf(own, fate.packets, origin),
  };
}

function deciderWords(scene: Scene, { end, rule }: Decider): FateInWords['deciders'][number] | null {
  if (rule) {
    return {
      words: ruleName(rule),
      chain: rule.chain.id,
      rule: rule.id,
      program: programName(partyOfRule(scene, rule)),
    };
  }
  const chain = policyOf(end);
  return chain ? { words: `the policy of ${chainName(chain)}`, chain: chain.id, rule: null, program: null } : null;
}

function policyOf(end: End) {
  return 'site' in end ? end.site.base.chain : null;
}

/** A packet of a set of inputs; null where there is none. */
export function exampleOf(own: FamilySpace, set: Ref, origin: Origin): Example | null {
  const found = set === FALSE ? null : witnessPacket(own, set, origin);
  return found && { packet: found.packet, pins: found.answers, who: packetWords(found.packet) };
}

const MOST_REWRITTEN = { products: 8, intervals: 8 };

/** Where packets are sent instead of where they were going. */
function rewrittenTo(own: FamilySpace, parts: readonly Part[]): string[] {
  const { layout, diagrams } = own;
  const found = new Set<string>();
  const [address, port] = [layout.daddr.moved, layout.dport.moved];
  const fields = [address.field, port.field] as [Field, Field];
  for (const isChosen of [false, true]) {
    const moved = parts.filter(({ view }) => (view.daddr || view.dport) && view.chosenDestination === isChosen);
    if (moved.length === 0) continue;
    const set = diagrams.orAll(moved.map((part) => part.set));
    for (const product of describeSet(diagrams, set, fields, MOST_REWRITTEN).products) {
      const side = (field: BitField) =>
        product.find((each) => each.field === field.field)?.intervals.map((interval) => field.valuesOf(interval));
      const [addresses, ports] = [side(address), side(port)];
      const where =
        isChosen || !addresses
          ? 'an address of the node'
          : addressesWords(addresses, own.family === 'ip' ? 32 : 128).words;
      found.add(ports ? `${where} ${portsWords(ports).words}` : where);
    }
  }
  return [...found];
}
