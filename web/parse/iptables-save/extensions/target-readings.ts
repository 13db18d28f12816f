/** Typed readings of targets that stay text: see web/model/xt-reading.ts. Follows libxt_CT.c, libxt_HMARK.c, libxt_SET.c, libip6t_SNPT.c. */
import type { Prefix } from '../../../model/expression.ts';
import type {
  ConntrackTargetReading,
  HmarkReading,
  NetmapReading,
  PrefixTranslationReading,
  SetMapReading,
  XtReading,
} from '../../../model/xt-reading.ts';
import { addressComparison, parseNumber } from '../codecs.ts';
import { type Context, field } from '../extension.ts';
import type { OptionWords } from '../words.ts';
import { readSetUpdates } from './mangle.ts';
import { netmapNetwork } from './nat.ts';
import { byName, directionsOf, numberOf } from './options.ts';

type Read = (options: readonly OptionWords[], context: Context) => XtReading | null;

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

const HMARK_OPTIONS =
  '--hmark-tuple --hmark-mod --hmark-offset --hmark-rnd --hmark-src-prefix --hmark-dst-prefix --hmark-sport-mask ' +
  '--hmark-dport-mask --hmark-spi-mask --hmark-sport --hmark-dport --hmark-spi --hmark-proto-mask';

/** The tuple's words for what the masks say one by one, as libxt_HMARK.c prints them. */
function hmark(options: readonly OptionWords[], { family }: Context): HmarkReading | null {
  const found = byName(options, HMARK_OPTIONS);
  if (!found) return null;
  const tuple = new Set(found.get('--hmark-tuple')?.args[0]?.split(',') ?? []);
  const number = (name: string) => numberOf(found, `--hmark-${name}`);
  const mask = (part: string, all: number, option = `${part}-mask`) => (tuple.has(part) ? all : (number(option) ?? 0));
  const length = (side: string) => (tuple.has(side) ? (family === 'ip6' ? 128 : 32) : number(`${side}-prefix`));
  const reading: HmarkReading = {
    kind: 'hmark',
    connection: tuple.has('ct'),
    sourceLength: length('src'),
    destinationLength: length('dst'),
    masks: {
      sport: mask('sport', 0xffff),
      dport: mask('dport', 0xffff),
      spi: mask('spi', 0xffffffff),
      protocol: mask('proto', 0xffff),
    },
    set: { sport: number('sport') ?? 0, dport: number('dport') ?? 0, spi: number('spi') ?? 0 },
    modulus: number('mod') ?? -1,
    offset: number('offset') ?? 0,
    seed: number('rnd') ?? -1,
  };
  const numbers = [
    reading.sourceLength ?? 0,
    reading.destinationLength ?? 0,
    ...Object.values(reading.masks),
    ...Object.values(reading.set),
    reading.modulus,
    reading.offset,
    reading.seed,
  ];
  return numbers.some((each) => each < 0) ? null : reading;
}

const MAPS = [
  ['--map-mark', 'mark'],
  ['--map-prio', 'priority'],
  ['--map-queue', 'queue'],
] as const;

function setMap(options: readonly OptionWords[]): SetMapReading | null {
  const own = options.filter(({ name }) => name === '--map-set' || MAPS.some(([option]) => option === name));
  const found = byName(own, `--map-set ${MAPS.map(([option]) => option).join(' ')}`);
  const rest = options.filter((each) => !own.includes(each));
  const updates = rest.length > 0 ? readSetUpdates(rest) : [];
  const named = found?.get('--map-set');
  const directions = directionsOf(named?.args[1]);
  if (!found || named?.args.length !== 2 || !directions || !updates) return null;
  const maps = MAPS.filter(([option]) => found.has(option)).map(([, map]) => map);
  return { kind: 'set-map', updates, set: named.args[0] as string, directions, maps };
}

function netmap(options: readonly OptionWords[], context: Context): NetmapReading | null {
  const to = netmapNetwork(options, context);
  return to && { kind: 'netmap', to };
}

function prefixOf(text: string | undefined): Prefix | null {
  const [, length] = (text ?? '').split('/');
  const read = text === undefined ? null : addressComparison(text, field('ip6 saddr'), 'ip6');
  const bits = parseNumber(length ?? '', 128);
  if (read?.right.kind === 'prefix') return read.right;
  if (read?.right.kind !== 'value' || typeof read.right.value !== 'bigint' || bits !== 128) return null;
  return { kind: 'prefix', address: read.right.value, length: 128, width: 128 };
}

function prefixTranslation(side: PrefixTranslationReading['side']): Read {
  return (options) => {
    const found = byName(options, '--src-pfx --dst-pfx');
    const from = prefixOf(found?.get('--src-pfx')?.args[0]);
    const to = prefixOf(found?.get('--dst-pfx')?.args[0]);
    return from && to && { kind: 'prefix-translation', side, from, to };
  };
}

export const TARGET_READINGS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['CT', ctTarget],
  ['HMARK', hmark],
  ['SET', setMap],
  ['NETMAP', netmap],
  ['SNPT', prefixTranslation('source')],
  ['DNPT', prefixTranslation('destination')],
]);
