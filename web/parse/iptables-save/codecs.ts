/**
 * Values of iptables options: read to expressions, and printed as iptables-save prints them.
 * Follows the `_save` functions of iptables' extensions (libxt_*.c, libipt_*.c, libip6t_*.c).
 */
import {
  formatIpv4,
  formatIpv6,
  formatMac,
  ipv4MaskLength,
  ipv6MaskLength,
  parseIpv4,
  parseIpv6,
  parseMac,
} from '../../base/address.ts';
import { PROTOCOLS, SERVICES, type Symbols } from '../../model/constants.ts';
import type { Expression, Prefix, Value } from '../../model/expression.ts';
import { bitwise, type Codec, type Comparison, type Context, field, value } from './extension.ts';

/** A number as strtoul(3) with base 0 reads it (decimal, 0x, octal with a leading 0); -1 where it is none or above `max`. */
export function parseNumber(text: string, max = 0xffffffff): number {
  if (text.length === 0 || text.length > 20) return -1;
  let number: number;
  if (/^(0|[1-9][0-9]*)$/.test(text)) number = Number(text);
  else if (/^0[xX][0-9a-fA-F]+$/.test(text)) number = Number.parseInt(text, 16);
  else if (/^0[0-7]+$/.test(text)) number = Number.parseInt(text, 8);
  else return -1;
  return number <= max ? number : -1;
}

export function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function numberOf(expression: Expression): number | null {
  return expression.kind === 'value' && typeof expression.value === 'number' ? expression.value : null;
}

function simple(parse: (text: string, context: Context) => Expression | null, print: Codec1Print): Codec {
  return {
    arity: 1,
    parse([text], left, context) {
      const right = text === undefined ? null : parse(text, context);
      return right && { left, right };
    },
    print: ({ left, right }, context) => (left.kind === 'field' ? print(right, context) : null),
  };
}
type Codec1Print = (right: Expression, context: Context) => string | null;

/** A plain number up to `max`. */
export function number(max = 0xffffffff, print: (n: number) => string = String): Codec {
  return simple(
    (text) => {
      const n = parseNumber(text, max);
      return n < 0 ? null : value(n);
    },
    (right) => {
      const n = numberOf(right);
      return n === null ? null : print(n);
    },
  );
}

/** `A`, `A:B`, `:B`, `A:`. A range prints as such, also one of a single number. */
export function numberRange(max: number, separator = ':', names: Symbols | null = null): Codec {
  const one = (text: string): number => {
    const n = parseNumber(text, max);
    return n >= 0 ? n : (names?.byName.get(text.toLowerCase()) ?? -1);
  };
  return simple(
    (text) => {
      const cut = text.indexOf(separator);
      if (cut < 0) {
        const n = one(text);
        return n < 0 ? null : value(n);
      }
      const from = cut === 0 ? 0 : one(text.slice(0, cut));
      const to = cut === text.length - 1 ? max : one(text.slice(cut + 1));
      return from < 0 || to < 0 ? null : { kind: 'range', from, to };
    },
    (right) => {
      if (right.kind === 'range') return `${right.from}${separator}${right.to}`;
      const n = numberOf(right);
      return n === null ? null : String(n);
    },
  );
}

export const port: Codec = numberRange(0xffff, ':', SERVICES);

/** `V` or `V/M` as hexadecimal numbers: a comparison of the bits in M. */
export function masked(max = 0xffffffff, print: (n: number) => string = hex): Codec {
  return {
    arity: 1,
    parse([text = ''], left) {
      const cut = text.indexOf('/');
      const number = parseNumber(cut < 0 ? text : text.slice(0, cut), max);
      const mask = cut < 0 ? max : parseNumber(text.slice(cut + 1), max);
      if (number < 0 || mask < 0) return null;
      return { left: mask === max ? left : bitwise('and', left, mask), right: value(number) };
    },
    print({ left, right }) {
      const n = numberOf(right);
      if (n === null) return null;
      if (left.kind === 'field') return print(n);
      if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return null;
      const mask = numberOf(left.right);
      return mask === null ? null : `${print(n)}/${print(mask)}`;
    },
  };
}

export function parseAddress(text: string, family: Context['family']): number | bigint | null {
  if (family === 'ip6') return parseIpv6(text);
  const address = parseIpv4(text);
  return address < 0 ? null : address;
}

export function formatAddress(address: number | bigint): string {
  return typeof address === 'bigint' ? formatIpv6(address) : formatIpv4(address);
}

