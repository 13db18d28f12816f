/** TCP options by number, as nft calls them and as libxt_TCPOPTSTRIP.c does. */
import { TCP_OPTIONS } from '../../../model/constants.ts';

const STRIPPED: ReadonlyMap<string, number> = new Map([
  ['mss', 2],
  ['wscale', 3],
  ['sack-permitted', 4],
  ['sack', 5],
  ['timestamp', 8],
  ['md5', 19],
]);

/** nft's name, or the number where it has none. */
export function tcpOptionName(kind: number): string {
  return TCP_OPTIONS.byNumber.get(kind) ?? String(kind);
}

/** The number for nft's name or a number as text; -1 for neither. */
export function tcpOptionKind(name: string): number {
  const number = /^\d{1,3}$/.test(name) && Number(name) <= 255 ? Number(name) : -1;
  return TCP_OPTIONS.byName.get(name) ?? number;
}

/** The number for iptables' name; -1 where it is none. */
export function strippedOption(name: string): number {
  return STRIPPED.get(name) ?? -1;
}

/** Every field `tcp option NAME`. */
export const TCP_OPTION_FIELDS: readonly string[] = Array.from(
  { length: 256 },
  (_, kind) => `tcp option ${tcpOptionName(kind)}`,
);
