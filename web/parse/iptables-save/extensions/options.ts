/** Reading the options of one extension: what the tables of this folder share. */
import type { ConnlimitReading } from '../../../model/xt-reading.ts';
import { parseNumber } from '../codecs.ts';
import type { Context } from '../extension.ts';
import type { OptionWords } from '../words.ts';

/** The options as a map, or null where one is negated, repeated, or not in `allowed` (name to number of arguments). */
export function plainOptions(
  options: readonly OptionWords[],
  allowed: ReadonlyMap<string, number>,
): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const { name, negated, args } of options) {
    if (negated || allowed.get(name) !== args.length || found.has(name)) return null;
    found.set(name, args[0] ?? '');
  }
  return found;
}

export function arities(list: string): ReadonlyMap<string, number> {
  return new Map(
    list.split(' ').map((entry) => {
      const valued = entry.endsWith('=');
      return [valued ? entry.slice(0, -1) : entry, valued ? 1 : 0];
    }),
  );
}

/** All options by their names; null where one comes twice or is none of `known`. */
export function byName(options: readonly OptionWords[], known: string): Map<string, OptionWords> | null {
  const names = new Set(known.split(' '));
  const found = new Map<string, OptionWords>();
  for (const each of options) {
    if (!names.has(each.name) || found.has(each.name)) return null;
    found.set(each.name, each);
  }
  return found;
}

/** A number; null where the option is not there, -1 where it has no number. */
export function numberOf(found: ReadonlyMap<string, OptionWords>, name: string, max?: number): number | null {
  const option = found.get(name);
  return option ? parseNumber(option.args[0] ?? '', max) : null;
}

/** `src,dst`; null where a part is neither, or there are more than six. */
export function directionsOf(text: string | undefined): ('src' | 'dst')[] | null {
  const parts = (text ?? '').split(',');
  const all = parts.length <= 6 && parts.every((part) => part === 'src' || part === 'dst');
  return all ? (parts as ('src' | 'dst')[]) : null;
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
