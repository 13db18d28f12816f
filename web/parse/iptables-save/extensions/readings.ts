/**
 * Typed readings of extensions that stay text: see web/model/xt-reading.ts for what they mean. A reading is null where an option is not
 * understood: the text is then all there is. Those of programs and byte patterns are in programs.ts, of a node's state
 * in node-state.ts, of targets in target-readings.ts.
 */

import { parseIpv6 } from '../../../base/address.ts';
import type { Match } from '../../../model/statement.ts';
import type {
  ConditionReading,
  ConnlabelReading,
  ConntrackReading,
  HeaderOptionsReading,
  OsfReading,
  RoutingHeaderReading,
  RpfilterReading,
  SetReading,
  SocketReading,
  XtReading,
} from '../../../model/xt-reading.ts';
import { parseNumber } from '../codecs.ts';
import { type Context, field, match, value } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { readAddrtype } from './addrtype.ts';
import { labelBit, readConntrackRest, stateBits } from './conntrack.ts';
import { eights, headerMatches, readHeaderList } from './headers6.ts';
import { readHashlimit, readIpvs, readNfacct, readRecent } from './node-state.ts';
import { byName, directionsOf, numberOf, readConnlimit } from './options.ts';
import { readBpf, readCluster, readString, readU32 } from './programs.ts';
import { readSctpChunks } from './sctp.ts';
import { readPolicy } from './surroundings.ts';
import { TARGET_READINGS } from './target-readings.ts';
import { readTime } from './time.ts';
import { isAnyIcmp } from './transport.ts';

type Read = (options: readonly OptionWords[], context: Context) => XtReading | null;

function conntrack(options: readonly OptionWords[], context: Context): ConntrackReading | null {
  const state = options.find(({ name }) => name === '--ctstate');
  const bits = state?.args.length === 1 ? stateBits(state.args[0] as string) : null;
  const rest: readonly Match[] | null = readConntrackRest(
    options.filter((each) => each !== state),
    context,
  );
  if (!state || !bits || !rest) return null;
  return { kind: 'conntrack', ...bits, negated: state.negated, rest };
}

function socket(options: readonly OptionWords[]): SocketReading | null {
  const found = byName(options, '--transparent --nowildcard --restore-skmark');
  if (!found?.has('--restore-skmark')) return null;
  return {
    kind: 'socket',
    transparent: found.has('--transparent'),
    wildcard: found.has('--nowildcard'),
    restoresMark: true,
  };
}

function rpfilter(options: readonly OptionWords[]): RpfilterReading | null {
  const found = byName(options, '--loose --validmark --accept-local --invert');
  if (!found?.has('--accept-local') || options.some(({ negated, args }) => negated || args.length > 0)) return null;
  return {
    kind: 'rpfilter',
    loose: found.has('--loose'),
    validMark: found.has('--validmark'),
    acceptLocal: true,
    invert: found.has('--invert'),
  };
}

function connlabel(options: readonly OptionWords[]): ConnlabelReading | null {
  const found = byName(options, '--label --set');
  const label = found?.get('--label');
  const bit = labelBit(label?.args[0] ?? '');
  if (!found?.has('--set') || !label || bit === null) return null;
  return { kind: 'connlabel', bit, negated: label.negated };
}

const OSF_TTLS = ['true', 'loose', 'skip'] as const;
const OSF_LOGS = ['all', 'first', 'known'] as const;

function osf(options: readonly OptionWords[]): OsfReading | null {
  const found = byName(options, '--genre --ttl --log');
  const genre = found?.get('--genre');
  const [ttl, log] = found ? [numberOf(found, '--ttl', 2) ?? 0, numberOf(found, '--log', 2)] : [-1, null];
  if (genre?.args.length !== 1 || ttl < 0 || log === -1) return null;
  return {
    kind: 'osf',
    genre: genre.args[0] as string,
    negated: genre.negated,
    ttl: OSF_TTLS[ttl] ?? 'true',
    log: log === null ? null : (OSF_LOGS[log] ?? null),
  };
}

const COUNTERS: ReadonlyMap<string, readonly ['packets' | 'bytes', '==' | '<' | '>']> = new Map([
  ['--packets-eq', ['packets', '==']],
  ['--packets-lt', ['packets', '<']],
  ['--packets-gt', ['packets', '>']],
  ['--bytes-eq', ['bytes', '==']],
  ['--bytes-lt', ['bytes', '<']],
  ['--bytes-gt', ['bytes', '>']],
] as const);
const SET_OPTIONS = `--match-set --set --return-nomatch --update-counters --update-subcounters ${[...COUNTERS.keys()].join(' ')}`;

