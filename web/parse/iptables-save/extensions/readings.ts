/**
 * Typed readings of extensions that stay text: see web/model/xt-reading.ts for what they mean. A reading is null where an option is not
 * understood: the text is then all there is. Follows libxt_recent.c, libxt_hashlimit.c, libxt_connlimit.c, libxt_conntrack.c, libxt_socket.c,
 * libxt_CT.c.
 */
import type { Match } from '../../../model/statement.ts';
import type {
  ConnlimitReading,
  ConntrackReading,
  ConntrackTargetReading,
  HashlimitReading,
  RecentReading,
  SocketReading,
  XtReading,
} from '../../../model/xt-reading.ts';
import { parseNumber } from '../codecs.ts';
import type { Context } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { readConntrackRest, stateBits } from './conntrack.ts';

type Read = (options: readonly OptionWords[], context: Context) => XtReading | null;

/** All options by their names; null where one comes twice or is none of `known`. */
function byName(options: readonly OptionWords[], known: string): Map<string, OptionWords> | null {
  const names = new Set(known.split(' '));
  const found = new Map<string, OptionWords>();
  for (const each of options) {
    if (!names.has(each.name) || found.has(each.name)) return null;
    found.set(each.name, each);
  }
  return found;
}

/** A number; null where the option is not there, -1 where it has no number. */
function numberOf(found: ReadonlyMap<string, OptionWords>, name: string, max?: number): number | null {
  const option = found.get(name);
  return option ? parseNumber(option.args[0] ?? '', max) : null;
}

const RECENT_ACTIONS = [
  ['--set', 'set'],
  ['--rcheck', 'check'],
  ['--update', 'update'],
  ['--remove', 'remove'],
] as const;

const FULL_MASKS: ReadonlySet<string> = new Set(['', '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);

function recent(options: readonly OptionWords[]): RecentReading | null {
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
    hits,
    sameTtl: found.has('--rttl'),
    mask: FULL_MASKS.has(mask) ? null : mask,
  };
}

const KEY_PARTS: ReadonlySet<string> = new Set(['srcip', 'srcport', 'dstip', 'dstport']);

function hashlimit(options: readonly OptionWords[]): HashlimitReading | null {
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
  if (!found || rate?.args.length !== 1 || name === undefined || !key.every((part) => KEY_PARTS.has(part))) return null;
  const sourceMask = numberOf(found, '--hashlimit-srcmask', 128);
  const destinationMask = numberOf(found, '--hashlimit-dstmask', 128);
  if (sourceMask === -1 || destinationMask === -1) return null;
  return {
    kind: 'hashlimit',
    name,
    over: (upto === undefined) !== rate.negated,
    rate: rate.args[0] as string,
    burst: found.get('--hashlimit-burst')?.args[0] ?? null,
    key: key as HashlimitReading['key'][number][],
    sourceMask,
    destinationMask,
  };
}

/** Also what the extension itself reads from: `! --connlimit-above` is `--connlimit-upto`. */
export function readConnlimit(options: readonly OptionWords[], { family }: Context): ConnlimitReading | null {
  const found = byName(
    options,
    '--connlimit-above --connlimit-upto --connlimit-mask --connlimit-saddr --connlimit-daddr',
  );
  const above = found?.get('--connlimit-above');
  const written = above ?? found?.get('--connlimit-upto');
  const count = parseNumber(written?.args[0] ?? '');
  if (!found || !written || count < 0 || (above && found.has('--connlimit-upto'))) return null;
  const width = family === 'ip6' ? 128 : 32;
  const length = numberOf(found, '--connlimit-mask', width) ?? width;
  if (length < 0) return null;
  return {
    kind: 'connlimit',
    count,
    over: (above !== undefined) !== written.negated,
    side: found.has('--connlimit-daddr') ? 'destination' : 'source',
    length,
  };
}

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

function ctTarget(options: readonly OptionWords[]): ConntrackTargetReading | null {
  const found = byName(options, '--helper --timeout --ctevents --expevents');
  if (!found || found.size === 0) return null;
  const list = (name: string) => found.get(name)?.args[0]?.split(',') ?? [];
  return {
    kind: 'ct-target',
    helper: found.get('--helper')?.args[0] ?? null,
    timeout: found.get('--timeout')?.args[0] ?? null,
    events: list('--ctevents'),
    expectedEvents: list('--expevents'),
  };
}

const MATCH_READINGS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['recent', recent],
  ['hashlimit', hashlimit],
  ['connlimit', readConnlimit],
  ['conntrack', conntrack],
  ['socket', socket],
]);
const TARGET_READINGS: ReadonlyMap<string, Read> = new Map<string, Read>([['CT', ctTarget]]);

/** The reading of an extension that is kept as text, or null. Cost: linear in the options. */
export function readingOf(
  role: 'match' | 'target',
  name: string,
  options: readonly OptionWords[],
  context: Context,
): XtReading | null {
  return (role === 'match' ? MATCH_READINGS : TARGET_READINGS).get(name)?.(options, context) ?? null;
}
