/** The ports that a rule speaks of, as the rule alone tells: for sentences that name them, and to see whether two rules speak of the same. */
import type { Expression } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { Scene } from '../context.ts';
import { effectsOf, TRANSLATES_DESTINATION } from '../rule-facts.ts';
import { joinWords, type Program } from '../words.ts';

export interface Ports {
  /** `TCP`, `UDP`, `SCTP`, or '' where the rule does not say. */
  readonly protocol: string;
  /** Both ends belong to a range. */
  readonly ranges: readonly (readonly [number, number])[];
}

export const NO_PORTS: Ports = { protocol: '', ranges: [] };

const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [6, 'TCP'],
  [17, 'UDP'],
  [132, 'SCTP'],
]);

const DPORT = /^(tcp|udp|sctp|dccp|udplite|th) dport$/;

/** The destination ports that a rule tests, or null if it tests none. */
export function portsOf(rule: Rule): Ports | null {
  let protocol = '';
  let ranges: (readonly [number, number])[] | null = null;
  for (const statement of rule.body) {
    if (statement.kind !== 'match' || statement.left.kind !== 'field' || statement.op === '!=') continue;
    const { left, right } = statement;
    const name = DPORT.exec(left.name)?.[1];
    if (name !== undefined) {
      ranges = rangesOf(right);
      if (name !== 'th') protocol = name.toUpperCase();
    } else if (left.name === 'meta l4proto' || left.name === 'ip protocol') {
      if (right.kind === 'value' && typeof right.value === 'number') protocol = PROTOCOLS.get(right.value) ?? protocol;
    }
  }
  return ranges === null ? null : { protocol, ranges };
}

function rangesOf(right: Expression): (readonly [number, number])[] {
  if (right.kind === 'value') return typeof right.value === 'number' ? [[right.value, right.value]] : [];
  if (right.kind === 'range') {
    return typeof right.from === 'number' && typeof right.to === 'number' ? [[right.from, right.to]] : [];
  }
  return right.kind === 'set' ? right.elements.slice(0, 64).flatMap(({ key }) => rangesOf(key)) : [];
}

export function portsMeet(a: Ports, b: Ports): boolean {
  if (a.protocol !== '' && b.protocol !== '' && a.protocol !== b.protocol) return false;
  return a.ranges.some(([from, to]) => b.ranges.some((other) => from <= other[1] && other[0] <= to));
}

/** `TCP port 80`, `TCP ports 80 and 443`, `UDP ports 30000 to 32767`; '' without any. Of several protocols: `TCP port 80 and UDP port 53`. */
export function portWords(all: readonly Ports[]): string {
  const byProtocol = new Map<string, Map<string, number>>();
  for (const { protocol, ranges } of all) {
    const words = byProtocol.get(protocol) ?? new Map<string, number>();
    for (const [from, to] of ranges) words.set(from === to ? String(from) : `${from} to ${to}`, from);
    byProtocol.set(protocol, words);
  }
  const parts = [...byProtocol].map(([protocol, words]) => {
    const sorted = [...words].sort((a, b) => a[1] - b[1]).map(([word]) => word);
    const many = sorted.length > 1 || sorted[0]?.includes(' ');
    return `${protocol === '' ? '' : `${protocol} `}port${many ? 's' : ''} ${joinWords(sorted, 5)}`;
  });
  return joinWords(parts.filter((part) => !part.endsWith('port ')));
}

const LOOPBACK = 127;

/**
 * Rules that packets get to and that translate the destination of what comes from outside, by a known program: published ports. Ports of the
 * loopback address are nobody else's.
 */
export function publishedBy(scene: Scene, programs: (program: Program) => boolean, family: string): Rule[] {
  return scene.ruleset.rules.filter((rule) => {
    const program = scene.programOfRule(rule);
    if (program === UNKNOWN || !programs(program)) return false;
    // kube-proxy translates far below, where the node's port is not named any more.
    const nodePort = rule.chain.name === 'KUBE-NODEPORTS' && rule.chain.table.name === 'nat' && portsOf(rule) !== null;
    if (!nodePort && (effectsOf(rule) & TRANSLATES_DESTINATION) === 0) return false;
    const { table } = rule.chain;
    if (table.family !== family && table.family !== 'inet' && family !== 'inet') return false;
    return scene.graph.reached[rule.chain.id] === 1 && !isLoopback(rule);
  });
}

function isLoopback(rule: Rule): boolean {
  return rule.body.some(
    (s) =>
      s.kind === 'match' &&
      s.left.kind === 'field' &&
      s.left.name === 'ip daddr' &&
      s.op === '==' &&
      s.right.kind === 'value' &&
      typeof s.right.value === 'number' &&
      s.right.value >>> 24 === LOOPBACK,
  );
}