function maskLength(text: string, family: Context['family']): number | { mask: number | bigint } | null {
  const width = family === 'ip6' ? 128 : 32;
  const length = parseNumber(text, width);
  if (length >= 0 && /^[0-9]+$/.test(text)) return length;
  const mask = parseAddress(text, family);
  if (mask === null) return null;
  const ones = typeof mask === 'bigint' ? ipv6MaskLength(mask) : ipv4MaskLength(mask);
  return ones >= 0 ? ones : { mask };
}

/**
 * One `ADDRESS[/MASK]` compared with `left`; null where it is no address of the family. `masked`: the tool drops the bits that a prefix does not
 * compare (`-s 10.1.2.3/8` is 10.0.0.0/8), which not every extension does.
 */
export function addressComparison(
  text: string,
  left: Expression,
  family: Context['family'],
  masked = false,
): Comparison | null {
  const cut = text.indexOf('/');
  const address = parseAddress(cut < 0 ? text : text.slice(0, cut), family);
  if (address === null) return null;
  const width = family === 'ip6' ? 128 : 32;
  if (cut < 0) return { left, right: value(address) };
  const mask = maskLength(text.slice(cut + 1), family);
  if (mask === null) return null;
  if (typeof mask === 'number') {
    if (mask === width) return { left, right: value(address) };
    const kept = masked ? prefixBase(address, mask, width) : address;
    return { left, right: { kind: 'prefix', address: kept, length: mask, width } };
  }
  // The tools compare what the mask leaves of the address.
  const kept = typeof mask.mask === 'bigint' ? BigInt(address) & mask.mask : (Number(address) & mask.mask) >>> 0;
  return { left: bitwise('and', left, value(mask.mask)), right: value(kept) };
}

/** An address with its mask as a prefix; null for what is none, and for masks with holes. */
export function network(text: string, family: Context['family']): Prefix | null {
  const compared = addressComparison(text, field('ip saddr'), family);
  const right = compared?.left.kind === 'field' ? compared.right : null;
  if (right?.kind === 'prefix') return right;
  if (right?.kind !== 'value' || typeof right.value === 'string') return null;
  const width = family === 'ip6' ? 128 : 32;
  return { kind: 'prefix', address: right.value, length: width, width };
}

/** The prefix's first address: what the tools keep of `10.1.2.3/8`. */
function prefixBase(address: number | bigint, length: number, width: number): number | bigint {
  if (typeof address === 'bigint') return (address >> BigInt(width - length)) << BigInt(width - length);
  return length === 0 ? 0 : ((address >>> (width - length)) << (width - length)) >>> 0;
}

/**
 * `10.0.0.0/8`, `10.0.0.0/255.0.255.0`, `a,b`. `full` says whether a single address prints with its /32 or /128; `masked`: see addressComparison.
 */
export function address(full: boolean, masked = false): Codec {
  return {
    arity: 1,
    parse([text = ''], left, { family }) {
      if (!text.includes(',')) return addressComparison(text, left, family, masked);
      const elements = [];
      for (const part of text.split(',')) {
        const one = addressComparison(part, left, family, masked);
        if (one?.left !== left) return null;
        elements.push({ key: one.right });
      }
      return { left, right: { kind: 'set', elements } };
    },
    print({ left, right }) {
      if (right.kind === 'set' && left.kind === 'field') {
        const parts = right.elements.map(({ key }) => printAddress(key, full));
        return parts.length > 0 && !parts.includes(null) ? parts.join(',') : null;
      }
      if (left.kind === 'field') return printAddress(right, full);
      if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return null;
      const mask = left.right.kind === 'value' ? left.right.value : null;
      if (right.kind !== 'value' || typeof right.value === 'string' || mask === null || typeof mask === 'string')
        return null;
      return `${formatAddress(right.value)}/${formatAddress(mask)}`;
    },
  };
}

function printAddress(right: Expression, full: boolean): string | null {
  if (right.kind === 'prefix') return right.width === 48 ? null : `${formatAddress(right.address)}/${right.length}`;
  if (right.kind !== 'value' || typeof right.value === 'string') return null;
  const text = formatAddress(right.value);
  return full ? `${text}/${typeof right.value === 'bigint' ? 128 : 32}` : text;
}

/** `A-B` of addresses. */
export const addressRange: Codec = simple(
  (text, { family }) => {
    const cut = text.indexOf('-');
    const from = parseAddress(cut < 0 ? text : text.slice(0, cut), family);
    const to = cut < 0 ? from : parseAddress(text.slice(cut + 1), family);
    return from === null || to === null ? null : { kind: 'range', from, to };
  },
  (right) => {
    if (right.kind !== 'range' || typeof right.from === 'string' || typeof right.to === 'string') return null;
    return `${formatAddress(right.from)}-${formatAddress(right.to)}`;
  },
);

