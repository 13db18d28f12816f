/**
 * arptables' rules: the target stands first, its options behind all matches. Follows arptables-nft(8), libarpt_mangle.c, nft-arp.c, and
 * net/ipv4/netfilter/arpt_mangle.c.
 */
import { parseIpv4 } from '../../../base/address.ts';
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
import { addressComparison, interfaceName, parseNumber } from '../codecs.ts';
import type { Context } from '../extension.ts';
import { markValue } from '../extensions/mangle.ts';
import type { Word } from '../words.ts';
import { compared, type Piece, readPieces } from './pieces.ts';
import { etherType, type Found, hexNumber, looseMac, macComparison, maskedComparison } from './values.ts';

/** Statements of one unit of an arptables rule; null for what is no option at all. Options of targets are text: see joinTarget. */
export function arptablesStatements(text: string, words: readonly Word[], context: Context): Statement[] | null {
  return readPieces(text, words, context, (piece) => compared(piece, readOption(piece, context)));
}

const OPCODES =
  'request reply request_reverse reply_reverse drarp_request drarp_reply drarp_error inarp_request arp_nak'.split(' ');

function opcode(text: string): number {
  const named = OPCODES.indexOf(text.toLowerCase()) + 1;
  return named > 0 ? named : parseNumber(text, 0xffff);
}

/** The manual: hexadecimal, with or without `0x`. */
const hardwareType = (text: string): number => (text.toLowerCase() === 'ethernet' ? 1 : hexNumber(text));
/** Decimal without `0x`. */
const protocolType = (text: string): number => (/^\d+$/.test(text) ? parseNumber(text, 0xffff) : etherType(text));

function readOption({ name, args }: Piece, context: Context): Found | null {
  const [text = ''] = args;
  if (args.length !== 1) return null;
  switch (name) {
    case '-i':
    case '--in-interface':
    case '--in-if':
      return interfaceName.parse([text], field('meta iifname'), context);
    case '-o':
    case '--out-interface':
    case '--out-if':
      return interfaceName.parse([text], field('meta oifname'), context);
    case '-s':
    case '--source-ip':
    case '--src-ip':
      return addressComparison(text, field('arp saddr ip'), 'ip');
    case '-d':
    case '--destination-ip':
    case '--dst-ip':
      return addressComparison(text, field('arp daddr ip'), 'ip');
    case '--src-mac':
    case '--source-mac':
      return macComparison(field('arp saddr ether'), text);
    case '--dst-mac':
    case '--destination-mac':
      return macComparison(field('arp daddr ether'), text);
    case '-l':
    case '--h-length':
      return maskedComparison(field('arp hlen'), text, 0xff, (each) => parseNumber(each, 0xff));
    case '--opcode':
      return maskedComparison(field('arp operation'), text, 0xffff, opcode);
    case '--h-type':
      return maskedComparison(field('arp htype'), text, 0xffff, hardwareType);
    case '--proto-type':
      return maskedComparison(field('arp ptype'), text, 0xffff, protocolType);
    default:
      return null;
  }
}

const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ['ACCEPT', ACCEPT],
  ['DROP', DROP],
  ['RETURN', RETURN],
  ['CONTINUE', CONTINUE],
] as const);

/** The statements of `-j NAME`, and of matches that the same unit holds. `isChain` tells jumps. */
export function arptablesTarget(
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
  const matches = rest.length > 0 ? arptablesStatements(text, rest, context) : [];
  return matches && [...statements, ...matches];
}

/** Targets that are no chains. */
export const ARPTABLES_TARGETS: ReadonlySet<string> = new Set(['mangle', 'MARK', 'CLASSIFY']);

const TARGET_OPTION = /^(--(?:set-mark|and-mark|or-mark|set-class|mangle-\S+)) (\S+)$/;

/** A rule's matches and targets with the target's options taken to it: [matches, targets]. The first statement says in `via` how all is written. */
export function joinTarget(
  matches: readonly Statement[],
  targets: readonly Statement[],
): readonly [matches: readonly Statement[], targets: readonly Statement[]] {
  const [target, ...more] = targets;
  if (target?.kind !== 'xt' || more.length > 0) return [matches, targets];
  const isOption = (each: Statement) => each.kind === 'xt' && TARGET_OPTION.test(each.options);
  const options = matches.flatMap((each) =>
    each.kind === 'xt' ? (TARGET_OPTION.exec(each.options)?.slice(1) ?? []) : [],
  );
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < options.length; i += 2) pairs.push([options[i] as string, options[i + 1] as string]);
  const [first, ...rest] = targetStatements(target.name, pairs) ?? [];
  if (first?.kind !== 'mangle') return [matches, targets];
  const via = [target.name, ...pairs.map((pair) => pair.join(' '))].join(' ');
  return [matches.filter((each) => !isOption(each)), [{ ...first, via }, ...rest]];
}

function targetStatements(name: string, options: readonly (readonly [string, string])[]): Statement[] | null {
  if (name === 'mangle') return mangleStatements(options);
  const [[option, text] = ['', ''], ...more] = options;
  if (more.length > 0) return null;
  const written = name === 'MARK' ? newMark(option, hexNumber(text)) : null;
  if (written) return [{ kind: 'mangle', target: field('meta mark'), value: written }];
  const parts =
    name === 'CLASSIFY' && option === '--set-class' ? /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text) : null;
  if (!parts) return null;
  const priority = Number.parseInt(parts[1] as string, 16) * 0x10000 + Number.parseInt(parts[2] as string, 16);
  return [{ kind: 'mangle', target: field('meta priority'), value: value(priority) }];
}

/** The manual: the numbers are hexadecimal. */
function newMark(option: string, number: number): Expression | null {
  const mark = field('meta mark');
  if (number < 0) return null;
  if (option === '--set-mark') return value(number);
  if (option === '--and-mark') return markValue(mark, 0, (0xffffffff ^ number) >>> 0);
  return option === '--or-mark' ? markValue(mark, number, number) : null;
}

const MANGLED: ReadonlyMap<string, string> = new Map([
  ['--mangle-ip-s', 'arp saddr ip'],
  ['--mangle-ip-d', 'arp daddr ip'],
  ['--mangle-mac-s', 'arp saddr ether'],
  ['--mangle-mac-d', 'arp daddr ether'],
]);

function mangleStatements(options: readonly (readonly [string, string])[]): Statement[] | null {
  const statements: Mangle[] = [];
  let verdict: Verdict = ACCEPT;
  for (const [option, text] of options) {
    const target = MANGLED.get(option);
    if (target === undefined) {
      const named = option === '--mangle-target' ? VERDICTS.get(text) : undefined;
      if (!named) return null;
      verdict = named;
      continue;
    }
    const address = target.endsWith(' ip') ? parseIpv4(text) : looseMac(text);
    if (address === null || address === -1) return null;
    statements.push({ kind: 'mangle', target: field(target), value: value(address) });
  }
  return statements.length > 0 ? [...statements, { kind: 'verdict', verdict }] : null;
}
