/**
 * The addrtype match. Follows libxt_addrtype.c, net/netfilter/xt_addrtype.c.
 * IPv4: one of the types, as nft's `fib ... type`. IPv6 is another matter (match_type6()): MULTICAST, UNICAST and UNSPEC are what the address looks
 * like, whether there is a route or not and also for the node's own addresses; LOCAL, ANYCAST and UNREACHABLE ask the routes; all of them must hold.
 */
import { XT_ADDRESS_TYPES } from '../../../model/constants.ts';
import type { Expression } from '../../../model/expression.ts';
import type { Match } from '../../../model/statement.ts';
import type { ConditionReading } from '../../../model/xt-reading.ts';
import { oneOf } from '../codecs.ts';
import { type Context, field, type MatchExtension, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';

const types = oneOf(XT_ADDRESS_TYPES);

/** A side that may be kept to one interface: `fib daddr . iif type`. */
interface Asked {
  readonly side: 's' | 'd';
  readonly negated: boolean;
  readonly types: string;
}

interface Question {
  readonly asked: readonly Asked[];
  /** ` . iif`, ` . oif` or nothing. */
  readonly key: string;
}

const SIDES: ReadonlyMap<string, Asked['side']> = new Map([
  ['--src-type', 's'],
  ['--dst-type', 'd'],
]);
const KEYS: ReadonlyMap<string, string> = new Map([
  ['--limit-iface-in', ' . iif'],
  ['--limit-iface-out', ' . oif'],
]);

function question(options: readonly OptionWords[]): Question | null {
  const asked: Asked[] = [];
  let key = '';
  for (const { name, negated, args } of options) {
    const limit = KEYS.get(name);
    const side = SIDES.get(name);
    if (limit !== undefined && key === '' && !negated && args.length === 0) key = limit;
    else if (side && args.length === 1) asked.push({ side, negated, types: args[0] as string });
    else return null;
  }
  return asked.length > 0 ? { asked, key } : null;
}

const range = (from: bigint, to: bigint): Expression => ({ kind: 'range', from, to });
const MULTICAST: Expression = { kind: 'prefix', address: 0xffn << 120n, length: 8, width: 128 };
const UNSPECIFIED = value(0n);
/** Kernel: net/ipv6/addrconf_core.c, __ipv6_addr_type(): neither `::`, nor ::ffff:0:0/96, nor multicast. */
const NOT_UNICAST: Expression = {
  kind: 'set',
  elements: [{ key: UNSPECIFIED }, { key: range(0xffffn << 32n, (0x10000n << 32n) - 1n) }, { key: MULTICAST }],
};

/** The comparisons that must all hold for the types of one side; null where a type is none of IPv6. */
function ip6Matches({ side, types: list }: Asked, key: string): Match[] | null {
  const address = field(`ip6 ${side}addr`);
  const routed: string[] = [];
  const matches: Match[] = [];
  for (const name of list.toUpperCase().split(',')) {
    // Kernel: whatever the routes say against it: unreachable, prohibited, a black hole.
    if (name === 'UNREACHABLE') routed.push('BLACKHOLE', 'UNREACHABLE', 'PROHIBIT', 'THROW');
    else if (name === 'MULTICAST') matches.push(match(address, '==', MULTICAST));
    else if (name === 'UNICAST') matches.push(match(address, '!=', NOT_UNICAST));
    else if (name === 'UNSPEC') matches.push(match(address, '==', UNSPECIFIED));
    else if (name === 'LOCAL' || name === 'ANYCAST') routed.push(name);
    else return null;
  }
  if (routed.length > 0) {
    const left = field(`fib ${side}addr${key} type`);
    const read = types.parse([routed.join()], left, CONTEXT6);
    if (!read) return null;
    matches.push(match(left, '==', read.right));
  }
  return matches;
}

const CONTEXT6: Context = { family: 'ip6', protocol: -1, hook: () => null };

/** Only the routes are asked, as nft does: no other spelling is needed. */
function isRouted({ types: list }: Asked): boolean {
  return list.split(',').every((name) => /^(?:LOCAL|ANYCAST)$/i.test(name));
}

/** `via` keeps the option as written: several matches may be one option. */
function ip6Option(asked: Asked, key: string): Match[] | null {
  const matches = ip6Matches(asked, key);
  const [one, ...more] = matches ?? [];
  if (!one || (asked.negated && more.length > 0)) return null;
  const option = `${asked.negated ? '! ' : ''}--${asked.side === 's' ? 'src' : 'dst'}-type ${asked.types.toUpperCase()}`;
  const suffix = key === '' ? '' : ` --limit-iface-${key === ' . iif' ? 'in' : 'out'}`;
  return [one, ...more].map((each, i) => {
    const op = asked.negated ? (each.op === '==' ? '!=' : '==') : each.op;
    return match(each.left, op, each.right, i === 0 ? `addrtype ${option}|${suffix}` : 'addrtype');
  });
}

/** A negated list in IPv6: not all of them hold. */
export function readAddrtype(options: readonly OptionWords[], { family }: Context): ConditionReading | null {
  const asked = family === 'ip6' ? question(options) : null;
  if (!asked) return null;
  const conditions: ConditionReading['condition'][] = [];
  for (const each of asked.asked) {
    const of = ip6Matches(each, asked.key);
    if (!of) return null;
    conditions.push(each.negated ? { kind: 'not', of: { kind: 'all', of } } : { kind: 'all', of });
  }
  return { kind: 'condition', condition: { kind: 'all', of: conditions } };
}

export const ADDRTYPE: MatchExtension = {
  name: 'addrtype',
  printsFields: [
    ...['saddr', 'daddr'].flatMap((side) => ['', ' . iif', ' . oif'].map((key) => `fib ${side}${key} type`)),
    'ip6 saddr',
    'ip6 daddr',
  ],
  parse(options, context) {
    const read = question(options);
    if (!read) return null;
    const matches: Match[] = [];
    const written = context.family === 'ip6' && !read.asked.every(isRouted);
    for (const asked of read.asked) {
      if (written) {
        const made = ip6Option(asked, read.key);
        if (!made) return null;
        matches.push(...made);
      } else {
        const compared = types.parse([asked.types], field(`fib ${asked.side}addr${read.key} type`), context);
        if (!compared) return null;
        matches.push(match(compared.left, asked.negated ? '!=' : '==', compared.right));
      }
    }
    return matches;
  },
  print: (body, index, context) => printWritten(body, index) ?? printFib(body, index, context),
};

/** What ip6Option made. The interface is said once, behind the last option. */
function printWritten(
  body: readonly (Match | { kind: string })[],
  index: number,
): { text: string; used: number } | null {
  const parts: string[] = [];
  let suffix = '';
  let used = 0;
  for (; ; used++) {
    const one = body[index + used];
    const via = one?.kind === 'match' ? ((one as Match).via ?? '') : '';
    if (used > 0 && via === 'addrtype') continue;
    const written = /^(-m )?addrtype (.*)\|(.*)$/.exec(via);
    if (!written || (used > 0 && written[1] !== undefined)) break;
    if (parts.some((part) => part.slice(0, 10) === (written[2] as string).slice(0, 10))) break;
    parts.push(written[2] as string);
    suffix = written[3] as string;
  }
  return used > 0 ? { text: `${parts.join(' ')}${suffix}`, used } : null;
}

/** nft's `fib saddr type`, up to one of each side. */
function printFib(
  body: readonly (Match | { kind: string })[],
  index: number,
  context: Context,
): { text: string; used: number } | null {
  const parts: string[] = [];
  let key: string | null = null;
  let used = 0;
  for (; used < 2; used++) {
    const one = body[index + used] as Match | undefined;
    if (one?.kind !== 'match' || one.left.kind !== 'field' || (used > 0 && one.via !== undefined)) break;
    const named = /^fib ([sd])addr(?: \. ([io])if)? type$/.exec(one.left.name);
    if (!named || (one.op !== '==' && one.op !== '!=')) break;
    const at = named[2] ?? '';
    const option = named[1] === 's' ? '--src-type' : '--dst-type';
    if ((key !== null && key !== at) || parts.some((part) => part.includes(option))) break;
    key = at;
    const names = types.print(one, context);
    if (names === null || (context.family === 'ip6' && !isRouted({ side: 's', negated: false, types: names })))
      return null;
    parts.push(`${one.op === '!=' ? '! ' : ''}${option} ${names}`);
  }
  if (key === 'i') parts.push('--limit-iface-in');
  if (key === 'o') parts.push('--limit-iface-out');
  return used > 0 ? { text: parts.join(' '), used } : null;
}