/** An interface name; `eth+` is a wildcard. */
export const interfaceName: Codec = simple(
  (text) => (text.endsWith('+') ? { kind: 'wildcard', stem: text.slice(0, -1) } : value(text)),
  (right) => {
    if (right.kind === 'wildcard') return bareWord(`${right.stem}+`);
    return right.kind === 'value' && typeof right.value === 'string' ? bareWord(right.value) : null;
  },
);

export const mac: Codec = simple(
  (text) => {
    const address = parseMac(text);
    return address === null ? null : value(address);
  },
  (right) => (right.kind === 'value' && typeof right.value === 'bigint' ? formatMac(right.value) : null),
);

/** A name from a table, or its number. `upper`: iptables spells it in upper case, `_` for `-`. */
export function symbol(symbols: Symbols, upper = false, max = 0xffffffff): Codec {
  return simple(
    (text) => {
      const name = upper ? text.toLowerCase().replaceAll('_', '-') : text.toLowerCase();
      const n = symbols.byName.get(name) ?? parseNumber(text, max);
      return n < 0 ? null : value(n);
    },
    (right) => {
      const n = numberOf(right);
      return n === null ? null : symbolName(symbols, n, upper);
    },
  );
}

export function symbolName(symbols: Symbols, n: number, upper: boolean): string {
  const name = symbols.byNumber.get(n);
  if (name === undefined) return String(n);
  return upper ? name.toUpperCase().replaceAll('-', '_') : name;
}

/** `A,B`: the bits that iptables calls by these names, printed in the order of `order` (`NAME:bit NAME:bit`). */
export function flagBits(list: string, spelledNone?: string): Codec {
  const names = new Map<string, number>(
    list.split(' ').map((pair) => [pair.split(':')[0] ?? '', Number(pair.split(':')[1])]),
  );
  return simple(
    (text) => {
      let bits = 0;
      for (const name of text.toUpperCase().split(',')) {
        const bit = names.get(name);
        if (bit === undefined) return null;
        bits |= bit;
      }
      return value(bits >>> 0);
    },
    (right) => {
      let rest = numberOf(right);
      if (rest === null) return null;
      if (rest === 0) return spelledNone ?? null;
      const parts: string[] = [];
      for (const [name, bit] of names) {
        if (bit !== 0 && (rest & bit) === bit) {
          parts.push(name);
          rest &= ~bit;
        }
      }
      return rest === 0 ? parts.join(',') : null;
    },
  );
}

/** `A,B`: one of these, as a set; a single one is a plain value. */
export function oneOf(symbols: Symbols): Codec {
  return simple(
    (text) => {
      const numbers: Value[] = [];
      for (const part of text.toLowerCase().split(',')) {
        const n = symbols.byName.get(part) ?? parseNumber(part);
        if (n < 0) return null;
        numbers.push(value(n));
      }
      if (numbers.length === 1) return numbers[0] as Value;
      return { kind: 'set', elements: numbers.map((key) => ({ key })) };
    },
    (right) => {
      const keys = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
      const names: string[] = [];
      for (const key of keys) {
        const n = numberOf(key);
        if (n === null) return null;
        names.push(symbolName(symbols, n, true));
      }
      return names.join(',');
    },
  );
}

/** Any text. */
export const text: Codec = simple(
  (word) => value(word),
  (right) => (right.kind === 'value' && typeof right.value === 'string' ? quoteWord(right.value) : null),
);

/** An option without a value: the field is `set`. */
export function flag(set: number): Codec {
  return {
    arity: 0,
    parse: (_args, left) => ({ left, right: value(set) }),
    print: ({ left, right }) => (left.kind === 'field' && numberOf(right) === set ? '' : null),
  };
}

/** A protocol's number by name or number; -1 where it is neither. */
export function protocolNumber(name: string): number {
  const n = parseNumber(name, 255);
  return n >= 0 ? n : (PROTOCOLS.byName.get(name.toLowerCase()) ?? -1);
}

/** A number, or a service's name (`ftp-data`); -1 where it is neither. */
export function portNumber(text: string): number {
  const number = parseNumber(text, 0xffff);
  return number >= 0 ? number : (SERVICES.byName.get(text.toLowerCase()) ?? -1);
}

/** Kernel side: libxtables/xtables.c, xtables_save_string(): quotes what holds anything but these characters, escapes `"`, `\` and `'`. */
const SAFE_WORD = /^[_\-0-9a-zA-Z]+$/;

/** A name as the tools print it: bare, unless that would be no word. */
export function bareWord(word: string): string {
  return word === '' || /^[-!]|[\s"\\]/.test(word) ? quoteWord(word) : word;
}

export function quoteWord(word: string): string {
  if (SAFE_WORD.test(word)) return word;
  return `"${word.replace(/["\\']/g, '\\$&')}"`;
}
