/**
 * Readings of matches that ask for what a node keeps beside its connections: lists, buckets, counters, the load balancer's entries. No dump holds
 * it. Follows libxt_recent.c, libxt_hashlimit.c, libxt_ipvs.c, libxt_nfacct.c.
 */
import type { Prefix } from '../../../model/expression.ts';
import type {
  HashlimitReading,
  IpvsComparison,
  IpvsReading,
  NfacctReading,
  RecentReading,
} from '../../../model/xt-reading.ts';
import { network, portNumber, protocolNumber } from '../codecs.ts';
import type { Context } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { byName, numberOf } from './options.ts';

const RECENT_ACTIONS = [
  ['--set', 'set'],
  ['--rcheck', 'check'],
  ['--update', 'update'],
  ['--remove', 'remove'],
] as const;

const FULL_MASKS: ReadonlySet<string> = new Set(['', '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);

export function readRecent(options: readonly OptionWords[]): RecentReading | null {
  const found = byName(
    options,
    '--set --rcheck --update --remove --seconds --reap --hitcount --rttl --name --rsource --rdest --mask',
  );
  const actions = RECENT_ACTIONS.filter(([name]) => found?.has(name));
  const [action] = actions;
  if (!found || !action || actions.length > 1) return null;
  const seconds = numberOf(found, '--seconds');
  const hits = numberOf(found, '--hitcount');
  const mask = found.get('--mask')?.args[0] ?? '';
  if (seconds === -1 || hits === -1) return null;
  return {
    kind: 'recent',
    list: found.get('--name')?.args[0] ?? 'DEFAULT',
    action: action[1],
    negated: found.get(action[0])?.negated ?? false,
    side: found.has('--rdest') ? 'destination' : 'source',
    seconds,
    reap: found.has('--reap'),
    hits,
    sameTtl: found.has('--rttl'),
    mask: FULL_MASKS.has(mask) ? null : mask,
  };
}

/** In the order in which libxt_hashlimit.c prints them. */
const KEY_PARTS = ['srcip', 'srcport', 'dstip', 'dstport'] as const;

export function readHashlimit(options: readonly OptionWords[]): HashlimitReading | null {
  const found = byName(
    options,
    '--hashlimit-upto --hashlimit-above --hashlimit --hashlimit-burst --hashlimit-mode --hashlimit-srcmask ' +
      '--hashlimit-dstmask --hashlimit-name --hashlimit-htable-size --hashlimit-htable-max --hashlimit-htable-expire ' +
      '--hashlimit-htable-gcinterval --hashlimit-rate-match --hashlimit-rate-interval',
  );
  const upto = found?.get('--hashlimit-upto') ?? found?.get('--hashlimit');
  const rate = upto ?? found?.get('--hashlimit-above');
  const name = found?.get('--hashlimit-name')?.args[0];
  const key = (found?.get('--hashlimit-mode')?.args[0] ?? '').split(',').filter((part) => part !== '');
  if (!found || rate?.args.length !== 1 || name === undefined) return null;
  if (!key.every((part) => KEY_PARTS.some((known) => known === part))) return null;
  const sourceMask = numberOf(found, '--hashlimit-srcmask', 128);
  const destinationMask = numberOf(found, '--hashlimit-dstmask', 128);
  const interval = numberOf(found, '--hashlimit-rate-interval');
  if (sourceMask === -1 || destinationMask === -1 || interval === -1) return null;
  return {
    kind: 'hashlimit',
    name,
    over: (upto === undefined) !== rate.negated,
    rate: rate.args[0] as string,
    burst: found.get('--hashlimit-burst')?.args[0] ?? null,
    key: KEY_PARTS.filter((part) => key.includes(part)),
    sourceMask,
    destinationMask,
    measured: found.has('--hashlimit-rate-match') ? (interval ?? 1) : null,
  };
}

type IpvsOption = readonly [
  what: IpvsComparison['what'],
  read: (text: string, context: Context) => number | Prefix | null,
];
const IPVS_OPTIONS: ReadonlyMap<string, IpvsOption> = new Map<string, IpvsOption>([
  ['--vproto', ['protocol', protocolNumber]],
  ['--vaddr', ['address', (text, { family }) => network(text, family)]],
  ['--vport', ['port', portNumber]],
  ['--vdir', ['direction', (text) => ['ORIGINAL', 'REPLY'].indexOf(text.toUpperCase())]],
  ['--vmethod', ['method', (text) => ['MASQ', '', 'IPIP', 'GATE'].indexOf(text.toUpperCase())]],
  ['--vportctl', ['control-port', portNumber]],
]);

export function readIpvs(options: readonly OptionWords[], context: Context): IpvsReading | null {
  const found = byName(options, `--ipvs ${[...IPVS_OPTIONS.keys()].join(' ')}`);
  if (!found || found.size === 0) return null;
  const compared: IpvsComparison[] = [];
  for (const [name, [what, read]] of IPVS_OPTIONS) {
    const one = found.get(name);
    if (!one) continue;
    const value = one.args.length === 1 ? read(one.args[0] as string, context) : null;
    if (value === null || value === -1) return null;
    compared.push({ what, negated: one.negated, value: value });
  }
  return { kind: 'ipvs', handled: compared.length > 0 || !found.get('--ipvs')?.negated, compared };
}

export function readNfacct(options: readonly OptionWords[]): NfacctReading | null {
  const object = byName(options, '--nfacct-name')?.get('--nfacct-name')?.args[0];
  return object === undefined ? null : { kind: 'nfacct', object };
}
