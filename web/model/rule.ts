/** Questions about one rule that every layer asks. */
import type { Span } from '../base/span.ts';
import type { Expression, SetElement, Verdict } from './expression.ts';
import type { Chain, Rule, Ruleset, Table } from './ruleset.ts';
import type { Counter, Statement } from './statement.ts';

/** All comments of the rule in order (a Calico rule carries its hash and its explanation as two). */
export function ruleComments(rule: Rule): string[] {
  const texts: string[] = [];
  for (const statement of rule.body) if (statement.kind === 'comment') texts.push(statement.text);
  return texts;
}

/** The rule's first anonymous counter, if it has one. */
export function ruleCounter(rule: Rule): Counter | null {
  for (const statement of rule.body) if (statement.kind === 'counter' && statement.name === undefined) return statement;
  return null;
}

/** The statement that ends the rule's evaluation: a verdict, verdict map, NAT, reject, ...; null for a rule that only has effects. */
export function terminalStatement(rule: Rule): Statement | null {
  for (let i = rule.body.length - 1; i >= 0; i--) {
    const statement = rule.body[i] as Statement;
    switch (statement.kind) {
      case 'verdict':
      case 'vmap':
      case 'nat':
      case 'reject':
      case 'tproxy':
      case 'fwd':
      case 'synproxy':
        return statement;
      case 'xt':
        return statement.role === 'target' ? statement : null;
      case 'object':
        return statement.type === 'synproxy' ? statement : null;
      case 'comment':
      case 'counter':
        continue;
      default:
        return null;
    }
  }
  return null;
}

export type Jumping = Extract<Verdict, { chain: string }>;

/** Every jump and goto of the rule: its own, and those of its verdict maps (anonymous or named). */
export function eachJump(rule: Rule, visit: (verdict: Jumping) => void): void {
  const { body } = rule;
  // No iterator: this runs over the statements of a node. In iptables no target stands before the counter.
  const from = rule.chain.table.listing === 'iptables' ? firstTarget(body) : 0;
  for (let i = from; i < body.length; i++) {
    const statement = body[i] as Statement;
    if (statement.kind === 'verdict') visitJump(statement.verdict, visit);
    else if (statement.kind === 'vmap') for (const { data } of mapElements(rule, statement)) visitJump(data, visit);
  }
}

function firstTarget(body: readonly Statement[]): number {
  let at = body.length;
  while (at > 0 && body[at - 1]?.kind !== 'counter') at--;
  return at;
}

function visitJump(data: Expression | Verdict | undefined, visit: (verdict: Jumping) => void): void {
  if (data !== undefined && (data.kind === 'jump' || data.kind === 'goto')) visit(data);
}

function mapElements(rule: Rule, { map }: Extract<Statement, { kind: 'vmap' }>): readonly SetElement[] {
  return map.kind === 'set' ? map.elements : (rule.chain.table.setNamed.get(map.name)?.elements ?? []);
}

/** As a list. */
export function jumpsOf(rule: Rule): Jumping[] {
  const jumps: Jumping[] = [];
  eachJump(rule, (verdict) => jumps.push(verdict));
  return jumps;
}

/** The chain that a jump of `table` leads to, or null where the dump does not have it. */
export function chainTarget(table: Table, name: string): Chain | null {
  return table.chainNamed.get(name) ?? null;
}

/** Where the chain's block or its `:NAME` line is. */
export function spanOf({ start, end }: Chain | Rule): Span {
  return { start, end };
}

/** Where the chain's name is in its declaration. */
export function nameSpanOf({ nameStart, nameEnd }: Chain): Span {
  return { start: nameStart, end: nameEnd };
}

/** `ip filter FORWARD`: how people name a chain. */
export function chainPath(chain: Chain): string {
  return `${chain.table.family} ${chain.table.name} ${chain.name}`;
}

/** The text of the rule in its dump. */
export function ruleText(ruleset: Ruleset, rule: Rule): string {
  const dump = ruleset.dumps[rule.chain.table.dump];
  return dump ? dump.text.slice(rule.start, rule.end) : '';
}
