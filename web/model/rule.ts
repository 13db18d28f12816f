/** Questions about one rule that every layer asks. */
import { isVerdict, type Verdict } from './expression.ts';
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

/** Every jump and goto of the rule: its own, and those of its verdict maps (anonymous or named). `table` must be the rule's. */
export function* jumpsOf(rule: Rule): Generator<Extract<Verdict, { chain: string }>> {
  for (const statement of rule.body) {
    if (statement.kind === 'verdict') {
      if (statement.verdict.kind === 'jump' || statement.verdict.kind === 'goto') yield statement.verdict;
    } else if (statement.kind === 'vmap') {
      const elements =
        statement.map.kind === 'set'
          ? statement.map.elements
          : (rule.chain.table.setNamed.get(statement.map.name)?.elements ?? []);
      for (const { data } of elements) {
        if (data && isVerdict(data) && (data.kind === 'jump' || data.kind === 'goto')) yield data;
      }
    }
  }
}

/** The chain that a jump of `table` leads to, or null where the dump does not have it. */
export function chainTarget(table: Table, name: string): Chain | null {
  return table.chainNamed.get(name) ?? null;
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
