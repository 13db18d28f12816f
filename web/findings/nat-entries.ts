/**
 * Who translates which connections: the nat rules of a hook in evaluation order, each with the cheap part of its conditions collected
 * along the jumps that lead to it (protocol, destination port, addresses, interface).
 *
 * Not collected: marks, sets, state, users. Two entries "may overlap" unless the collected conditions exclude each other. A jump whose
 * conditions already name an address or port is an entry itself: what is below a Service's jump is not searched.
 */
import type { Expression, SetElement } from '../model/expression.ts';
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Match, Nat } from '../model/statement.ts';
import type { Scene } from './context.ts';
import { type Effects, elementsOf, TRANSLATES_DESTINATION, TRANSLATES_SOURCE, verdictsOf } from './rule-facts.ts';

export interface Conditions {
  readonly protocol: number | null;
  /** Inclusive ranges; null: any. */
  readonly ports: readonly (readonly [number, number])[] | null;
  /** `local`: an address of the node itself (addrtype LOCAL); null: any. */
  readonly daddr: 'local' | readonly Expression[] | null;
  readonly saddr: readonly Expression[] | null;
  readonly iif: { readonly name: string; readonly negated: boolean } | null;
  readonly oif: { readonly name: string; readonly negated: boolean } | null;
  /** Tests a mark: such rules are meant for packets that the same program marked. */
  readonly marked: boolean;
  /** Has conditions that are not collected. */
  readonly more: boolean;
}

export interface NatEntry {
  readonly rule: Rule;
  readonly conditions: Conditions;
  /** The translation, if the entry is the NAT rule itself and not a jump to it. */
  readonly nat: Nat | null;
}

const ANY: Conditions = {
  protocol: null,
  ports: null,
  daddr: null,
  saddr: null,
  iif: null,
  oif: null,
  marked: false,
  more: false,
};

const MOST_STEPS = 60_000;
const MOST_DEPTH = 12;

/** The entries of one hook's nat chains, in evaluation order. Bounded: stops after 60,000 rules. */
export function natEntries(chains: readonly Chain[], effect: Effects, translating: Uint8Array): NatEntry[] {
  const entries: NatEntry[] = [];
  let steps = 0;
  const visit = (chain: Chain, conditions: Conditions, depth: number): void => {
    let here = conditions;
    for (const rule of chain.rules) {
      if (++steps > MOST_STEPS) return;
      collect(rule, narrow(here, rule), depth);
      if (leavesUnmarked(rule)) here = { ...here, marked: true };
    }
  };
  const collect = (rule: Rule, conditions: Conditions, depth: number): void => {
    const nat = rule.body.find((statement) => statement.kind === 'nat');
    if (nat?.kind === 'nat') {
      if (natEffect(nat) === effect) entries.push({ rule, conditions, nat });
      return;
    }
    const vmap = rule.body.find((statement) => statement.kind === 'vmap');
    if (vmap?.kind === 'vmap') {
      for (const element of elementsOf(rule.chain.table, vmap.map)) {
        if (++steps > MOST_STEPS) return;
        if (leads(rule, element, translating))
          entries.push({ rule, conditions: narrowKey(conditions, vmap.key, element.key), nat: null });
      }
      return;
    }
    for (const verdict of verdictsOf(rule)) {
      if (verdict.kind !== 'jump' && verdict.kind !== 'goto') continue;
      const target = rule.chain.table.chainNamed.get(verdict.chain);
      if (!target || translating[target.id] !== 1) continue;
      if (isSpecific(conditions) || depth >= MOST_DEPTH) entries.push({ rule, conditions, nat: null });
      else visit(target, conditions, depth + 1);
    }
  };
  for (const chain of chains) visit(chain, ANY, 0);
  return entries;
}