function set(options: readonly OptionWords[]): SetReading | null {
  const found = byName(options, SET_OPTIONS);
  const named = found?.get('--match-set') ?? found?.get('--set');
  const directions = directionsOf(named?.args[1]);
  if (!found || named?.args.length !== 2 || !directions) return null;
  const counters: SetReading['counters'][number][] = [];
  for (const [name, [of, op]] of COUNTERS) {
    const value = numberOf(found, name, Number.MAX_SAFE_INTEGER);
    if (value === -1) return null;
    if (value !== null) counters.push({ of, op: found.get(name)?.negated ? '!=' : op, value });
  }
  return {
    kind: 'set',
    set: named.args[0] as string,
    directions,
    negated: named.negated,
    returnNomatch: found.has('--return-nomatch'),
    countsElement: !found.get('--update-counters')?.negated,
    countsMember: !found.get('--update-subcounters')?.negated,
    counters,
  };
}

function routingHeader(options: readonly OptionWords[]): RoutingHeaderReading | null {
  const found = byName(options, '--rt-0-res --rt-0-addrs --rt-0-not-strict');
  const list = found?.get('--rt-0-addrs')?.args[0];
  const addresses = list?.split(',').map(parseIpv6) ?? null;
  if (!found || addresses?.includes(null)) return null;
  return {
    kind: 'routing-header',
    reserved: found.has('--rt-0-res'),
    addresses: addresses as bigint[] | null,
    strict: !found.has('--rt-0-not-strict'),
  };
}

function headerOptions(header: 'hbh' | 'dst'): Read {
  return (options) => {
    const [one, ...more] = options;
    if (one?.name !== `--${header}-opts` || one.negated || one.args.length !== 1 || more.length > 0) return null;
    const read: HeaderOptionsReading['options'][number][] = [];
    for (const part of (one.args[0] as string).split(',')) {
      const [type, length, ...rest] = part.split(':').map((each) => parseNumber(each, 255));
      if (type === undefined || type < 0 || length === -1 || rest.length > 0) return null;
      read.push({ type, length: length ?? null });
    }
    return { kind: 'header-options', header, options: read };
  };
}

function condition(of: ConditionReading['condition']): ConditionReading {
  return { kind: 'condition', condition: of };
}

/** Kernel: no header is so long, so it never matches; negated it is enough that there is a header. */
function impossibleLength(header: string): Read {
  return (options) => {
    const length = options.find(({ name, args }) => name === `--${header}-len` && eights(args[0] ?? '') === null);
    if (!length || (length.negated && options.length > 1)) return null;
    return condition(length.negated ? match(field(`exthdr ${header}`), '==', value(1)) : { kind: 'any', of: [] });
  };
}

/** `--icmp-type any`, which compares nothing. */
export function matchesAllIcmp(options: readonly OptionWords[]): boolean {
  const [one, ...more] = options;
  return one?.name === '--icmp-type' && !one.negated && more.length === 0 && isAnyIcmp(one.args[0] ?? '');
}

/** `! --icmp-type any` is never true. */
function anyIcmp(options: readonly OptionWords[]): ConditionReading | null {
  const [one, ...more] = options;
  if (one?.name !== '--icmp-type' || !one.negated || more.length > 0 || !isAnyIcmp(one.args[0] ?? '')) return null;
  return condition({ kind: 'any', of: [] });
}

function ipv6header(options: readonly OptionWords[], context: Context): ConditionReading | null {
  const list = readHeaderList(options, context);
  if (!list) return null;
  const all = { kind: 'all', of: headerMatches(list) } as const;
  return condition(list.negated ? { kind: 'not', of: all } : all);
}

function firstOf(...reads: readonly Read[]): Read {
  return (options, context) => {
    for (const read of reads) {
      const found = read(options, context);
      if (found) return found;
    }
    return null;
  };
}

const MATCH_READINGS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['recent', readRecent],
  ['hashlimit', readHashlimit],
  ['connlimit', readConnlimit],
  ['conntrack', conntrack],
  ['socket', socket],
  ['rpfilter', rpfilter],
  ['connlabel', connlabel],
  ['osf', osf],
  ['set', set],
  ['sctp', readSctpChunks],
  ['rt', firstOf(routingHeader, impossibleLength('rt'))],
  ['hbh', firstOf(headerOptions('hbh'), impossibleLength('hbh'))],
  ['dst', firstOf(headerOptions('dst'), impossibleLength('dst'))],
  ['ipv6header', ipv6header],
  ['icmp', anyIcmp],
  ['addrtype', readAddrtype],
  ['policy', readPolicy],
  ['time', readTime],
  ['u32', readU32],
  ['bpf', readBpf],
  ['string', readString],
  ['cluster', readCluster],
  ['nfacct', readNfacct],
  ['ipvs', readIpvs],
]);

/** `-m time` without a time: it matches every packet. */
export function isAlways(reading: XtReading): boolean {
  return reading.kind === 'time' && reading.matches.length === 0;
}

/** The reading of an extension that is kept as text, or null. Cost: linear in the options. */
export function readingOf(
  role: 'match' | 'target',
  name: string,
  options: readonly OptionWords[],
  context: Context,
): XtReading | null {
  return (role === 'match' ? MATCH_READINGS : TARGET_READINGS).get(name)?.(options, context) ?? null;
}
