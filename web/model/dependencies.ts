/**
 * What nft adds to a rule when it loads it, and leaves out when it lists it: comparing `tcp dport` asks for `meta l4proto tcp` first, `ip saddr` in an inet
 * table for `meta nfproto ipv4`, `icmp id` for an echo, `reject with tcp reset` for TCP. Follows payload_gen_dependency and stmt_reject_gen_dependency of nftables' src/payload.c
 * and src/evaluate.c.
 */
import { PROTOCOLS } from './constants.ts';
import { type Expression, field, value } from './expression.ts';
import type { Match, Statement } from './statement.ts';
import { eachExpressionOf } from './walk.ts';

/** Headers of which iptables and nft compare fields behind `meta l4proto`. */
export const TRANSPORT_HEADERS: ReadonlySet<string> = new Set(
  'icmp igmp tcp udp udplite dccp sctp esp ah comp icmpv6 mh'.split(' '),
);
export const EXTENSION_HEADERS: ReadonlySet<string> = new Set('frag rt hbh dst'.split(' '));

export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;
export const ARP = 0x0806;
const TCP = 6;
const VLAN = 0x8100;
const NFPROTO: ReadonlyMap<unknown, number> = new Map([
  [2, IPV4],
  [10, IPV6],
]);

/** The EtherType of a header, by the first word of its fields. */
const NETWORK_HEADERS: ReadonlyMap<string, number> = new Map([
  ...['ip', 'icmp', 'igmp'].map((header) => [header, IPV4] as const),
  ...['ip6', 'icmpv6', 'exthdr', 'mh', 'srh', ...EXTENSION_HEADERS].map((header) => [header, IPV6] as const),
  ['arp', ARP],
  ['vlan', VLAN],
]);

/** Kernel: nft_rt.c, nft_ct.c break off where the packet is of the other family. */
const OF_FAMILY = /^(?:rt|ct (?:original|reply)) (ip6?) /;
/** A route's, not the routing header's. */
const ROUTE = /^rt (?:classid|nexthop|mtu|ipsec|ip)/;

const ICMP_DEPENDENCIES: ReadonlyMap<string, readonly number[]> = new Map([
  ['icmp id', [0, 8]],
  ['icmp sequence', [0, 8]],
  ['icmp mtu', [3]],
  ['icmp gateway', [5]],
  ['icmpv6 id', [128, 129]],
  ['icmpv6 sequence', [128, 129]],
  ['icmpv6 mtu', [2]],
  ['icmpv6 parameter-problem', [4]],
  ['icmpv6 max-delay', [130]],
  ['icmpv6 taddr', [130, 131, 132, 135, 136, 137]],
  ['icmpv6 daddr', [137]],
]);

/** The headers that a part of a rule compares or writes. */
export class Headers {
  readonly #fields = new Set<string>();
  readonly #transports = new Set<number>();
  readonly #asked = new Set<number>();
  readonly #networks = new Set<number>();
  /** Those that nft asks for by the type of the frame in bridges. */
  readonly #frames = new Set<number>([VLAN]);

