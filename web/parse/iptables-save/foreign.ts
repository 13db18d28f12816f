/**
 * Units of ebtables-save and arptables-save lines, which have no `-m`: every long option stands alone. What maps to a field is modelled, the rest is
 * kept as text. Each match keeps its option as written in `via`, which is what prints. Follows ebtables-nft(8), arptables-nft(8).
 */
import { parseIpv4, parseMac } from '../../base/address.ts';
import { ETHER_TYPES } from '../../model/constants.ts';
import { ACCEPT, CONTINUE, DROP, RETURN, type Verdict } from '../../model/expression.ts';
import type { Statement } from '../../model/statement.ts';
import { addressComparison, interfaceName, parseNumber } from './codecs.ts';
import { type Context, field, match, value } from './extension.ts';
import { groupOptions, type Word } from './words.ts';

interface Piece {
  readonly name: string;
  readonly negated: boolean;
  readonly args: readonly string[];
  readonly text: string;
}

/** All statements of one unit, in order; null for what is no option at all. */
export function foreignStatements(text: string, words: readonly Word[], context: Context): Statement[] | null {
  const pieces = splitPieces(text, words);
  return pieces?.map((piece) => pieceStatement(piece, context)) ?? null;
}

/** The first short option and its value, then long options with all that belongs to them. */
function splitPieces(text: string, words: readonly Word[]): Piece[] | null {
  const pieces: Piece[] = [];
  let at = 0;
  const negated = words[0]?.text === '!';
  const first = words[negated ? 1 : 0];
  if (!first) return null;
  if (/^-[a-z]$/i.test(first.text)) {
    at = negated ? 2 : 1;
    let inverted = negated;
    if (words[at]?.text === '!') {
      inverted = !inverted;
      at++;
    }
    const value = words[at];
    const hasValue = value !== undefined && !(value.text.startsWith('--') && !value.quoted);
    const end = hasValue ? value.end : first.end;
    pieces.push({
      name: first.text,
      negated: inverted,
      args: hasValue ? [value.text] : [],
      text: text.slice((words[0] as Word).start, end),
    });
    if (hasValue) at++;
  }
  const options = groupOptions(words, at);
  if (!options) return null;
  for (const option of options) pieces.push({ ...option, text: text.slice(option.start, option.end) });
  return pieces;
}

function pieceStatement(piece: Piece, context: Context): Statement {
  const read = piece.args.length === 1 ? readPiece(piece.name, piece.args[0] as string, context) : null;
  if (read) return match(read.left, piece.negated ? '!=' : '==', read.right, piece.text);
  // arptables' `-j mangle` has its options here: they are part of the target.
  return { kind: 'xt', role: 'match', name: '', options: piece.text, known: piece.name.startsWith('--mangle-') };
}

const BRIDGE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['-i', 'meta iifname'],
  ['-o', 'meta oifname'],
  ['--in-interface', 'meta iifname'],
  ['--out-interface', 'meta oifname'],
  ['--logical-in', 'meta ibrname'],
  ['--logical-out', 'meta obrname'],
  ['-s', 'ether saddr'],
  ['-d', 'ether daddr'],
  ['-p', 'ether type'],
  ['--ip-src', 'ip saddr'],
  ['--ip-source', 'ip saddr'],
  ['--ip-dst', 'ip daddr'],
  ['--ip-destination', 'ip daddr'],
  ['--vlan-id', 'vlan id'],
]);

const ARP_FIELDS: ReadonlyMap<string, string> = new Map([
  ['-i', 'meta iifname'],
  ['-o', 'meta oifname'],
  ['-s', 'arp saddr ip'],
  ['-d', 'arp daddr ip'],
  ['--src-mac', 'arp saddr ether'],
  ['--source-mac', 'arp saddr ether'],
  ['--dst-mac', 'arp daddr ether'],
  ['--destination-mac', 'arp daddr ether'],
  ['--opcode', 'arp operation'],
]);

/** libarptables' names of the operations, from 1 on. */
const OPCODES = [
  'request',
  'reply',
  'request_reverse',
  'reply_reverse',
  'drarp_request',
  'drarp_reply',
  'drarp_error',
  'inarp_request',
];

function readPiece(option: string, text: string, context: Context) {
  const name = (context.family === 'arp' ? ARP_FIELDS : BRIDGE_FIELDS).get(option);
  if (name === undefined) return null;
  const left = field(name);
  if (name.startsWith('meta ')) return interfaceName.parse([text], left, context);
  if (name === 'ether type') {
    const type =
      ETHER_TYPES.byName.get(ETHER_NAMES.get(text) ?? '') ??
      Number.parseInt(/^0x[0-9a-f]{1,4}$/i.test(text) ? text : 'x', 16);
    return Number.isNaN(type) ? null : { left, right: value(type) };
  }
  if (name.startsWith('ip ') || name.endsWith(' ip')) {
    return parseIpv4(text.split('/')[0] ?? '') < 0 ? null : addressComparison(text, left, 'ip');
  }
  if (name === 'arp operation') {
    const named = OPCODES.indexOf(text.toLowerCase()) + 1;
    const code = named > 0 ? named : parseNumber(text, 0xffff);
    return code < 0 ? null : { left, right: value(code) };
  }
  if (name === 'vlan id') {
    const id = parseNumber(text, 4095);
    return id < 0 ? null : { left, right: value(id) };
  }
  const mac = parseMac(text);
  return mac === null ? null : { left, right: value(mac) };
}

const ETHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['IPv4', 'ip'],
  ['IPv6', 'ip6'],
  ['ARP', 'arp'],
  ['802_1Q', '8021q'],
]);

const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['ACCEPT', ACCEPT],
  ['DROP', DROP],
  ['RETURN', RETURN],
  ['CONTINUE', CONTINUE],
] as const);

/**
 * arptables prints `-j` first, and the target's options behind all matches. The statements of `-j NAME ...`: the verdict or target, then matches.
 * `isChain` tells jumps.
 */
export function arpTarget(
  text: string,
  words: readonly Word[],
  context: Context,
  isChain: (name: string) => boolean,
): Statement[] | null {
  const [, name, ...rest] = words;
  if (!name) return null;
  const verdict =
    VERDICTS.get(name.text) ?? (isChain(name.text) ? ({ kind: 'jump', chain: name.text } as const) : undefined);
  const statements: Statement[] = [
    verdict ? { kind: 'verdict', verdict } : { kind: 'xt', role: 'target', name: name.text, options: '', known: false },
  ];
  const matches = rest.length > 0 ? foreignStatements(text, rest, context) : [];
  return matches && [...statements, ...matches];
}
