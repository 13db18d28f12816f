/**
 * What a rule mentions that can betray its writer: comments and jump targets, then sets, interfaces, addresses, users, states and marks. The
 * latter are looked at in built-in chains only; rules of chains with one owner are attributed without looking at them at all.
 */
import { CT_STATE, CT_STATUS } from '../model/constants.ts';
import type { Expression } from '../model/expression.ts';
import { isVerdict } from '../model/expression.ts';
import { terminalStatement } from '../model/rule.ts';
import type { Rule } from '../model/ruleset.ts';
import type { Match, Statement } from '../model/statement.ts';
import { type MarkUse, markUses } from './marks.ts';

/** What a rule says by name: cheap enough for every rule of a dump. */
export interface RuleSignature {
  readonly comments: readonly string[];
  /** Chains that it jumps or goes to, and targets that the dump does not declare. */
  readonly targets: readonly string[];
}

const NOTHING: readonly string[] = [];

/** Cost: linear in the rule's statements and in the elements of its verdict maps. */
export function ruleSignature(rule: Rule): RuleSignature {
  let comments: string[] | null = null;
  let targets: string[] | null = null;
  for (const statement of rule.body) {
    if (statement.kind === 'comment') {
      comments ??= [];
      comments.push(statement.text);
    } else if (statement.kind === 'xt' && statement.role === 'target') {
      targets ??= [];
      targets.push(statement.name);
    } else if (statement.kind === 'verdict' || statement.kind === 'vmap') {
      targets ??= [];
      pushJumps(rule, statement, targets);
    }
  }
  return { comments: comments ?? NOTHING, targets: targets ?? NOTHING };
}

function pushJumps(rule: Rule, statement: Extract<Statement, { kind: 'verdict' | 'vmap' }>, into: string[]): void {
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    if (verdict.kind === 'jump' || verdict.kind === 'goto') into.push(verdict.chain);
    return;
  }
  const { map } = statement;
  const elements = map.kind === 'set' ? map.elements : (rule.chain.table.setNamed.get(map.name)?.elements ?? []);
  for (const { data } of elements) {
    if (data && isVerdict(data) && (data.kind === 'jump' || data.kind === 'goto')) into.push(data.chain);
  }
}

/** An interface as the rule writes it; `wildcard` where `name` is a stem. */
export interface InterfaceUse {
  readonly side: 'in' | 'out';
  readonly name: string;
  readonly wildcard: boolean;
  readonly negated: boolean;
}

export interface AddressUse {
  readonly side: 'saddr' | 'daddr';
  readonly address: number | bigint;
  readonly length: number;
  readonly negated: boolean;
}

export interface RuleFacts {
  readonly sets: readonly string[];
  readonly interfaces: readonly InterfaceUse[];
  readonly addresses: readonly AddressUse[];
  readonly users: readonly number[];
  /** Source and destination ports of any protocol. */
  readonly ports: readonly number[];
  /** Where a NAT statement sends to. */
  readonly toPorts: readonly number[];
  /** Lower case, sorted. */
  readonly states: readonly string[];
  readonly marks: readonly MarkUse[];
  readonly hasMatch: boolean;
  /** Kind of the end: `accept`, `return`, `masquerade`, `reject`, `notrack`, an extension's name, `mangle`, ...; empty for none. */
  readonly end: string;
}

/** Cost: linear in the rule's statements and in the elements of its anonymous sets. */
export function ruleFacts(rule: Rule): RuleFacts {
  const sets: string[] = [];
  const interfaces: InterfaceUse[] = [];
  const addresses: AddressUse[] = [];
  const users: number[] = [];
  const states: string[] = [];
  const ports: number[] = [];
  const toPorts: number[] = [];
  let hasMatch = false;
  for (const statement of rule.body) {
    if (statement.kind === 'set-update') sets.push(statement.set.name);
    else if (statement.kind === 'xt') {
      hasMatch ||= statement.role !== 'target';
      if (statement.name === 'conntrack' || statement.name === 'state') states.push(...statesOfText(statement.options));
    } else if (statement.kind === 'match') {
      hasMatch = true;
      collectMatch(statement, { sets, interfaces, addresses, users, ports, states });
    } else if (statement.kind === 'nat') {
      if (statement.port?.kind === 'value' && typeof statement.port.value === 'number')
        toPorts.push(statement.port.value);
    } else hasMatch ||= statement.kind === 'limit' || statement.kind === 'opaque';
  }
  states.sort();
  const marks = markUses(rule);
  return {
    sets,
    interfaces,
    addresses,
    users,
    ports,
    toPorts,
    states,
    marks,
    hasMatch,
    end: endOf(terminalStatement(rule), rule.body),
  };
}

