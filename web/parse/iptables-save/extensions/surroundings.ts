/**
 * Matches on what surrounds the packet: sockets, IPsec, connections of the moment, the sending system. Follows libxt_socket.c, libxt_policy.c,
 * libxt_connlimit.c, libxt_osf.c.
 */
import type { Match, Statement } from '../../../model/statement.ts';
import type { PolicyComparison, PolicyReading } from '../../../model/xt-reading.ts';
import { network, parseNumber, protocolNumber, quoteWord } from '../codecs.ts';
import { type Context, field, type MatchExtension, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { readConnlimit } from './options.ts';

function hasValue(statement: Statement | undefined, name: string, op: Match['op'], number: number): boolean {
  if (statement?.kind !== 'match' || statement.left.kind !== 'field' || statement.left.name !== name) return false;
  return statement.op === op && statement.right.kind === 'value' && statement.right.value === number;
}

const WILDCARD = 'socket wildcard';
const TRANSPARENT = 'socket transparent';

/**
 * A socket that is not bound to the wildcard address (`--nowildcard`: any socket), as iptables-translate writes it. `via` marks them: for sockets in
 * TIME_WAIT or with a half-open connection xt_socket.c matches and nft_socket.c's `wildcard` does not.
 */
export const SOCKET: MatchExtension = {
  name: 'socket',
  marked: true,
  printsFields: [WILDCARD, TRANSPARENT],
  parse(options) {
    const has = (name: string) => options.some((each) => each.name === name);
    const plain = ({ name, negated, args }: OptionWords) =>
      (name === '--transparent' || name === '--nowildcard') && !negated && args.length === 0;
    if (!options.every(plain)) return null;
    const matches: Match[] = [];
    if (!has('--nowildcard')) matches.push(match(field(WILDCARD), '==', value(0), 'socket'));
    else if (!has('--transparent')) matches.push(match(field(WILDCARD), '<=', value(1), 'socket'));
    if (has('--transparent')) matches.push(match(field(TRANSPARENT), '==', value(1), 'socket'));
    return matches;
  },
  print(body, index) {
    const at = body[index];
    if (hasValue(at, TRANSPARENT, '==', 1)) return { text: '--transparent --nowildcard', used: 1 };
    if (hasValue(at, WILDCARD, '<=', 1)) return { text: '--nowildcard', used: 1 };
    if (!hasValue(at, WILDCARD, '==', 0)) return null;
    return hasValue(body[index + 1], TRANSPARENT, '==', 1) ? { text: '--transparent', used: 2 } : { text: '', used: 1 };
  },
};

/**
 * `--dir in --pol ipsec|none`: came by IPsec or not; `--dir out`: will leave by it. Kernel: net/netfilter/xt_policy.c. What it says of single
 * transformations (`--reqid`, `--spi`, `--strict`, ...) is about any of them; nft's `ipsec in reqid` is about one: text with a reading.
 */
export const POLICY: MatchExtension = {
  name: 'policy',
  printsFields: ['meta ipsec', 'rt ipsec'],
  parse(options) {
    const [direction, policy] = ['--dir', '--pol'].map((name) =>
      options.find((each) => each.name === name && !each.negated),
    );
    const way = direction?.args[0];
    const wanted = policy?.args[0];
    if (options.length !== 2 || (way !== 'in' && way !== 'out') || (wanted !== 'ipsec' && wanted !== 'none'))
      return null;
    return [match(field(way === 'in' ? 'meta ipsec' : 'rt ipsec'), '==', value(wanted === 'ipsec' ? 1 : 0))];
  },
  print(body, index) {
    const { left, op, right } = body[index] as Match;
    if (left.kind !== 'field' || right.kind !== 'value' || (op !== '==' && op !== '!=')) return null;
    const exists = (right.value === 1) === (op === '==');
    return { text: `--dir ${left.name === 'rt ipsec' ? 'out' : 'in'} --pol ${exists ? 'ipsec' : 'none'}`, used: 1 };
  },
};

const POLICY_NUMBERS: ReadonlyMap<string, readonly [PolicyComparison['what'], (text: string) => number]> = new Map([
  ['--reqid', ['reqid', (text: string) => parseNumber(text)]],
  ['--spi', ['spi', (text: string) => parseNumber(text)]],
  ['--proto', ['protocol', protocolNumber]],
  ['--mode', ['mode', (text: string) => ['transport', 'tunnel'].indexOf(text)]],
] as const);
const POLICY_ENDS: ReadonlyMap<string, PolicyComparison['what']> = new Map([
  ['--tunnel-src', 'tunnel-source'],
  ['--tunnel-dst', 'tunnel-destination'],
]);

/** What is said of transformations, `--next` parting them. */
export function readPolicy(options: readonly OptionWords[], { family }: Context): PolicyReading | null {
  const single = (name: string) => options.find((each) => each.name === name && !each.negated)?.args[0];
  const direction = single('--dir');
  if ((direction !== 'in' && direction !== 'out') || single('--pol') !== 'ipsec') return null;
  const elements: PolicyComparison[][] = [[]];
  for (const each of options) {
    if (each.name === '--next') elements.push([]);
    else if (each.name !== '--dir' && each.name !== '--pol' && each.name !== '--strict') {
      const compared = policyComparison(each, family);
      if (!compared) return null;
      elements[elements.length - 1]?.push(compared);
    }
  }
  for (const compared of elements) compared.sort((a, b) => (a.what < b.what ? -1 : 1));
  const strict = options.some(({ name }) => name === '--strict');
  return { kind: 'policy', direction, strict, elements: elements.map((compared) => ({ compared })) };
}

function policyComparison({ name, negated, args }: OptionWords, family: Context['family']): PolicyComparison | null {
  const text = args.length === 1 ? (args[0] as string) : '';
  const end = POLICY_ENDS.get(name);
  if (end) {
    const prefix = network(text, family);
    return prefix && { what: end, negated, value: prefix };
  }
  const [what, read] = POLICY_NUMBERS.get(name) ?? [];
  const number = read?.(text) ?? -1;
  return what && number >= 0 ? { what, negated, value: number } : null;
}

/** All connections together (`--connlimit-mask 0`) are nft's `ct count`; by address it would take a dynamic set: text with a reading. */
export const CONNLIMIT: MatchExtension = {
  name: 'connlimit',
  printsKinds: ['connlimit'],
  parse(options, context) {
    const read = readConnlimit(options, context);
    if (read?.length !== 0 || read.side === 'destination') return null;
    return [{ kind: 'connlimit', count: read.count, over: read.over }];
  },
  print(body, index) {
    const limit = body[index];
    if (limit?.kind !== 'connlimit') return null;
    const option = limit.over ? '--connlimit-above' : '--connlimit-upto';
    return { text: `${option} ${limit.count} --connlimit-mask 0 --connlimit-saddr`, used: 1 };
  },
};

const OSF_TTLS: readonly (readonly [option: string, name: string])[] = [
  ['', 'osf name'],
  [' --ttl 1', 'osf ttl loose name'],
  [' --ttl 2', 'osf ttl skip name'],
];

/** Kernel: net/netfilter/nfnetlink_osf.c serves both. `--log` and a negated genre stay text. */
export const OSF: MatchExtension = {
  name: 'osf',
  printsFields: OSF_TTLS.map(([, name]) => name),
  parse(options) {
    const [genre, ttl] = ['--genre', '--ttl'].map((name) => options.find((each) => each.name === name));
    if (genre?.args.length !== 1 || genre.negated || options.length !== (ttl ? 2 : 1)) return null;
    const known = OSF_TTLS.find(([option]) => option === (ttl ? ` --ttl ${ttl.args.join(' ')}` : ''));
    return known ? [match(field(known[1]), '==', value(genre.args[0] as string))] : null;
  },
  print(body, index) {
    const { left, op, right } = body[index] as Match;
    const known = OSF_TTLS.find(([, name]) => left.kind === 'field' && left.name === name);
    if (!known || op !== '==' || right.kind !== 'value' || typeof right.value !== 'string') return null;
    return { text: `--genre ${quoteWord(right.value)}${known[0]}`, used: 1 };
  },
};
