/**
 * A rule read as an entry of a table: the constants that it compares fields with, what else it asks, and what it does. Only what a set or map of nft
 * can hold becomes a part of the key; the rest must be the same in all rules that become one.
 */
import type { Verdict } from '../model/expression.ts';
import { fieldType } from '../model/field-types.ts';
import type { Rule } from '../model/ruleset.ts';
import { spellStatement } from '../model/spell.ts';
import type { Match, Statement } from '../model/statement.ts';
import { eachExpressionOf } from '../model/walk.ts';
import { nativeBody } from '../parse/nft/native.ts';
import { type Interval, intervalsOf } from './interval.ts';

/** One field of a key and the values that it may have. */
export interface KeyPart {
  /** nft's name; ports of every transport are `th sport` and `th dport`. */
  readonly field: string;
  readonly values: readonly Interval[];
}

export interface RuleReading {
  readonly rule: Rule;
  /** In nft's words; null where nft has none. */
  readonly body: readonly Statement[] | null;
  /** What every packet that the rule matches has: constants only. Also of rules that cannot be entries. */
  readonly parts: readonly KeyPart[];
  /** null: it cannot be an entry, and `why` says it. */
  readonly entry: Entry | null;
  readonly why: string;
}

export interface Entry {
  readonly key: readonly KeyPart[];
  /** Other conditions, which have no effect. */
  readonly guards: readonly Match[];
  /** What it does, without counters and comments. */
  readonly tail: readonly Statement[];
  /** Rules with the same shape may become one: same fields, same guards. */
  readonly shape: string;
  readonly tailText: string;
  /** The only statement of the tail, if it is a verdict that a map can hold. */
  readonly verdict: Verdict | null;
  /** No rule behind it sees the packet. */
  readonly final: boolean;
}

/** Fields that stand in keys, in the order in which nft people write them. */
const KEY_FIELDS = [
  'meta iifname',
  'meta oifname',
  'ether saddr',
  'ether daddr',
  'ip saddr',
  'ip6 saddr',
  'ip daddr',
  'ip6 daddr',
  'meta l4proto',
  'th sport',
  'th dport',
  'icmp type',
  'icmpv6 type',
  'meta mark',
  'ct mark',
];
const KEY_ORDER: ReadonlyMap<string, number> = new Map(KEY_FIELDS.map((name, at) => [name, at]));
const PORT = /^(tcp|udp|udplite|sctp|dccp) ([sd]port)$/;
const PROTOCOL_OF: Readonly<Record<string, number>> = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 };

/** So many elements one rule may become: `dport { ... }` times `saddr { ... }`. */
const MOST_ELEMENTS = 1024;

/** Cost: linear in the rule. */
export function readRule(rule: Rule): RuleReading {
  const native = nativeBody(rule);
  const body = native.kind === 'body' ? native.body : null;
  const parts = new Parts(rule);
  const guards: Match[] = [];
  const tail: Statement[] = [];
  let why = native.kind === 'none' ? `nft has no ${native.missing}` : '';
  for (const statement of body ?? rule.body) {
    if (statement.kind === 'comment' || (statement.kind === 'counter' && statement.name === undefined)) continue;
    if (statement.kind !== 'match') tail.push(statement);
    else if (tail.length > 0) why ||= 'acts before it has compared everything';
    else if (!parts.take(statement)) {
      guards.push(statement);
      why ||= problemOfGuard(statement);
    }
  }
  why ||= problemOfTail(tail);
  const all = parts.list();
  const lone = parts.lone();
  const key = all.filter(({ field }) => !lone.has(field));
  guards.push(...lone.values());
  if (key.length === 0) why ||= 'compares no address, port, interface or mark with a constant';
  const elements = key.reduce((product, { values }) => product * values.length, 1);
  if (elements > MOST_ELEMENTS) why ||= `would be ${elements} elements`;
  return { rule, body, parts: all, entry: why === '' ? entryOf(key, guards, tail) : null, why };
}

function entryOf(key: readonly KeyPart[], guards: readonly Match[], tail: readonly Statement[]): Entry {
  const [only] = tail;
  const verdict = tail.length === 1 && only?.kind === 'verdict' && only.verdict.kind !== 'queue' ? only.verdict : null;
  return {
    key,
    guards,
    tail,
    verdict,
    shape: `${key.map(({ field }) => field).join(' . ')} | ${guards.map(spellStatement).join(' ')}`,
    tailText: tail.map(spellStatement).join(' '),
    final: isFinal(tail.at(-1)),
  };
}

