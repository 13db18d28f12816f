/**
 * Which jumps of a chain one packet can take, at most: what a worst case adds up. Of neighbouring rules that compare one field with different values (a
 * dispatch by address, port or interface) it takes the jumps of one value, and those of the prefixes and wildcards around it; rules with the same value
 * may be told apart by their other fields, else a packet takes them all.
 * Assumption: the fields that are looked at stay as they are on the way; verdicts that would end the walk earlier are not considered.
 */
import type { Expression, Prefix, Scalar } from './expression.ts';
import type { Rule } from './ruleset.ts';

/** The jumps of a chain by their place, in the order of its rules. A verdict map gives several of one rule, of which a packet takes one. */
export interface JumpList {
  readonly count: number;
  /** The place of the jump's rule in its chain, from 0. */
  readonly ruleOf: (jump: number) => number;
  /** What is below the jump; not negative. */
  readonly costOf: (jump: number) => number;
}

/** The jumps whose costs add up to the most, in any order. Cost: linear in rules and jumps, times the lengths of prefixes in a run. */
export function jumpsTaken(rules: readonly Rule[], { count, ruleOf, costOf }: JumpList): number[] {
  const taken: number[] = [];
  let run: Candidate[] = [];
  let key: string | null = null;
  let at = 0;
  for (let index = 0; index < rules.length && at < count; index++) {
    const rule = rules[index] as Rule;
    const next = dispatchField(rule);
    if (next === null || next !== key) {
      for (const { jump } of costliest(run).candidates) taken.push(jump);
      run = [];
    }
    key = next;
    let best: Candidate | null = null;
    for (; at < count && ruleOf(at) === index; at++) {
      const cost = costOf(at);
      if (best === null || cost > best.cost) best = { rule, jump: at, cost };
    }
    if (best) run.push(best);
  }
  for (const { jump } of costliest(run).candidates) taken.push(jump);
  return taken;
}

interface Candidate {
  readonly rule: Rule;
  readonly jump: number;
  readonly cost: number;
}

interface Choice {
  readonly candidates: readonly Candidate[];
  readonly cost: number;
}

/** Fields that tell rules of a run apart. Marks and states are not among them: a chain below may change them. */
const STEADY = / ([sd]addr|[sd]port|iifname|oifname|iif|oif|l4proto)$/;
const DISPATCH = / (saddr|daddr|dport|iifname|oifname|iif|oif)$/;
const TRANSPORT = /^(tcp|udp|udplite|sctp|dccp) /;

type Constant = Extract<Expression, { kind: 'value' | 'prefix' | 'wildcard' }>;

/** The first field that the rule compares with one value, if it is of those that chains dispatch by. */
function dispatchField({ body }: Rule): string | null {
  for (const statement of body) {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') continue;
    if (isConstant(statement.right) && DISPATCH.test(statement.left.name)) return statement.left.name;
  }
  return null;
}

function isConstant(right: Expression): right is Constant {
  return right.kind === 'value' || right.kind === 'prefix' || right.kind === 'wildcard';
}

/** `tcp dport 53` says the protocol too. */
function constantsOf({ body }: Rule): Map<string, Constant> {
  const constants = new Map<string, Constant>();
  for (const statement of body) {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') continue;
    const { name } = statement.left;
    const transport = TRANSPORT.exec(name)?.[1];
    if (transport !== undefined && !constants.has('meta l4proto'))
      constants.set('meta l4proto', { kind: 'value', value: PROTOCOLS[transport] as number });
    if (isConstant(statement.right) && STEADY.test(name) && !constants.has(name)) constants.set(name, statement.right);
  }
  return constants;
}

const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 };

const NONE: Choice = { candidates: [], cost: 0 };

/** Of rules that all compare one field. */
function costliest(run: readonly Candidate[]): Choice {
  const [first] = run;
  if (!first) return NONE;
  if (run.length === 1) return all(run);
  const members = run.map((candidate): Member => ({ ...candidate, constants: constantsOf(candidate.rule) }));
  const field = dispatchField(first.rule);
  return field === null ? all(run) : among(members, field);
}

