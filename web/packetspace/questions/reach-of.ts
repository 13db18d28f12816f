/** Which packets come to a rule, and which it matches: as sets of packets as they came to the node, and in words. */
import { addressText } from '../../model/address.ts';
import type { Rule } from '../../model/ruleset.ts';
import { type Description, describeSet } from '../diagram/describe.ts';
import type { Field } from '../diagram/field.ts';
import { prefixesOf } from '../diagram/intervals.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { VariableSet } from '../diagram/transformation.ts';
import type { PacketSpace } from '../packet-space.ts';
import type { FamilySpace } from '../symbolic/execute.ts';
import type { Family } from '../symbolic/layout.ts';
import type { Part } from '../symbolic/space.ts';
import type { Origin } from '../symbolic/universe.ts';
import { unknownsIn } from './compare-runs.ts';

export interface ReachOf {
  readonly family: Family;
  readonly origin: Origin;
  /** As packets came to the node. */
  readonly reached: Ref;
  readonly matched: Ref;
}

/**
 * For each family and origin with packets that come to the rule. Cost: the node is gone through once more, every way into its chain. The sets are kept
 * until `forget`.
 */
export function reachOf(space: PacketSpace, rule: Rule): ReachOf[] {
  return space.families.flatMap((family) => {
    const own = space.family(family);
    return (['received', 'sent'] as const).flatMap((origin): ReachOf[] => {
      const reached: Part[] = [];
      const matched: Part[] = [];
      const run = own.run(origin, {
        everyTime: true,
        reaches: (parts, at) => {
          if (at === rule) reached.push(...parts);
        },
        steps: (parts, step) => {
          if (step.type === 'rule' && step.rule === rule) matched.push(...parts);
        },
        *roots() {
          for (const { set } of reached) yield set;
          for (const { set } of matched) yield set;
        },
      });
      own.release(run);
      const made = { family, origin, reached: inputsOf(own, reached), matched: inputsOf(own, matched) };
      return made.reached === FALSE ? [] : [made];
    });
  });
}

/** The packets of some parts as they came. */
export function inputsOf(own: FamilySpace, parts: readonly Part[]): Ref {
  const { diagrams, domain, layout } = own;
  const others = new VariableSet(layout.notInputs());
  return own.keep(diagrams.orAll(parts.map((part) => diagrams.exists(domain.frames.whole(part), others))));
}

// Words ------------------------------------------------------------------------------------------------------------------------

export interface SetInWords {
  /** Each a kind of packets; together they are the set. */
  readonly lines: readonly string[];
  /** False: there are more, or more values. */
  readonly complete: boolean;
  /** What nobody knows, on which it depends as well. */
  readonly unknowns: readonly string[];
}

/** A set of inputs in words: protocols, prefixes, ports, interfaces. Cost: bounded by the limits. */
export function inWords(
  own: FamilySpace,
  set: Ref,
  origin: Origin,
  limits = { products: 12, intervals: 12 },
): SetInWords {
  const { layout, diagrams } = own;
  const fields = [
    layout.protocol.field,
    layout.iif,
    layout.saddr.input.field,
    layout.oif,
    layout.daddr.input.field,
    layout.dport.input.field,
  ] as Field[];
  const described = describeSet(diagrams, set, fields, limits, oddPackets(own, origin));
  return { lines: linesOf(own, described), complete: described.complete, unknowns: unknownsIn(own, set) };
}

/** Packets that there are none of, or that go nowhere: an exception for them would only be in the way. */
function oddPackets(own: FamilySpace, origin: Origin): Ref {
  const { sets, diagrams, layout } = own;
  const { input } = layout.saddr;
  if (origin === 'sent') return own.impossible(origin);
  return sets.once('odd packets', () =>
    diagrams.orAll([
      own.impossible(origin),
      sets.kind(input, 'loopback'),
      sets.kind(input, 'broadcast'),
      sets.known(input),
      sets.kind(layout.daddr.input, 'loopback'),
    ]),
  );
}

function linesOf(own: FamilySpace, { products }: Description): string[] {
  const lines = products.map((product) => {
    const words = product.map(({ field, intervals }) => sideWords(own, field, intervals));
    return words.length === 0 ? 'any packet' : words.join(' ');
  });
  return [...new Set(lines)];
}

type Intervals = Description['products'][number][number]['intervals'];

function sideWords(own: FamilySpace, field: Field, intervals: Intervals): string {
  const { layout, family } = own;
  const width = family === 'ip' ? 32 : 128;
  const list = (wordsOf: (low: number | bigint, high: number | bigint) => string[]) =>
    listWords([...new Set(intervals.flatMap(({ low, high }) => wordsOf(low, high)))]);
  const prefixes = (low: number | bigint, high: number | bigint) =>
    prefixesOf({ low, high }, width).map(({ value, length }) =>
      length === width ? addressText(value, width) : `${addressText(value, width)}/${length}`,
    );
  const codes = (low: number | bigint, high: number | bigint) => {
    const found: string[] = [];
    for (let code = Number(low); code <= Number(high); code++) {
      if (code < layout.atoms.count) found.push(layout.atoms.wordsOf(code));
    }
    return found;
  };
  switch (field) {
    case layout.protocol.field:
      return list(protocolWords);
    case layout.saddr.input.field:
      return `from ${shorter(intervals, width, prefixes, 'anywhere')}`;
    case layout.daddr.input.field:
      return `to ${shorter(intervals, width, prefixes, 'anywhere')}`;
    case layout.dport.input.field:
      return `port ${shorter(intervals, 16, portWords, 'any')}`;
    case layout.iif:
      return `in by ${list(codes)}`;
    default:
      return `out by ${list(codes)}`;
  }
}

function portWords(low: number | bigint, high: number | bigint): string[] {
  return [low === high ? String(low) : `${low}-${high}`];
}

/** The values, or all but the others, whichever takes fewer words. */
function shorter(
  intervals: Intervals,
  width: number,
  wordsOf: (low: number | bigint, high: number | bigint) => string[],
  all: string,
): string {
  const words = [...new Set(intervals.flatMap(({ low, high }) => wordsOf(low, high)))];
  const others = gapsOf(intervals, width).flatMap(({ low, high }) => wordsOf(low, high));
  return others.length < words.length ? `${all} but ${listWords(others)}` : listWords(words);
}

function gapsOf(intervals: Intervals, width: number): { low: bigint; high: bigint }[] {
  const found: { low: bigint; high: bigint }[] = [];
  let next = 0n;
  for (const { low, high } of intervals) {
    if (BigInt(low) > next) found.push({ low: next, high: BigInt(low) - 1n });
    next = BigInt(high) + 1n;
  }
  const last = (1n << BigInt(width)) - 1n;
  if (next <= last) found.push({ low: next, high: last });
  return found;
}

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmpv6'],
  [132, 'sctp'],
]);

function protocolWords(low: number | bigint, high: number | bigint): string[] {
  if (low !== high) return [`protocols ${low}-${high}`];
  return [PROTOCOLS.get(Number(low)) ?? `protocol ${low}`];
}

function listWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