/** `-m mark ! --mark 0x4000/0x4000 -j RETURN`: what comes after it is for marked packets only. */
function leavesUnmarked({ body }: Rule): boolean {
  const verdict = body.at(-1);
  if (verdict?.kind !== 'verdict' || (verdict.verdict.kind !== 'return' && verdict.verdict.kind !== 'accept'))
    return false;
  const matches = body.filter((statement): statement is Match => statement.kind === 'match');
  const [only] = matches;
  if (!only || matches.length > 1 || body.some(({ kind }) => kind === 'xt')) return false;
  const unmarked = only.op === '!=' || only.op === 'no-bit' || (only.right.kind === 'value' && only.right.value === 0);
  return unmarked && narrowMatch(ANY, only).marked;
}

/** 1 for chains from which a rule with the effect can be reached. Linear in jumps. */
export function translatingChains(scene: Scene, effect: Effects): Uint8Array {
  const marked = new Uint8Array(scene.ruleset.chains.length);
  const stack: number[] = [];
  for (const rule of scene.ruleset.rules) {
    if (marked[rule.chain.id]) continue;
    if (!rule.body.some((statement) => statement.kind === 'nat' && natEffect(statement) === effect)) continue;
    marked[rule.chain.id] = 1;
    stack.push(rule.chain.id);
  }
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    for (const { from } of scene.graph.into(id)) {
      if (marked[from]) continue;
      marked[from] = 1;
      stack.push(from);
    }
  }
  return marked;
}

function natEffect(nat: Nat): Effects {
  return nat.type === 'dnat' || nat.type === 'redirect' ? TRANSLATES_DESTINATION : TRANSLATES_SOURCE;
}

function leads(rule: Rule, { data }: SetElement, translating: Uint8Array): boolean {
  if (data?.kind !== 'jump' && data?.kind !== 'goto') return false;
  const target = rule.chain.table.chainNamed.get(data.chain);
  return target !== undefined && translating[target.id] === 1;
}

function isSpecific({ ports, daddr }: Conditions): boolean {
  return ports !== null || (daddr !== null && daddr !== 'local');
}

function narrow(conditions: Conditions, rule: Rule): Conditions {
  let result = conditions;
  for (const statement of rule.body) if (statement.kind === 'match') result = narrowMatch(result, statement);
  return result;
}

function narrowMatch(conditions: Conditions, { left, op, right }: Match): Conditions {
  if (left.kind === 'bitwise') return { ...conditions, marked: true };
  if (left.kind !== 'field') return { ...conditions, more: true };
  if (left.name === 'meta mark' || left.name === 'ct mark') return { ...conditions, marked: true };
  if (left.name === 'meta iifname' || left.name === 'meta oifname') {
    const name = interfaceName(right);
    const which = left.name === 'meta iifname' ? 'iif' : 'oif';
    return name === null ? { ...conditions, more: true } : { ...conditions, [which]: { name, negated: op === '!=' } };
  }
  if (op !== '==' && op !== 'any-bit') return { ...conditions, more: true };
  return narrowField(conditions, left.name, right);
}

function narrowKey(conditions: Conditions, key: Expression, member: Expression): Conditions {
  const keys = key.kind === 'concat' ? key.parts : [key];
  const members = member.kind === 'concat' ? member.parts : [member];
  return keys.reduce<Conditions>((result, part, i) => {
    const value = members[i];
    return part.kind === 'field' && value ? narrowField(result, part.name, value) : result;
  }, conditions);
}

function narrowField(conditions: Conditions, name: string, right: Expression): Conditions {
  switch (name) {
    case 'meta l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr':
      return right.kind === 'value' && typeof right.value === 'number'
        ? { ...conditions, protocol: right.value }
        : conditions;
    case 'tcp dport':
    case 'udp dport':
    case 'th dport':
    case 'sctp dport': {
      const protocol = name.startsWith('tcp')
        ? 6
        : name.startsWith('udp')
          ? 17
          : name.startsWith('sctp')
            ? 132
            : conditions.protocol;
      const ports = portRanges(right);
      return ports === null ? { ...conditions, protocol, more: true } : { ...conditions, protocol, ports };
    }
    case 'ip daddr':
    case 'ip6 daddr':
      return {
        ...conditions,
        daddr: addresses(right) ?? conditions.daddr,
        more: conditions.more || addresses(right) === null,
      };
    case 'ip saddr':
    case 'ip6 saddr':
      return {
        ...conditions,
        saddr: addresses(right) ?? conditions.saddr,
        more: conditions.more || addresses(right) === null,
      };
    case 'fib daddr type':
      return isLocal(right) ? { ...conditions, daddr: conditions.daddr ?? 'local' } : { ...conditions, more: true };
    default:
      return { ...conditions, more: true };
  }
}

