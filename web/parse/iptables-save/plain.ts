/**
 * The units that a large dump is made of, read without cutting words: `-d 10.0.0.1/32` and `-j DNAT --to-destination 10.0.0.1:80`. They give
 * exactly what unit.ts gives (a property test compares them); null for any other spelling.
 */
import { parseIpv4 } from '../../base/address.ts';
import { field, value } from '../../model/expression.ts';
import type { Statement } from '../../model/statement.ts';
import type { SaveFamily } from './extension.ts';
import { NO_PROBLEMS, type Unit } from './unit.ts';

const SOURCE = field('ip saddr');
const DESTINATION = field('ip daddr');
const DNAT = '-j DNAT --to-destination ';
const NO_FLAGS: readonly string[] = [];

/** `-s A/32` or `-d A/32`. */
export function plainAddress(
  text: string,
  start: number,
  end: number,
  source: boolean,
  family: SaveFamily,
): Unit | null {
  const slash = end - 3;
  if (family !== 'ip' || text.charCodeAt(slash) !== 0x2f || !text.startsWith('32', slash + 1)) return null;
  const address = parseIpv4(text, start + 3, slash);
  if (address < 0) return null;
  const match: Statement = { kind: 'match', left: source ? SOURCE : DESTINATION, op: '==', right: value(address) };
  return { statements: [match], target: false, extension: '', problems: NO_PROBLEMS, protocol: null };
}

/** `-j DNAT --to-destination A:PORT`. */
export function plainDnat(text: string, start: number, end: number, family: SaveFamily): Unit | null {
  if (family !== 'ip' || !text.startsWith(DNAT, start)) return null;
  let colon = end - 1;
  let port = 0;
  let scale = 1;
  for (; colon > start; colon--, scale *= 10) {
    const digit = text.charCodeAt(colon) - 0x30;
    if (digit < 0 || digit > 9) break;
    port += digit * scale;
  }
  // A leading zero would be octal.
  if (text.charCodeAt(colon) !== 0x3a || colon === end - 1 || port > 0xffff || text.charCodeAt(colon + 1) === 0x30)
    return null;
  const address = parseIpv4(text, start + DNAT.length, colon);
  if (address < 0) return null;
  const nat: Statement = { kind: 'nat', type: 'dnat', address: value(address), port: value(port), flags: NO_FLAGS };
  return { statements: [nat], target: true, extension: 'DNAT', problems: NO_PROBLEMS, protocol: null };
}
