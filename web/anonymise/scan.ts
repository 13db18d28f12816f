/**
 * A text as tokens, the same for all formats: addresses, names, and what is between them. Every letter and digit is in some token; nothing
 * is looked up, nothing is understood.
 */
import { parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import { bytesOf } from './address-bytes.ts';

export interface AddressToken {
  readonly kind: 'address';
  readonly start: number;
  readonly end: number;
  /** 4 of IPv4, 6 of a MAC address, 16 of IPv6. */
  readonly bytes: Uint8Array;
  /** How it is written, so that its replacement is written alike. */
  readonly style: AddressStyle;
}

export type Token =
  | AddressToken
  /** `cali:` and the hash behind it. */
  | { readonly kind: 'rule-hash'; readonly start: number; readonly end: number }
  /** Words, joined by `-`, `_`, `.` and `@`: `KUBE-SVC-...`, `eth0.100`, `web.example.org`, `accept`, `80`. */
  | { readonly kind: 'name'; readonly start: number; readonly end: number; readonly words: readonly Word[] };

export type AddressStyle = 'dotted' | 'dashed' | 'underscored' | 'ip6' | 'ip6-full' | 'mac' | 'mac-short';

export interface Word {
  readonly start: number;
  readonly end: number;
  readonly kind: 'word' | 'digits';
}

// What a backslash stands before is no letter of a name: `\n` in JSON, `\"` in iptables-save.
const TOKEN =
  /(\\[\s\S])|(cali:[A-Za-z0-9_-]{16}(?![A-Za-z0-9_-]))|([0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*[0-9A-Fa-f:.]*)|([\p{L}\p{N}\p{M}]+(?:[-_.@]+[\p{L}\p{N}\p{M}]+)*)/gu;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const QUAD = /(?<![0-9])(\d{1,3})([.\-_])(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?![0-9])/g;
const WORD_CHARACTER = /[\p{L}\p{N}]/u;

/** Calls `visit` for each token in order. Cost: linear. */
export function scanText(text: string, visit: (token: Token) => void): void {
  TOKEN.lastIndex = 0;
  const pattern = new RegExp(TOKEN);
  for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
    const start = found.index;
    if (found[1] !== undefined) continue;
    if (found[2] !== undefined) visit({ kind: 'rule-hash', start, end: pattern.lastIndex });
    else if (found[3] !== undefined) pattern.lastIndex = colons(text, start, found[3], visit);
    else scanName(text, start, pattern.lastIndex, visit);
  }
}

/** Something with colons: the addresses at its start, or no more than its first word. Returns where to go on. */
function colons(text: string, start: number, run: string, visit: (token: Token) => void): number {
  for (let length = run.length; length > 1; length = shorter(run, length)) {
    const end = start + length;
    if (WORD_CHARACTER.test(text[end] ?? '')) continue;
    const part = run.slice(0, length);
    const ethernet = ethernetHeader(part);
    if (ethernet) {
      for (const at of ethernet) visit(macToken(text, start + at, start + at + 17));
      return end;
    }
    if (parseMac(part) !== null) {
      visit(macToken(text, start, end));
      return end;
    }
    const value = parseIpv6(part);
    if (value !== null) {
      const style = /^(?:[0-9a-fA-F]{4}:){7}[0-9a-fA-F]{4}$/.test(part) ? 'ip6-full' : 'ip6';
      visit({ kind: 'address', start, end, bytes: bytesOf(value, 16), style });
      return end;
    }
  }
  const word = /^[0-9A-Fa-f]+/.exec(run)?.[0];
  if (word === undefined) return start + 1;
  // The word goes on behind what could have been an address.
  const rest = /^[\p{L}\p{N}\p{M}]+(?:[-_.@]+[\p{L}\p{N}\p{M}]+)*/u.exec(text.slice(start, start + 4096))?.[0] ?? word;
  scanName(text, start, start + rest.length, visit);
  return start + rest.length;
}

/** A colon or dot at the end may be the sentence's: `fd00::1: no route`. */
function shorter(run: string, length: number): number {
  const last = run[length - 1];
  return last === ':' || last === '.' ? length - 1 : 0;
}

/** Where the addresses are in `MAC=` of a kernel log: receiver, sender and a type of two bytes. */
function ethernetHeader(part: string): readonly number[] | null {
  return /^(?:[0-9a-f]{2}:){13}[0-9a-f]{2}$/i.test(part) ? [0, 18] : null;
}

function macToken(text: string, start: number, end: number): Token {
  const part = text.slice(start, end);
  return {
    kind: 'address',
    start,
    end,
    bytes: bytesOf(parseMac(part) ?? 0n, 6),
    style: part.length === 17 ? 'mac' : 'mac-short',
  };
}

/** A name, parted by the IPv4 addresses in it: `ip-10-0-0-5.ec2`, `10.0.0.1-10.0.0.9`. */
function scanName(text: string, start: number, end: number, visit: (token: Token) => void): void {
  const name = text.slice(start, end);
  let at = 0;
  if (/\d[.\-_]\d/.test(name)) {
    for (const found of name.matchAll(QUAD)) {
      const value = parseIpv4(`${found[1]}.${found[3]}.${found[4]}.${found[5]}`);
      if (value < 0 || !standsAlone(name, found)) continue;
      if (found.index > at) words(name, start, at, found.index, visit);
      const next = found.index + found[0].length;
      const style = found[2] === '.' ? 'dotted' : found[2] === '-' ? 'dashed' : 'underscored';
      visit({ kind: 'address', start: start + found.index, end: start + next, bytes: bytesOf(value, 4), style });
      at = next;
    }
  }
  if (at < name.length) words(name, start, at, name.length, visit);
}

/** Of more than four numbers in a row none is an address; four with hyphens need a name around them. */
function standsAlone(name: string, found: RegExpMatchArray): boolean {
  const from = found.index ?? 0;
  const to = from + found[0].length;
  const mark = found[2];
  const isPartOfMore =
    (name[from - 1] === mark && /\d/.test(name[from - 2] ?? '')) ||
    (name[to] === mark && /\d/.test(name[to + 1] ?? ''));
  if (mark === '.') return !isPartOfMore;
  return !isPartOfMore && found[0].length < name.length;
}

function words(name: string, start: number, from: number, to: number, visit: (token: Token) => void): void {
  const list: Word[] = [];
  const part = name.slice(from, to);
  for (const { index, 0: word } of part.matchAll(WORD)) {
    const at = start + from + index;
    list.push({ start: at, end: at + word.length, kind: /^\d+$/.test(word) ? 'digits' : 'word' });
  }
  const first = list[0];
  const last = list[list.length - 1];
  if (first && last) visit({ kind: 'name', start: first.start, end: last.end, words: list });
}