/** Kernel: RTN_LOCAL is 2 (include/uapi/linux/rtnetlink.h). */
function isLocal(right: Expression): boolean {
  if (right.kind === 'value') return right.value === 2 || right.value === 'local';
  return right.kind === 'set' && right.elements.every(({ key }) => isLocal(key));
}

function interfaceName(right: Expression): string | null {
  if (right.kind === 'value' && typeof right.value === 'string') return right.value;
  return right.kind === 'wildcard' ? `${right.stem}*` : null;
}

function portRanges(right: Expression): (readonly [number, number])[] | null {
  if (right.kind === 'value') return typeof right.value === 'number' ? [[right.value, right.value]] : null;
  if (right.kind === 'range') {
    return typeof right.from === 'number' && typeof right.to === 'number' ? [[right.from, right.to]] : null;
  }
  if (right.kind !== 'set') return null;
  const ranges = right.elements.slice(0, 64).map(({ key }) => portRanges(key));
  return ranges.every((range) => range !== null) ? ranges.flat() : null;
}

function addresses(right: Expression): readonly Expression[] | null {
  if (right.kind === 'value' || right.kind === 'prefix') return [right];
  return right.kind === 'set' && right.elements.length <= 64 ? right.elements.map(({ key }) => key) : null;
}

/** Whether the collected conditions leave a packet that matches both. Local and named addresses are taken to exclude each other. */
export function mayOverlap(a: Conditions, b: Conditions): boolean {
  if (a.protocol !== null && b.protocol !== null && a.protocol !== b.protocol) return false;
  if (
    a.ports &&
    b.ports &&
    !a.ports.some(([from, to]) => b.ports?.some((other) => from <= other[1] && other[0] <= to))
  ) {
    return false;
  }
  return (
    interfacesMeet(a.iif, b.iif) &&
    interfacesMeet(a.oif, b.oif) &&
    destinationsMeet(a.daddr, b.daddr) &&
    sourcesMeet(a.saddr, b.saddr)
  );
}

function destinationsMeet(a: Conditions['daddr'], b: Conditions['daddr']): boolean {
  if (a === null || b === null) return true;
  if (a === 'local' || b === 'local') return a === b;
  return sourcesMeet(a, b);
}

function sourcesMeet(a: readonly Expression[] | null, b: readonly Expression[] | null): boolean {
  if (a === null || b === null) return true;
  return a.some((left) => b.some((right) => addressesMeet(left, right)));
}

function addressesMeet(a: Expression, b: Expression): boolean {
  const left = asPrefix(a);
  const right = asPrefix(b);
  if (!left || !right) return true;
  if (left.width !== right.width) return false;
  const shift = BigInt(left.width - Math.min(left.length, right.length));
  return left.address >> shift === right.address >> shift;
}

function asPrefix(expression: Expression): { address: bigint; length: number; width: number } | null {
  if (expression.kind === 'prefix') {
    return { address: BigInt(expression.address), length: expression.length, width: expression.width };
  }
  if (expression.kind !== 'value' || typeof expression.value === 'string') return null;
  const width = typeof expression.value === 'number' ? 32 : 128;
  return { address: BigInt(expression.value), length: width, width };
}

function interfacesMeet(a: Conditions['iif'], b: Conditions['iif']): boolean {
  if (a === null || b === null || (a.negated && b.negated)) return true;
  const covers = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
  if (a.negated) return !covers(a.name, b.name);
  if (b.negated) return !covers(b.name, a.name);
  return covers(a.name, b.name) || covers(b.name, a.name);
}
