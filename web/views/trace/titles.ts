/** A step's one line: what the rule found or did, in words. */
import { assertNever } from '../../base/assert.ts';
import { serviceInChain, serviceInComment } from '../../facts/service-name.ts';
import { ruleComments } from '../../model/rule.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import type { MatchToken } from '../answer.ts';
import type { ViewContext } from '../context.ts';
import { describeRule } from '../words.ts';

/** So many conditions are told; the inspector has them all. */
const TOKENS = 3;

/** What the writer says himself, else the Service, else the conditions, else what the rule does. */
export function ruleTitle(context: ViewContext, rule: Rule): string {
  return writersWords(rule) ?? serviceTitle(rule) ?? conditionWords(context, rule) ?? effectWords(context, rule);
}

/** Calico explains its rules in a second comment, behind the hash; in nftables mode behind a semicolon. */
function writersWords(rule: Rule): string | null {
  const comments = ruleComments(rule);
  if (!comments.some((comment) => comment.startsWith('cali:'))) return null;
  const said = comments
    .map((comment) => comment.replace(/^cali:[\w-]+;?/, '').trim())
    .filter((comment) => comment !== '')
    .join(' ');
  return said === '' ? null : said.replace(/\.$/, '');
}

/** A rule that chooses an endpoint of a Service, in kube-proxy's words. */
export function isEndpoint(rule: Rule): boolean {
  if (/^\S+ -> \S+$/.test(ruleComments(rule).join(' '))) return true;
  return rule.body.some((statement) => statement.kind === 'vmap' && statement.key.kind === 'numgen');
}

function serviceTitle(rule: Rule): string | null {
  const endpoint = /^(\S+) -> (\S+)$/.exec(ruleComments(rule).join(' '));
  if (endpoint) return `endpoint ${endpoint[2]} of ${endpoint[1]}`;
  if (marksOnly(rule)) return null;
  const translates = rule.body.some(({ kind }) => kind === 'nat');
  const mention =
    ruleComments(rule)
      .map(serviceInComment)
      .find((one) => one !== null) ?? serviceInChain(rule.chain.name);
  if (!mention) return null;
  return translates ? `endpoint of ${mention.name}` : `matches ${mention.name}`;
}

/** kube-proxy's jumps that only mark for masquerading: their condition is the source. */
function marksOnly({ body }: Rule): boolean {
  return body.some(
    (statement) =>
      statement.kind === 'verdict' &&
      'chain' in statement.verdict &&
      /^(KUBE-MARK-MASQ|mark-for-masquerade)$/.test(statement.verdict.chain),
  );
}

function conditionWords(context: ViewContext, rule: Rule): string | null {
  const { match } = describeRule(context, rule);
  const ported = match.some(({ field }) => /[sd]port$/.test(field));
  const tokens = match.filter(
    ({ field, value }) => (field !== '' || value !== '') && !(ported && field === 'protocol'),
  );
  if (tokens.length === 0) return null;
  const told = tokens.slice(0, TOKENS).map(tokenWords);
  return `${told.join(', ')}${tokens.length > TOKENS ? ', …' : ''}`;
}

function tokenWords({ field, op, value, meaning }: MatchToken): string {
  if (op === '' && field === 'in') return `arrives on ${value}`;
  if (op === '' && field === 'out') return `leaves by ${value}`;
  if (meaning !== null && /^mark/.test(field))
    return `${field} ${op} ${value} (${meaning.split(':')[0]})`.replace(/ {2,}/g, ' ');
  return `${field} ${op} ${value}`.replace(/ {2,}/g, ' ').trim();
}

function effectWords(context: ViewContext, rule: Rule): string {
  const { verdict } = describeRule(context, rule);
  return verdict.detail === '' || verdict.kind === 'jump' || verdict.kind === 'goto'
    ? 'any packet'
    : `${verdict.kind} ${verdict.detail}`;
}

/** The verdict as the list's right column writes it: what the rule itself says, where that is more than the kernel's word. */
export function verdictWord(rule: Rule, verdict: string): string {
  const [word = verdict] = verdict.split(' ');
  for (let at = rule.body.length - 1; at >= 0; at--) {
    const said = statementWord(rule.body[at] as Statement);
    if (said !== null && (word === 'accept' || word === 'drop' || word === 'stolen')) return said;
  }
  return word;
}

function statementWord(statement: Statement): string | null {
  switch (statement.kind) {
    case 'nat':
      return statement.type;
    case 'reject':
    case 'tproxy':
    case 'synproxy':
      return statement.kind;
    default:
      return null;
  }
}

/** Whether a rule of this kind is worth a line although it changes nothing of the packet: it tells somebody, or conntrack. */
export function hasSideEffect(rule: Rule): boolean {
  return rule.body.some((statement) => {
    switch (statement.kind) {
      case 'log':
      case 'notrack':
      case 'set-update':
      case 'dup':
      case 'fwd':
      case 'tproxy':
      case 'synproxy':
      case 'flow':
        return true;
      case 'xt':
        return statement.role === 'target' || statement.role === 'watcher';
      case 'object':
        return statement.type.startsWith('ct ');
      case 'match':
      case 'counter':
      case 'comment':
      case 'verdict':
      case 'vmap':
      case 'mangle':
      case 'nat':
      case 'reject':
      case 'limit':
      case 'quota':
      case 'connlimit':
      case 'opaque':
        return false;
      default:
        return assertNever(statement, 'statement');
    }
  });
}

/** Conditions by which a jump says something of its own: an address, a port, a set, a protocol; not where the packet comes in or a state. */
export function isTelling(rule: Rule): boolean {
  return rule.body.some((statement) => {
    if (statement.kind === 'vmap') return true;
    if (statement.kind !== 'match') return false;
    const { left } = statement;
    const names = left.kind === 'concat' ? left.parts : [left];
    return names.some(
      (one) => one.kind === 'field' && /saddr|daddr|sport|dport|l4proto|protocol|ipset|fib|icmp/.test(one.name),
    );
  });
}
