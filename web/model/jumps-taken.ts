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

/** The fields that the rule compares with one value. `tcp dport 53` says the protocol too. */
function fieldsOf({ body }: Rule): string[] {
  return body.flatMap((statement) => {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') return [];
    const { name } = statement.left;
    const fields = isConstant(statement.right) && STEADY.test(name) ? [name] : [];
    return TRANSPORT.test(name) ? [PROTOCOL, ...fields] : fields;
  });
}

function constantOf({ body }: Rule, field: string): Constant | null {
  for (const statement of body) {
    if (statement.kind !== 'match' || statement.op !== '==' || statement.left.kind !== 'field') continue;
    const { name } = statement.left;
    if (name === field && isConstant(statement.right)) return statement.right;
    const transport = field === PROTOCOL ? TRANSPORT.exec(name)?.[1] : undefined;
    if (transport !== undefined) return { kind: 'value', value: PROTOCOLS[transport] as number };
  }
  return null;
}

const PROTOCOL = 'meta l4proto';
const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 };

const NONE: Choice = { candidates: [], cost: 0 };

/** Of rules that all compare one field. */
function costliest(run: readonly Candidate[]): Choice {
  const [first] = run;
  if (!first) return NONE;
  const field = run.length === 1 ? null : dispatchField(first.rule);
  return field === null ? all(run) : among(run, [field]);
}

function all(candidates: readonly Candidate[]): Choice {
  return { candidates, cost: candidates.reduce((sum, { cost }) => sum + cost, 0) };
}

/** The costliest value of the last of the fields, with the prefixes around it. The others are the same for all. */
function among(candidates: readonly Candidate[], fields: readonly string[]): Choice {
  const field = fields.at(-1) as string;
  const groups = new Map<Scalar, { readonly constant: Constant; readonly candidates: Candidate[] }>();
  for (const candidate of candidates) {
    const constant = constantOf(candidate.rule, field) as Constant;
    const name = nameOf(constant);
    const group = groups.get(name);
    if (group) group.candidates.push(candidate);
    else groups.set(name, { constant, candidates: [candidate] });
  }
  const choices = new Map<Scalar, Choice>();
  for (const [name, group] of groups) choices.set(name, ofOneValue(group.candidates, fields));
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

/** Rules with the same values of the fields: another one that all of them compare may tell them apart. */
function ofOneValue(candidates: readonly Candidate[], fields: readonly string[]): Choice {
  const [first] = candidates;
  if (!first || candidates.length === 1) return all(candidates);
  const other = fieldsOf(first.rule).find(
    (name) => !fields.includes(name) && candidates.every(({ rule }) => constantOf(rule, name) !== null),
  );
  return other === undefined ? all(candidates) : among(candidates, [...fields, other]);
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
