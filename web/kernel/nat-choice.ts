/**
 * Which address and port a NAT rule gives a connection. Kernel: net/netfilter/nf_nat_core.c: get_unique_tuple(), find_best_ips_proto(),
 * nf_nat_l4proto_unique_tuple(). An address out of a range is drawn by a hash without a secret, which the zone is part of [zone-range], so it can be told; a port out of a range is random.
 *
 * Assumption: no other connection uses the tuple, so a port that need not change stays [f1, f19].
 */
import type { NatPort, NatTarget } from './action.ts';
import type { Tuple } from './conntrack.ts';
import type { Manip } from './domain.ts';
import { hasPorts } from './facts.ts';
import { hashWords, scaled } from './jhash.ts';
import { PROTOCOL } from './packet.ts';

/** A port, or a range out of which the kernel draws one at random. */
export type PortChoice = number | { readonly from: number; readonly to: number };

export interface NatChoice {
  readonly address: number | bigint;
  readonly port: PortChoice;
}

export interface NatRequest {
  readonly manip: Manip;
  readonly target: NatTarget;
  readonly random: boolean;
  readonly persistent: boolean;
  readonly protocol: number;
  /** Of the connection; null: not known. */
  readonly zone: number | null;
  /** As the packet would reach the other end without this mapping. */
  readonly tuple: Tuple;
}

/** The new source (of a `src` mapping) or destination. */
export function chooseMapping(request: NatRequest): NatChoice {
  const { manip, target, tuple } = request;
  const address = manip === 'src' ? tuple.src : tuple.dst;
  const port = manip === 'src' ? tuple.sport : tuple.dport;
  const keeps = manip === 'src' && !request.random && inAddresses(target, address) && inPorts(target, port);
  if (keeps) return { address, port };
  return { address: chooseAddress(request, address), port: choosePort(request, port) };
}

/**
 * Whether the address hangs on a hash of addresses that are not all known: of the source, and unless it is persistent of the destination. What is in the range
 * already stays.
 */
export function isDrawnBlind(request: NatRequest, known: { readonly src: boolean; readonly dst: boolean }): boolean {
  const { manip, target, tuple, persistent, random, zone } = request;
  const { address } = target;
  if (address?.kind !== 'range' || address.from === address.to) return false;
  if (zone === null) return true;
  if (manip === 'src' && known.src && !random && inAddresses(target, tuple.src) && inPorts(target, tuple.sport))
    return false;
  return !known.src || !(known.dst || (persistent && manip === 'src'));
}

function inAddresses({ address }: NatTarget, own: number | bigint): boolean {
  if (!address) return true;
  return address.kind === 'range' && own >= address.from && own <= address.to;
}

function inPorts({ port }: NatTarget, own: number): boolean {
  return !port || (own >= port.from && own <= port.to);
}

function chooseAddress(request: NatRequest, own: number | bigint): number | bigint {
  const { address } = request.target;
  if (!address || address.kind === 'unknown') return own;
  if (address.kind === 'prefix') return withPrefix(own, address.address, address.length, address.width);
  if (address.from === address.to) return address.from;
  return drawAddress(request, address.from, address.to);
}

/** The network part of `prefix`, the host part of `own`. */
export function withPrefix(
  own: number | bigint,
  prefix: number | bigint,
  length: number,
  width: number,
): number | bigint {
  const host = (1n << BigInt(width - length)) - 1n;
  const mapped = ((BigInt(prefix) | host) ^ host) | (BigInt(own) & host);
  return width === 32 ? Number(mapped) : mapped;
}

/** Kernel: find_best_ips_proto(): word by word; once a word is below the range's highest, the rest may be anything. */
function drawAddress(
  { manip, tuple, persistent, zone }: NatRequest,
  from: number | bigint,
  to: number | bigint,
): number | bigint {
  const source = wordsOf(tuple.src);
  const destination = wordsOf(tuple.dst);
  const last = destination.length - 1;
  let hash = hashWords(
    [...source, 0, 0, 0, 0].slice(0, 4).map(swapped),
    persistent ? 0 : (swapped(destination[last] as number) ^ (zone ?? 0)) >>> 0,
  );
  const [low, high] = [wordsOf(from), wordsOf(to)];
  let free = false;
  const drawn = low.map((lowest, i) => {
    const highest = high[i] as number;
    const word = free ? scaled(hash, 0xffffffff) : lowest + scaled(hash, highest - lowest + 1);
    if (word !== highest) free = true;
    // A new destination is written into the tuple that is hashed, word by word.
    const hashed = manip === 'dst' ? word : (destination[i] as number);
    if (!persistent) hash = (hash ^ swapped(hashed)) >>> 0;
    return word;
  });
  if (typeof from === 'number') return drawn[0] as number;
  return drawn.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

function wordsOf(address: number | bigint): number[] {
  if (typeof address === 'number') return [address];
  return [96n, 64n, 32n, 0n].map((shift) => Number((address >> shift) & 0xffffffffn));
}

/** Network order as a little-endian processor reads it. */
function swapped(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

const FIRST_FREE = 1024;

function choosePort({ manip, target, random, protocol }: NatRequest, own: number): PortChoice {
  const { port } = target;
  const ported = hasPorts(protocol) || protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6;
  if (!ported) return own;
  if (!port) {
    if (!random || manip === 'dst') return own;
    return ownClass(own, protocol);
  }
  if (!random && port.kind === 'range' && inPorts(target, own)) return own;
  return drawPort(port, manip, random, own);
}

/** Kernel: without a range a low port stays among the low ones. */
function ownClass(own: number, protocol: number): PortChoice {
  if (!hasPorts(protocol)) return { from: 0, to: 0xffff };
  if (own < 512) return { from: 1, to: 511 };
  return own < FIRST_FREE ? { from: 600, to: FIRST_FREE - 1 } : { from: FIRST_FREE, to: 0xffff };
}

/** Kernel: a destination port is the range's first, unless random is asked for; a source port is drawn. */
function drawPort(port: NatPort, manip: Manip, random: boolean, own: number): PortChoice {
  const size = port.to - port.from + 1;
  if (size === 1) return port.from;
  if (port.kind === 'shifted') {
    const offset = (((own - port.base) % size) + size) % size;
    return port.from + offset;
  }
  return manip === 'dst' && !random ? port.from : { from: port.from, to: port.to };
}
