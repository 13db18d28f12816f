/**
 * One meaning, one text: the normal form of a rule, so that rules read from `iptables-save` and from `nft list ruleset` (or from two dumps) can be
 * compared. Kernel: comparisons without side effects may change places (net/netfilter/nf_tables_core.c breaks off at the first that fails).
 *
 * Left out of the comparison: anonymous counters, comments (nft 1.0 does not list those of iptables-nft), `via` and `spelled`, matches that say
 * nothing (`-m tcp`, `-i +`), and what nft adds by itself and does not print: `meta l4proto tcp` beside `tcp dport 80` (dependencies.ts).
 * Not done: reasoning about several matches of one field.
 */
import { assertNever } from '../base/assert.ts';
import { impliedArpMatches } from './arp-implied.ts';
import { LOG_LEVELS } from './constants.ts';
import { askedNetwork, askedTransport, Headers, IPV4, IPV6 } from './dependencies.ts';
import { ACCEPT, type Expression, type Field, isVerdict, type SetElement } from './expression.ts';
import { fieldForm, matchForm, type Surroundings } from './normal-comparison.ts';
import { expressionForm, setForm, textOf, verdictForm } from './normal-expression.ts';
import type { Rule } from './ruleset.ts';
import type { Log, Match, Nat, Reject, Statement, Xt } from './statement.ts';
import type { Condition, XtReading } from './xt-reading.ts';

/** Two rules have the same normal text exactly if their normal bodies are equal. Cost: linear in the rule, sets are sorted. */
export function normalRuleText(rule: Rule): string {
  const { family, listing } = rule.chain.table;
  const body = listing === 'iptables' ? finishedProxy(rule.body) : rule.body;
  return normalBodyText(family === 'arp' ? [...impliedArpMatches(rule), ...body] : body, family);
}

/**
 * A rule of iptables whose TPROXY is said as nft does. Kernel: xt_TPROXY.c takes the socket, writes the mark and accepts, in one; nft's `tproxy` goes
 * on with the rule.
 */
export function finishedProxy(body: readonly Statement[]): readonly Statement[] {
  const at = body.findIndex(({ kind }) => kind === 'tproxy');
  if (at < 0) return body;
  const mark = body[at - 1]?.kind === 'mangle' ? 1 : 0;
  return [
    ...body.slice(0, at - mark),
    ...body.slice(at),
    ...body.slice(at - mark, at),
    { kind: 'verdict', verdict: ACCEPT },
  ];
}

export function normalBodyText(body: readonly Statement[], family: string): string {
  return normalBody(body, family).map(textOf).join('\n');
}

/** The statements of the normal form. `family` is the table's: `ip` and `ip6` make some comparisons redundant. */
export function normalBody(body: readonly Statement[], family: string): Statement[] {
  const around = surroundings(body, family);
  const headers = new Headers();
  const kept: Statement[] = [];
  let run: Match[] = [];
  /** Sorted, without what follows from the rest and from `next`, before which nft would ask for its headers as well. */
  const flush = (next: Statement | null): void => {
    for (const match of run) headers.add(match);
    if (next) headers.add(next);
    kept.push(...sorted(run.filter((match) => !headers.implies(match, family))));
    if (next) kept.push(next);
    run = [];
  };
  for (const statement of body) {
    const normal = statement.kind === 'match' ? matchForm(statement, around) : statementForm(statement, around);
    if (normal === null) continue;
    if (normal.kind === 'match' && isPure(normal.left)) run.push(normal);
    else flush(normal);
  }
  flush(null);
  // A rule that goes on with the next one at its end says nothing by that.
  const last = kept[kept.length - 1];
  if (last?.kind === 'verdict' && last.verdict.kind === 'continue') kept.pop();
  return kept;
}

/** Saying the same twice says it once; but two draws are two. */
function sorted(matches: readonly Match[]): Match[] {
  const told = matches.map((match) => ({ match, text: textOf(match) })).sort((a, b) => (a.text < b.text ? -1 : 1));
  return told
    .filter(({ match, text }, i) => text !== told[i - 1]?.text || match.left.kind === 'numgen')
    .map(({ match }) => match);
}

const NETWORKS: ReadonlyMap<string, number> = new Map([
  ['ip', IPV4],
  ['ip6', IPV6],
]);