interface Member extends Candidate {
  readonly constants: ReadonlyMap<string, Constant>;
}

function all(candidates: readonly Candidate[]): Choice {
  return { candidates, cost: candidates.reduce((sum, { cost }) => sum + cost, 0) };
}

/** The costliest value of the field, with the prefixes around it. */
function among(members: readonly Member[], field: string): Choice {
  const groups = new Map<Scalar, { readonly constant: Constant; readonly members: Member[] }>();
  for (const member of members) {
    const constant = member.constants.get(field) as Constant;
    const name = nameOf(constant);
    const group = groups.get(name);
    if (group) group.members.push(member);
    else groups.set(name, { constant, members: [member] });
  }
  const choices = new Map<Scalar, Choice>();
  for (const [name, group] of groups) choices.set(name, ofOneValue(group.members, field));
  const around = new Map<number, number>();
  for (const { constant } of groups.values())
    if (!isSingle(constant)) around.set(lengthOf(constant), widthOf(constant));
  let best: readonly Choice[] = [];
  let most = -1;
  for (const [name, { constant }] of groups) {
    const together = [choices.get(name) as Choice, ...choicesAround(constant, around, choices)];
    const cost = together.reduce((sum, one) => sum + one.cost, 0);
    if (cost > most) [best, most] = [together, cost];
  }
  return { candidates: best.flatMap(({ candidates }) => candidates), cost: most };
}

/** Rules with one value of the field: another one that all of them compare may tell them apart. */
function ofOneValue(members: readonly Member[], field: string): Choice {
  const [first] = members;
  if (!first || members.length === 1) return all(members);
  const rest = members.map((member): Member => {
    const constants = new Map(member.constants);
    constants.delete(field);
    return { ...member, constants };
  });
  for (const name of first.constants.keys()) {
    if (name !== field && rest.every(({ constants }) => constants.has(name))) return among(rest, name);
  }
  return all(members);
}

/** Of the prefixes and wildcards in which the constant is. `lengths` has all that there are, with their widths. */
function choicesAround(
  constant: Constant,
  lengths: ReadonlyMap<number, number>,
  choices: ReadonlyMap<Scalar, Choice>,
): Choice[] {
  const own = isSingle(constant) ? Number.POSITIVE_INFINITY : lengthOf(constant);
  return [...lengths].flatMap(([length, width]) =>
    length < own ? (choices.get(aroundName(constant, length, width)) ?? []) : [],
  );
}

function isSingle(constant: Constant): boolean {
  return constant.kind === 'value' || (constant.kind === 'prefix' && constant.length === constant.width);
}

/** Of a wildcard the characters that it fixes, of a prefix the bits. */
function lengthOf(constant: Constant): number {
  if (constant.kind === 'value') return 0;
  return constant.kind === 'wildcard' ? constant.stem.length : constant.length;
}

function widthOf(constant: Constant): number {
  return constant.kind === 'prefix' ? constant.width : 0;
}

function nameOf(constant: Constant): Scalar {
  if (constant.kind === 'value') return constant.value;
  if (constant.kind === 'wildcard') return `${constant.stem}*`;
  return isSingle(constant) ? constant.address : networkName(constant.address, constant.length, constant.width);
}

/** The name of the wildcard or prefix of that length in which the constant is. */
function aroundName(constant: Constant, length: number, width: number): Scalar {
  if (constant.kind === 'wildcard') return `${constant.stem.slice(0, length)}*`;
  if (constant.kind === 'prefix') return networkName(constant.address, length, width);
  const { value } = constant;
  if (typeof value !== 'string') return networkName(value, length, width);
  return length <= value.length ? `${value.slice(0, length)}*` : '';
}

function networkName(address: Prefix['address'], length: number, width: number): string {
  return `${BigInt(address) >> BigInt(width - length)}/${length}`;
}