  /** Every field that the statement compares or writes. */
  add(statement: Statement): void {
    // Matches a packet without the header as well, so that nothing asks for it.
    if (statement.kind === 'match' && statement.orAbsent) return;
    eachExpressionOf(statement, (expression) => this.#addExpression(expression));
  }

  #addExpression(expression: Expression): void {
    if (expression.kind !== 'field') return;
    const { name } = expression;
    if (this.#fields.has(name)) return;
    this.#fields.add(name);
    const header = name.slice(0, name.indexOf(' '));
    const transport = TRANSPORT_HEADERS.has(header) ? PROTOCOLS.byName.get(header) : undefined;
    if (transport !== undefined) {
      this.#transports.add(transport);
      // Kernel: nft_exthdr.c looks for the header itself. nft asks for no protocol before an option, and yet leaves it out of the listing.
      if (!/^(?:tcp|dccp) option /.test(name)) this.#asked.add(transport);
    }
    const network = networkOf(name, header);
    if (network === undefined) return;
    this.#networks.add(network);
    if (header !== 'ip' && header !== 'ip6' && !name.startsWith('ct ')) this.#frames.add(network);
    if (name.startsWith('ip option ')) this.#frames.add(network);
  }

  /** Whether nft adds this very match, so that it says nothing new. */
  implies({ left, op, right }: Match, family: string): boolean {
    if (left.kind !== 'field' || op !== '==') return false;
    const one = right.kind === 'value' ? right.value : null;
    switch (left.name) {
      case 'meta l4proto':
      case 'ip protocol':
        return typeof one === 'number' && this.#transports.has(one);
      case 'meta nfproto':
        return this.#networks.has(NFPROTO.get(one) ?? -1);
      case 'meta protocol':
        return typeof one === 'number' && this.#networks.has(one);
      // The type of a frame with a VLAN tag is another than its packet's.
      case 'ether type':
        return (
          (one === VLAN || family === 'bridge') && this.#networks.has(Number(one)) && this.#frames.has(Number(one))
        );
      // Behind a tag nft asks for the type that stands there; it lists its place where it should name it.
      case 'vlan type':
      case '@ll,128,16':
        return this.#networks.has(Number(one)) && this.#compares('vlan');
      case 'meta iiftype':
        return family !== 'bridge' && one === 1 && (this.#compares('ether') || this.#compares('vlan'));
      case 'icmp type':
      case 'icmpv6 type':
        return this.#asksForType(left.name.slice(0, left.name.indexOf(' ')), right);
      default:
        return this.#asksForHeader(left.name, one);
    }
  }

  #asksForType(header: string, right: Expression): boolean {
    const types = numbersOf(right);
    for (const [name, needed] of ICMP_DEPENDENCIES) {
      const same = needed.length === types.length && needed.every((type) => types.includes(type));
      if (same && name.startsWith(`${header} `) && this.#fields.has(name)) return true;
    }
    return false;
  }

  /** `exthdr frag exists` beside `frag id 5`. */
  #asksForHeader(name: string, one: unknown): boolean {
    if (one !== 1) return false;
    if (name === 'ipv6header auth') return this.#compares('ah6');
    const header = name.startsWith('exthdr ') ? name.slice('exthdr '.length) : '';
    return EXTENSION_HEADERS.has(header) && this.#compares(header);
  }

  #compares(header: string): boolean {
    for (const name of this.#fields) if (name.startsWith(`${header} `) && !ROUTE.test(name)) return true;
    return false;
  }

  /** The network protocols that they belong to: a tag is none. */
  get networks(): ReadonlySet<number> {
    return new Set([...this.#networks].filter((network) => network !== VLAN));
  }

  /** The protocols that nft asks for. */
  get transports(): ReadonlySet<number> {
    return this.#asked;
  }
}

/** The match that nft puts at the front of a rule that ends with `reject with tcp reset` and tells no protocol, or with ICMP of one family. */
export function rejectDependency(
  body: readonly Statement[],
  family: string,
  known: { readonly network: number | null; readonly transport: number | null },
): Match | null {
  const reject = body.find(({ kind }) => kind === 'reject');
  if (reject?.kind !== 'reject') return null;
  if (reject.with === 'tcp reset') return known.transport === TCP ? null : equal('meta l4proto', TCP);
  const network = reject.with === 'icmp' ? IPV4 : reject.with === 'icmpv6' ? IPV6 : null;
  if (network === null || known.network === network) return null;
  return family === 'inet' ? equal('meta nfproto', network === IPV4 ? 2 : 10) : equal('meta protocol', network);
}

function equal(name: string, number: number): Match {
  return { kind: 'match', left: field(name), op: '==', right: value(number) };
}

function networkOf(name: string, header: string): number | undefined {
  const family = OF_FAMILY.exec(name)?.[1];
  if (family !== undefined) return family === 'ip' ? IPV4 : IPV6;
  return ROUTE.test(name) ? undefined : NETWORK_HEADERS.get(header);
}

/** The numbers of a value, a range or a set; none where there are too many to be what nft adds. */
function numbersOf(right: Expression): number[] {
  if (right.kind === 'set') return right.elements.flatMap(({ key }) => (key.kind === 'set' ? [] : numbersOf(key)));
  if (right.kind === 'value') return typeof right.value === 'number' ? [right.value] : [];
  if (right.kind !== 'range' || typeof right.from !== 'number' || typeof right.to !== 'number') return [];
  const { from, to } = right;
  return to - from < 8 ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : [];
}

/** The EtherType that the match itself asks for, or null. */
export function askedNetwork({ left, op, right }: Match): number | null {
  if (left.kind !== 'field' || op !== '==' || right.kind !== 'value') return null;
  if (left.name === 'meta nfproto') return NFPROTO.get(right.value) ?? null;
  const asks = left.name === 'meta protocol' || left.name === 'ether type';
  return asks && typeof right.value === 'number' ? right.value : null;
}

/** The transport protocol that the match itself asks for, or null. */
export function askedTransport({ left, op, right }: Match, family: string): number | null {
  if (left.kind !== 'field' || op !== '==' || right.kind !== 'value' || typeof right.value !== 'number') return null;
  return left.name === 'meta l4proto' || (left.name === 'ip protocol' && family === 'ip') ? right.value : null;
}