/** The one network and transport protocol that the rule's comparisons ask for. */
function surroundings(body: readonly Statement[], family: string): Surroundings {
  const headers = new Headers();
  let transport: number | null = null;
  let network = NETWORKS.get(family) ?? null;
  for (const statement of body) {
    headers.add(statement);
    if (statement.kind !== 'match') continue;
    network ??= askedNetwork(statement);
    transport ??= askedTransport(statement, family);
  }
  const [compared, ...more] = headers.networks;
  return { family, network: network ?? (more.length === 0 ? (compared ?? null) : null), transport };
}

/** A counting numgen has an effect: its place matters. Draws come out as likely in any order. */
function isPure(expression: Expression): boolean {
  switch (expression.kind) {
    case 'numgen':
      return expression.mode === 'random';
    case 'hash':
    case 'opaque-expression':
      return false;
    case 'bitwise':
      return isPure(expression.left) && isPure(expression.right);
    case 'concat':
      return expression.parts.every(isPure);
    case 'map':
      return isPure(expression.key);
    default:
      return true;
  }
}

/** null: the statement does not count. */
function statementForm(statement: Exclude<Statement, Match>, around: Surroundings): Statement | null {
  switch (statement.kind) {
    case 'counter':
      return statement.name
        ? { kind: 'counter', packets: null, bytes: null, name: expressionForm(statement.name) }
        : null;
    case 'comment':
      return null;
    case 'verdict':
      return { kind: 'verdict', verdict: verdictForm(statement.verdict) };
    case 'vmap': {
      const map = statement.map.kind === 'set' ? setForm(statement.map) : statement.map;
      return { kind: 'vmap', key: expressionForm(statement.key), map };
    }
    case 'mangle':
      return { kind: 'mangle', target: targetForm(statement.target, around), value: expressionForm(statement.value) };
    case 'nat':
      return natForm(statement, around);
    case 'reject':
      return rejectForm(statement, around);
    case 'log':
      return logForm(statement);
    case 'limit': {
      const { spelled: _, via: __, ...limit } = statement;
      if (limit.name) return { ...limit, name: expressionForm(limit.name) };
      return limit.burst === 5 && !limit.bytes ? { ...limit, burst: null } : limit;
    }
    case 'quota': {
      const { spelled, ...quota } = statement;
      if (quota.name) return { ...quota, name: expressionForm(quota.name) };
      // Beyond 53 bits the digits tell, rounded in one way.
      const digits = Number.isSafeInteger(quota.bytes) ? null : /\d+/.exec(spelled ?? '');
      return { ...quota, bytes: digits ? Number(digits[0]) : quota.bytes, used: null };
    }
    case 'notrack':
      return { kind: 'notrack' };
    case 'tproxy':
      return { kind: 'tproxy', address: optional(statement.address), port: portForm(statement.port) };
    case 'dup':
    case 'fwd':
      return { kind: statement.kind, address: optional(statement.address), device: optional(statement.device) };
    case 'synproxy':
      return { kind: 'synproxy', text: synproxyForm(statement.text) };
    case 'set-update':
      return {
        ...statement,
        element: updateForm(statement.element),
        statements: statement.statements.flatMap((each) => normalBody([each], around.family)),
      };
    case 'xt':
      if (statement.known && statement.role === 'match') return null;
      if (statement.reading) return readingForm(statement, statement.reading, around);
      return {
        kind: 'xt',
        role: statement.role,
        name: statement.name,
        options: statement.options,
        known: statement.known,
      };
    case 'object':
      return { ...statement, name: expressionForm(statement.name) };
    case 'connlimit':
    case 'flow':
    case 'opaque':
      return statement;
    default:
      return assertNever(statement, 'statement');
  }
}

function targetForm(target: Field, around: Surroundings): Field {
  const form = fieldForm(target, around);
  return form.kind === 'field' ? form : target;
}

function updateForm({ key, data, ...rest }: SetElement): SetElement {
  const form = { ...rest, key: expressionForm(key) };
  if (data === undefined) return form;
  return { ...form, data: isVerdict(data) ? verdictForm(data) : expressionForm(data) };
}

/** nft lists an option that is not given as 0 where it lists the other. */
function synproxyForm(text: string): string {
  const options = text.match(/(?:mss|wscale) \d+|\S+/g) ?? [];
  return options
    .filter((option) => !option.endsWith(' 0'))
    .sort()
    .join(' ');
}

/** Port 0 is the packet's own. */
function portForm(port: Expression | null): Expression | null {
  return port?.kind === 'value' && port.value === 0 ? null : optional(port);
}