interface Collected {
  readonly sets: string[];
  readonly interfaces: InterfaceUse[];
  readonly addresses: AddressUse[];
  readonly users: number[];
  readonly ports: number[];
  readonly states: string[];
}

function collectMatch(match: Match, into: Collected): void {
  const { left, right } = match;
  const negated = match.op === '!=' || match.op === 'no-bit';
  if (right.kind === 'set-reference') {
    into.sets.push(right.name);
    return;
  }
  if (left.kind !== 'field') return;
  for (const part of partsOf(right)) collectPart(left.name, part, negated, into);
}

function partsOf(right: Expression): readonly Expression[] {
  return right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
}

function collectPart(field: string, part: Expression, negated: boolean, into: Collected): void {
  switch (field) {
    case 'meta iifname':
    case 'meta iif':
      collectInterface('in', part, negated, into.interfaces);
      break;
    case 'meta oifname':
    case 'meta oif':
      collectInterface('out', part, negated, into.interfaces);
      break;
    case 'ip saddr':
    case 'ip6 saddr':
      collectAddress('saddr', part, negated, into.addresses);
      break;
    case 'ip daddr':
    case 'ip6 daddr':
      collectAddress('daddr', part, negated, into.addresses);
      break;
    case 'meta skuid':
    case 'meta skgid':
      if (part.kind === 'value' && typeof part.value === 'number') into.users.push(part.value);
      break;
    case 'tcp dport':
    case 'udp dport':
    case 'th dport':
    case 'tcp sport':
    case 'udp sport':
    case 'th sport':
      if (part.kind === 'value' && typeof part.value === 'number') into.ports.push(part.value);
      break;
    case 'ct state':
    case 'ct status':
      collectStates(field === 'ct state' ? CT_STATE.byNumber : CT_STATUS.byNumber, part, into.states);
      break;
    default:
  }
}

function collectInterface(side: 'in' | 'out', part: Expression, negated: boolean, into: InterfaceUse[]): void {
  if (part.kind === 'wildcard') into.push({ side, name: part.stem, wildcard: true, negated });
  else if (part.kind === 'value' && typeof part.value === 'string')
    into.push({ side, name: part.value, wildcard: false, negated });
}

function collectAddress(side: 'saddr' | 'daddr', part: Expression, negated: boolean, into: AddressUse[]): void {
  if (part.kind === 'prefix') into.push({ side, address: part.address, length: part.length, negated });
  else if (part.kind === 'value' && typeof part.value !== 'string')
    into.push({ side, address: part.value, length: typeof part.value === 'number' ? 32 : 128, negated });
}

function collectStates(names: ReadonlyMap<number, string>, part: Expression, into: string[]): void {
  if (part.kind !== 'value') return;
  if (typeof part.value === 'string') into.push(part.value.toLowerCase());
  else if (typeof part.value === 'number') {
    for (const [bit, name] of names) if ((part.value & bit) !== 0) into.push(name);
  }
}

/** `--ctstate RELATED,ESTABLISHED,DNAT`: a mixture that the model keeps as text. */
function statesOfText(options: string): string[] {
  const words = options.split(/\s+/);
  const at = words.findIndex((word) => word === '--ctstate' || word === '--state');
  return at === -1 ? [] : (words[at + 1] ?? '').toLowerCase().split(',');
}

function endOf(end: Statement | null, body: readonly Statement[]): string {
  if (end === null) return body.some(({ kind }) => kind === 'notrack') ? 'notrack' : '';
  switch (end.kind) {
    case 'verdict':
      return end.verdict.kind;
    case 'nat':
      return end.type;
    case 'xt':
      return end.name.toLowerCase();
    default:
      return end.kind;
  }
}
