/**
 * Targets of ebtables: what they do to the frame, and the standard target that follows. Follows libebt_mark.c, libebt_nat.c, libebt_redirect.c,
 * libebt_arpreply.c, and net/bridge/netfilter/ebt_*.c.
 */
import {
  ACCEPT,
  CONTINUE,
  DROP,
  type Expression,
  field,
  RETURN,
  type Verdict,
  value,
} from '../../../model/expression.ts';
import type { Mangle, Statement } from '../../../model/statement.ts';
import type { BridgeTargetReading } from '../../../model/xt-reading.ts';
import { parseNumber } from '../codecs.ts';
import { markValue } from '../extensions/mangle.ts';
import type { OptionWords } from '../words.ts';
import { looseMac } from './values.ts';

const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['ACCEPT', ACCEPT],
  ['DROP', DROP],
  ['CONTINUE', CONTINUE],
  ['RETURN', RETURN],
] as const);

const ALL = 0xffffffff;
const MARK = field('meta mark');

/** The new mark for an option of the target `mark`; null where it is none. */
function newMark(option: string, text: string): Expression | null {
  const number = parseNumber(text);
  if (number < 0) return null;
  switch (option) {
    case '--mark-set':
    case '--set-mark':
      return value(number);
    case '--mark-or':
      return markValue(MARK, number, number);
    case '--mark-and':
      return markValue(MARK, 0, (ALL ^ number) >>> 0);
    case '--mark-xor':
      return markValue(MARK, number, 0);
    default:
      return null;
  }
}

interface Options {
  readonly verdict: Verdict;
  /** Option and value of the rest. */
  readonly rest: readonly (readonly [string, string])[];
}

/** Parts the standard target from the rest; null where an option is negated or has no value. */
function partOptions(options: readonly OptionWords[], target: string, standard: Verdict): Options | null {
  let verdict = standard;
  const rest: (readonly [string, string])[] = [];
  for (const { name, negated, args } of options) {
    if (negated || args.length > 1) return null;
    if (name !== `--${target}-target`) rest.push([name, args[0] ?? '']);
    else {
      const named = VERDICTS.get(args[0] ?? '');
      if (!named) return null;
      verdict = named;
    }
  }
  return { verdict, rest };
}

function mangled(target: string, written: Expression, via: string, verdict: Verdict): Statement[] {
  const mangle: Mangle = { kind: 'mangle', target: field(target), value: written, via };
  return [mangle, { kind: 'verdict', verdict }];
}

function readMark(options: readonly OptionWords[], via: string): Statement[] | null {
  const read = partOptions(options, 'mark', ACCEPT);
  const [[option, text] = ['', ''], ...more] = read?.rest ?? [];
  const written = more.length === 0 ? newMark(option, text) : null;
  return read && written && mangled('meta mark', written, via, read.verdict);
}

/** `--to-dst MAC`. Kernel: ebt_dnat.c, ebt_snat.c. */
function readAddress(name: 'dnat' | 'snat', options: readonly OptionWords[], via: string): Statement[] | null {
  const read = partOptions(options, name, ACCEPT);
  const side = name === 'dnat' ? 'dst' : 'src';
  const names = [`--to-${side}`, name === 'dnat' ? '--to-destination' : '--to-source'];
  const [[option, text] = ['', ''], ...more] = read?.rest ?? [];
  const address = names.includes(option) ? looseMac(text) : null;
  if (!read || address === null || more.length > 0) return null;
  return mangled(name === 'dnat' ? 'ether daddr' : 'ether saddr', value(address), via, read.verdict);
}

/** Statements of `-j NAME ...` where a row of statements says it; null otherwise. `via` is the target as written. */
export function ebtablesTarget(name: string, options: readonly OptionWords[], via: string): Statement[] | null {
  if (name === 'mark') return readMark(options, via);
  return name === 'dnat' || name === 'snat' ? readAddress(name, options, via) : null;
}

/** What the others do; null where an option is not understood. */
export function readBridgeTarget(name: string, options: readonly OptionWords[]): BridgeTargetReading | null {
  if (name !== 'redirect' && name !== 'arpreply' && name !== 'snat') return null;
  const read = partOptions(options, name, name === 'arpreply' ? DROP : ACCEPT);
  if (!read) return null;
  const given = new Map(read.rest);
  const written = given.get('--arpreply-mac') ?? given.get('--to-src') ?? given.get('--to-source');
  const mac = written === undefined ? null : looseMac(written);
  if ((written !== undefined && mac === null) || (name !== 'arpreply' && (mac === null) !== (name === 'redirect')))
    return null;
  const does = name === 'snat' ? 'rewrite-source-and-arp' : name === 'redirect' ? 'take-in' : 'answer-arp';
  return { kind: 'bridge-target', does, mac, verdict: read.verdict };
}

/** The names that no chain has. */
export const EBTABLES_TARGETS: ReadonlySet<string> = new Set(['mark', 'dnat', 'snat', 'redirect', 'arpreply']);