/** The reading instead of the text: options in another order, or with their defaults, mean the same. */
function readingForm({ role, name, known }: Xt, reading: XtReading, around: Surroundings): Xt {
  return { kind: 'xt', role, name, known, options: '', reading: saidForm(reading, around) };
}

function saidForm(reading: XtReading, around: Surroundings): XtReading {
  const matches = (all: readonly Match[]) => normalBody(all, around.family).filter((each) => each.kind === 'match');
  switch (reading.kind) {
    case 'hashlimit':
      // libxt_hashlimit.c: the burst is 5 where none is given.
      return { ...reading, burst: reading.burst ?? '5' };
    case 'conntrack':
      return { ...reading, rest: matches(reading.rest) };
    case 'time':
      return { ...reading, matches: matches(reading.matches) };
    case 'condition':
      return { ...reading, condition: conditionForm(reading.condition, around) };
    default:
      return reading;
  }
}

function conditionForm(condition: Condition, around: Surroundings): Condition {
  switch (condition.kind) {
    case 'match':
      return matchForm(condition, around) ?? { kind: 'all', of: [] };
    case 'not':
      return { kind: 'not', of: conditionForm(condition.of, around) };
    case 'all':
    case 'any':
      return { kind: condition.kind, of: condition.of.map((each) => conditionForm(each, around)) };
    default:
      return assertNever(condition, 'condition');
  }
}

function optional(expression: Expression | null): Expression | null {
  return expression && expressionForm(expression);
}

/**
 * Port unreachable is what nft rejects with where nothing else is said: by ICMP of the packet's family where that is known, else by either. Kernel:
 * `reject with icmp` in an inet table is for IPv4 only, which nft asks for before it.
 */
function rejectForm({ with: by, code }: Reject, { network }: Surroundings): Reject {
  if (by === 'tcp reset') return { kind: 'reject', with: by, code: null };
  const either = by === null || by === 'icmpx';
  const own = either ? (network === IPV4 ? 'icmp' : network === IPV6 ? 'icmpv6' : null) : by;
  const named = either && own !== null ? (OWN_CODES[own].get(code) ?? code) : code;
  return { kind: 'reject', with: own, code: named === 'port-unreachable' ? null : named };
}

/** Kernel: nft_reject_icmp_code() and nft_reject_icmpv6_code() in net/netfilter/nft_reject.c. */
const OWN_CODES: Readonly<Record<'icmp' | 'icmpv6', ReadonlyMap<string | null, string>>> = {
  icmp: new Map([['no-route', 'net-unreachable']]),
  icmpv6: new Map([['host-unreachable', 'addr-unreachable']]),
};

/** The words that every nft listing leaves out in tables of one family. */
function natForm(nat: Nat, { family, network }: Surroundings): Nat {
  const { family: own, ...rest } = nat;
  const address = rest.prefix ? rest.address : optional(rest.address);
  const form: Nat = { ...rest, address, port: optional(rest.port), flags: [...rest.flags].sort() };
  const said = own ?? (address ? addressFamily(address, network) : undefined);
  return said === undefined || family === said ? form : { ...form, family: said };
}

function addressFamily(address: Expression, network: number | null): 'ip' | 'ip6' | undefined {
  const one = address.kind === 'value' ? address.value : address.kind === 'range' ? address.from : null;
  if (typeof one === 'number') return 'ip';
  if (typeof one === 'bigint') return 'ip6';
  return network === IPV4 ? 'ip' : network === IPV6 ? 'ip6' : undefined;
}

const ALL_FLAGS = ['flags tcp sequence', 'flags tcp options', 'flags ip options', 'flags skuid', 'flags ether'];

/** `flags tcp sequence,options` as two, `flags all` as all. */
function singleFlags(option: string): string[] {
  if (option === 'flags all') return ALL_FLAGS;
  const list = /^flags tcp (\w+),(\w+)$/.exec(option);
  return list ? [`flags tcp ${list[1]}`, `flags tcp ${list[2]}`] : [option];
}

/** syslog's other names. */
function levelForm(option: string): string {
  const level = option.startsWith('level ') ? LOG_LEVELS.byName.get(option.slice('level '.length)) : undefined;
  return level === undefined ? option : `level ${LOG_LEVELS.byNumber.get(level)}`;
}

function logForm({ prefix, group, options }: Log): Log {
  const told = options.map(levelForm).filter((option) => option !== 'level warn' && option !== 'queue-threshold 1');
  return { kind: 'log', prefix, group, options: told.flatMap(singleFlags).sort() };
}
