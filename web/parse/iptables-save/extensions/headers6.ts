/**
 * Matches on IPv6 extension headers: frag, rt, mh, ipv6header. Follows libip6t_frag.c, libip6t_rt.c, libip6t_mh.c, libip6t_ipv6header.c.
 * Not modelled: lengths (iptables counts bytes, nft eight bytes), reserved bits (iptables compares more of them), addresses of type 0 routing,
 * hbh and dst options, ipv6header without `--soft` (no other header may be there).
 */
import { MH_TYPES } from '../../../model/constants.ts';
import { flag, number, numberRange } from '../codecs.ts';
import { type Context, field, type MatchExtension, match, option, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';

/** `-m frag`, `-m rt` without options: the header is there. */
function header(name: string, options: MatchExtension['options']): MatchExtension {
  const exists = field(`exthdr ${name}`);
  return {
    name,
    ...(options ? { options } : {}),
    printsFields: [exists.name],
    parse: (words, { family }) => (words.length === 0 && family === 'ip6' ? [match(exists, '==', value(1))] : null),
    print(body, index) {
      const one = body[index];
      const plain = one?.kind === 'match' && one.op === '==' && one.right.kind === 'value' && one.right.value === 1;
      return plain ? { text: '', used: 1 } : null;
    },
  };
}

/** Kernel: net/ipv6/netfilter/ip6t_frag.c. */
export const FRAG: MatchExtension = header('frag', [
  option('--fragid', 'frag id', numberRange(0xffffffff)),
  option('--fragfirst', 'frag frag-off', flag(0), { negatable: false }),
  option('--fragmore', 'frag more-fragments', flag(1), { negatable: false }),
  option('--fraglast', 'frag more-fragments', flag(0), { negatable: false }),
]);

/** Kernel: net/ipv6/netfilter/ip6t_rt.c. */
export const RT: MatchExtension = header('rt', [
  option('--rt-type', 'rt type', number(255)),
  option('--rt-segsleft', 'rt seg-left', numberRange(0xffffffff)),
]);

/**
 * Kernel: net/ipv6/netfilter/ip6t_mh.c also drops a header that something follows (golden rule of RFC 6275).
 * Assumption: packets are well formed.
 */
export const MH: MatchExtension = {
  name: 'mh',
  emptyMatchesAll: true,
  options: [option('--mh-type', 'mh type', numberRange(255, ':', MH_TYPES))],
};

/** libip6t_ipv6header.c, chain_flags: those that nft's `exthdr` knows. The first name prints. */
const HEADERS: readonly (readonly [nft: string, ...names: string[]])[] = [
  ['hbh', 'hop-by-hop', 'hop', '0'],
  ['dst', 'ipv6-opts', 'dst', '60'],
  ['rt', 'ipv6-route', 'route', '43'],
  ['frag', 'ipv6-frag', 'frag', '44'],
];

function softHeaders(options: readonly OptionWords[], { family }: Context): string[] | null {
  const [header_, soft] = ['--header', '--soft'].map((name) => options.find((each) => each.name === name));
  if (family !== 'ip6' || options.length !== 2 || !soft || header_?.args.length !== 1) return null;
  if (header_.negated || soft.negated || soft.args.length > 0) return null;
  const names: string[] = [];
  for (const each of (header_.args[0] as string).toLowerCase().split(',')) {
    const known = HEADERS.find(([, ...spelled]) => spelled.includes(each));
    if (!known || names.includes(known[0])) return null;
    names.push(known[0]);
  }
  // libip6t_ipv6header.c prints in the order of its bits.
  return names.sort((a, b) => headerRank(a) - headerRank(b));
}

function headerRank(nft: string): number {
  return HEADERS.findIndex(([name]) => name === nft);
}

/** `--soft --header A,B`: all of these are there. */
export const IPV6HEADER: MatchExtension = {
  name: 'ipv6header',
  printsFields: HEADERS.map(([nft]) => `exthdr ${nft}`),
  parse: (options, context) =>
    softHeaders(options, context)?.map((nft) => match(field(`exthdr ${nft}`), '==', value(1), 'ipv6header')) ?? null,
  print(body, index) {
    const names: string[] = [];
    for (let at = index; at < body.length; at++) {
      const one = body[at];
      if (one?.kind !== 'match' || one.via !== 'ipv6header' || one.left.kind !== 'field' || one.op !== '==') break;
      const left = one.left.name;
      const known = HEADERS.find(([nft]) => left === `exthdr ${nft}`);
      if (!known || one.right.kind !== 'value' || one.right.value !== 1) break;
      names.push(known[1] as string);
    }
    return names.length > 0 ? { text: `--header ${names.join(',')} --soft`, used: names.length } : null;
  },
};