function isFinal(last: Statement | undefined): boolean {
  if (last?.kind === 'verdict') return last.verdict.kind !== 'jump' && last.verdict.kind !== 'continue';
  // Kernel: other rejections and translations ask for a family or protocol by themselves, and let other packets pass.
  return last?.kind === 'reject' && last.with === null;
}

class Parts {
  readonly #values = new Map<string, readonly Interval[]>();
  readonly #wildcards = new Map<string, Match>();

  constructor(private readonly rule: Rule) {}

  /** Whether the match became a part of the key. */
  take(match: Match): boolean {
    const { left, op, right, orAbsent } = match;
    if (left.kind !== 'field' || op !== '==' || orAbsent) return false;
    const port = PORT.exec(left.name);
    const name = port ? `th ${port[2]}` : this.#canonical(left.name);
    if (!KEY_ORDER.has(name)) return false;
    const values = intervalsOf(right);
    if (values === null || values.length === 0) return false;
    const protocol = port ? PROTOCOL_OF[port[1] ?? ''] : undefined;
    const known = this.#values.get('meta l4proto');
    // Of the protocol only the one of the ports may be left; two values of one field are compared as they stand.
    if (protocol !== undefined && known && !known.every(({ from, to }) => from === protocol && to === protocol))
      return false;
    if (this.#values.has(name)) return this.#again(name, values);
    this.#values.set(name, values);
    if (values.some(({ source }) => source.kind === 'wildcard')) this.#wildcards.set(name, match);
    if (protocol !== undefined) {
      const source = { kind: 'value', value: protocol } as const;
      this.#values.set('meta l4proto', [{ from: protocol, to: protocol, source }]);
    }
    return true;
  }

  list(): KeyPart[] {
    return [...this.#values]
      .map(([field, values]) => ({ field, values }))
      .sort((a, b) => (KEY_ORDER.get(a.field) ?? 0) - (KEY_ORDER.get(b.field) ?? 0));
  }

  /** Matches by the beginning of a name, by field, where they have to stay out of the key: they are looked up alone, not with other fields. */
  lone(): ReadonlyMap<string, Match> {
    return this.#values.size > 1 ? this.#wildcards : new Map();
  }

  /** The same single value once more says nothing new (`-p tcp` and `tcp dport`). */
  #again(name: string, values: readonly Interval[]): boolean {
    const [known, again] = [this.#values.get(name)?.[0], values[0]];
    if (values.length !== 1 || this.#values.get(name)?.length !== 1 || !known || !again) return false;
    return known.from === again.from && known.to === again.to;
  }

  #canonical(name: string): string {
    return name === 'ip protocol' && this.rule.chain.table.family === 'ip' ? 'meta l4proto' : name;
  }
}

/** nft's data type of a key's field. */
export function keyType(field: string): string {
  return field.startsWith('th ') ? 'inet_service' : fieldType(field).type;
}

/** Guards are asked once for all entries: they must be questions, with one answer for a packet. */
function problemOfGuard(match: Match): string {
  let why = '';
  eachExpressionOf(match, (expression) => {
    if (expression.kind === 'numgen' || (expression.kind === 'hash' && expression.of === null)) why = 'draws by chance';
    else if (expression.kind === 'opaque-expression') why = 'asks what nfscope does not interpret';
    else if (expression.kind === 'field' && /^(meta random|ct .*proto(col|-src|-dst))/.test(expression.name))
      why = 'asks for the protocol of the connection';
  });
  return why;
}

function problemOfTail(tail: readonly Statement[]): string {
  for (const statement of tail) {
    switch (statement.kind) {
      case 'verdict':
        if (statement.verdict.kind === 'queue') return 'sends packets to a program';
        if (
          statement.verdict.kind !== 'continue' &&
          /^__chain\d+$/.test('chain' in statement.verdict ? statement.verdict.chain : '')
        )
          return 'jumps to a chain without a name';
        break;
      case 'reject':
      case 'nat':
      case 'log':
      case 'mangle':
      case 'notrack':
        break;
      case 'vmap':
        return 'is a verdict map already';
      case 'limit':
      case 'quota':
      case 'connlimit':
        return 'has a limit of its own';
      case 'counter':
        return 'counts by a name';
      case 'set-update':
        return 'writes to a set';
      case 'xt':
      case 'opaque':
        return 'has a part that nfscope does not interpret';
      default:
        return `ends in ${statement.kind}`;
    }
  }
  return tail.length === 0 ? 'has no verdict' : '';
}
