/** A rule in words: its matches as tokens and what it does, as the chain view, the inspector and the hovers write them. */
import { isVerdict, type SetElement } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import { spellElement, spellExpression, spellStatement, spellVerdict, typesOf } from '../model/spell.ts';
import type { Log, Mangle, Nat, Reject, Statement, VerdictMap } from '../model/statement.ts';
import type { MatchToken, VerdictWords } from './answer.ts';
import type { ViewContext } from './context.ts';
import { jumpsOfRule } from './jumps.ts';
import { markWrite } from './mark-words.ts';
import { afterKeyword, extensionToken, fieldWords, findSet, matchToken, meterToken } from './match-words.ts';
import { withServices } from './service-words.ts';

/** A verdict map with few elements is told in full, if that is no longer than this. */
const MAX_MAP_WORDS = 60;

/** The match tokens of a rule, and what it does. Statements with an effect before the end (`log`, `mark set`) are tokens too. */
export function describeRule(context: ViewContext, rule: Rule): { match: MatchToken[]; verdict: VerdictWords } {
  const last = lastEffect(rule);
  const match: MatchToken[] = [];
  for (const statement of rule.body) {
    if (statement === last || statement.kind === 'comment' || statement.kind === 'counter') continue;
    const token = describeStatement(context, rule, statement);
    if (token) match.push(token);
  }
  return {
    match: withServices(context, rule, match),
    verdict: last ? describeVerdict(context, rule, last) : plain('continue', ''),
  };
}

function lastEffect(rule: Rule): Statement | null {
  for (let i = rule.body.length - 1; i >= 0; i--) {
    const statement = rule.body[i] as Statement;
    if (statement.kind === 'comment' || statement.kind === 'counter') continue;
    return isMatch(statement) ? null : statement;
  }
  return null;
}

function isMatch(statement: Statement): boolean {
  switch (statement.kind) {
    case 'match':
    case 'limit':
    case 'quota':
    case 'connlimit':
      return true;
    case 'xt':
      return statement.role === 'match';
    default:
      return false;
  }
}

function describeStatement(context: ViewContext, rule: Rule, statement: Statement): MatchToken | null {
  switch (statement.kind) {
    case 'match':
      return matchToken(context, rule, statement);
    case 'xt':
      return statement.known && statement.options === '' ? null : extensionToken(rule, statement);
    case 'opaque':
      return { field: '', op: '', value: statement.text, meaning: null, opaque: true };
    default: {
      const meter = meterToken(statement);
      if (meter) return meter;
      const { kind, detail } = describeVerdict(context, rule, statement);
      return { field: kind, op: '', value: detail, meaning: null };
    }
  }
}

function plain(kind: string, detail: string): VerdictWords {
  return { kind, detail, target: null, below: 0 };
}

function describeVerdict(context: ViewContext, rule: Rule, statement: Statement): VerdictWords {
  switch (statement.kind) {
    case 'verdict': {
      const { verdict } = statement;
      if (verdict.kind === 'jump' || verdict.kind === 'goto') {
        const target = rule.chain.table.chainNamed.get(verdict.chain);
        return leadingTo(context, verdict.kind, verdict.chain, target && !target.implicit ? target.id : null);
      }
      return plain(verdict.kind, verdict.kind === 'queue' ? verdict.text : '');
    }
    case 'vmap':
      return describeMap(context, rule, statement);
    case 'nat':
      return plain(statement.type, natWords(statement));
    case 'reject':
      return plain('reject', rejectWords(rule, statement));
    case 'mangle':
      return mangleWords(statement);
    case 'log':
      return plain('log', logWords(statement));
    case 'xt':
      return plain(statement.name, statement.options);
    case 'opaque':
      return plain('?', statement.text);
    case 'tproxy':
      return plain('tproxy', afterKeyword(spellStatement(statement)).replace(/^(ip6? )?to /, ''));
    case 'object':
      if (statement.type.startsWith('ct ')) {
        return plain(`set ${statement.type}`, spellExpression(statement.name).replaceAll('"', ''));
      }
      break;
    default:
      break;
  }
  const text = spellStatement(statement);
  return plain(text.split(' ', 1)[0] as string, afterKeyword(text));
}

function leadingTo(context: ViewContext, kind: string, detail: string, target: number | null): VerdictWords {
  return { kind, detail, target, below: target === null ? 0 : context.analysis.graph.rulesFrom(target) };
}

/** `ct state: established → accept, related → accept`, `dst . protocol . th dport: 412 ways in @service-ips`. */
function describeMap(context: ViewContext, rule: Rule, { key, map }: VerdictMap): VerdictWords {
  const named = map.kind === 'set-reference';
  const elements = named ? (findSet(context, rule, map)?.elements ?? null) : map.elements;
  const jumps = jumpsOfRule(context.analysis.graph, rule);
  const target = jumps.length === 1 ? (jumps[0]?.to ?? null) : null;
  return leadingTo(context, 'vmap', `${fieldWords(key)}${mapWords(elements, key, named ? map.name : null)}`, target);
}

function mapWords(elements: readonly SetElement[] | null, key: VerdictMap['key'], name: string | null): string {
  const where = name === null ? '' : ` in @${name}`;
  if (elements === null) return where;
  const full =
    name === null && elements.length <= 4 ? elements.map((element) => wayWords(element, key)).join(', ') : '';
  if (full !== '' && full.length <= MAX_MAP_WORDS) return `: ${full}`;
  return `: ${elements.length} ${elements.length === 1 ? 'way' : 'ways'}${where}`;
}

function wayWords({ key, data }: SetElement, field: VerdictMap['key']): string {
  const verdict = data && isVerdict(data) ? spellVerdict(data) : '?';
  return `${spellElement({ key }, typesOf(field)).replaceAll('"', '')} → ${verdict}`;
}

function natWords(statement: Nat): string {
  return spellStatement(statement)
    .slice(statement.type.length)
    .replace(/^ (ip6? )?(prefix )?to /, '')
    .trim();
}

/** Kernel: without a kind, it is a port-unreachable of the family (net/netfilter/nft_reject*.c; iptables' default). */
function rejectWords({ chain }: Rule, statement: Reject): string {
  if (statement.with === null) {
    const { family } = chain.table;
    return `${family === 'ip' ? 'icmp' : family === 'ip6' ? 'icmpv6' : 'icmpx'} port-unreachable`;
  }
  return statement.code === null ? statement.with : `${statement.with} ${statement.code}`;
}

function mangleWords(statement: Mangle): VerdictWords {
  const mark = markWrite(statement);
  if (mark) return plain(mark.kind, mark.detail);
  const text = spellStatement(statement);
  const at = text.indexOf(' set ');
  return plain(`set ${fieldWords(statement.target)}`, text.slice(at + ' set '.length));
}

function logWords({ prefix, group }: Log): string {
  const parts = [...(prefix === null ? [] : [`"${prefix}"`]), ...(group === null ? [] : [`group ${group}`])];
  return parts.join(' ');
}

/** Every statement of the rule in nft's words, in evaluation order: what the inspector lists. */
export function statementWords(rule: Rule): string[] {
  return rule.body.map((statement) => spellStatement(statement));
}
