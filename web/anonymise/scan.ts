/**
 * A text as tokens, the same for all formats: addresses, names, and what is between them. Every letter and digit is in some token; nothing is looked up,
 * nothing is understood.
 */
import { formatIpv6, parseIpv4, parseIpv6, parseMac } from '../base/address.ts';
import { bytesOf } from './address-bytes.ts';

export interface AddressToken {
  readonly kind: 'address';
  readonly text: string;
  /** 4 of IPv4, 6 of a MAC address, 16 of IPv6. */
  readonly bytes: Uint8Array;
  /** How it is written, so that its replacement is written alike. */
  readonly style: AddressStyle;
}

export type AddressStyle = 'dotted' | 'dashed' | 'underscored' | 'ip6' | 'ip6-full' | 'mac' | 'mac-short';

/** Words, joined by `-`, `_`, `.` and `@`: `KUBE-SVC-...`, `eth0.100`, `web.example.org`, `accept`, `80`. */
export interface NameToken {
  readonly kind: 'name';
  readonly text: string;
  readonly words: readonly Word[];
}

export interface Word {
  readonly kind: 'word' | 'digits';
  readonly text: string;
  /** Offset in its name. */
  readonly at: number;
}

export type Token =
  | AddressToken
  | NameToken
  /** `cali:` and the hash behind it. */
  | { readonly kind: 'rule-hash'; readonly text: string }
  /** Letters as JSON may write them: `\\u4e2d\\u6587`. */
  | { readonly kind: 'escaped'; readonly text: string; readonly letters: string };

/** `start` is the token's offset in the text. */
export type Visit = (token: Token, start: number) => void;

interface Placed {
  readonly at: number;
  readonly token: Token;
}

// What a backslash stands before is no letter of a name: `\n` in JSON, `\"` in iptables-save.
const TOKEN =
  /((?:\\u[0-9a-fA-F]{4})+|\\[\s\S])|(cali:[A-Za-z0-9_-]{16}(?![A-Za-z0-9_-]))|([0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*[0-9A-Fa-f:.]*)|([\p{L}\p{N}\p{M}]+(?:[-_.@]+[\p{L}\p{N}\p{M}]+)*)/gu;
const NAME = /[\p{L}\p{N}\p{M}]+(?:[-_.@]+[\p{L}\p{N}\p{M}]+)*/uy;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** A class of traffic control, `1:bbf8`: a number in two halves, like a mark. */
const CLASS = /^\d[0-9a-f]{0,3}:[0-9a-f]{1,4}$/;
const LETTER = /[\p{L}\p{N}]/u;
const QUAD = /(?<![0-9])(\d{1,3})([.\-_])(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?![0-9])/g;
const STYLES: Readonly<Record<string, AddressStyle>> = { '.': 'dotted', '-': 'dashed', _: 'underscored' };

/** Remembers what each name and each run of colons is: dumps repeat them. */
export class Scanner {
  private readonly names = new Map<string, readonly Placed[]>();
  private readonly runs = new Map<string, { readonly tokens: readonly Placed[]; readonly length: number } | null>();

  /** Calls `visit` for each token in order. Cost: linear. */
  scan(text: string, visit: Visit): void {
    const pattern = new RegExp(TOKEN);
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      const [whole, escaped, hash, run] = found;
      if (escaped !== undefined) {
        for (const { token, at } of escapedLetters(escaped)) visit(token, found.index + at);
        continue;
      }
      if (hash !== undefined) visit({ kind: 'rule-hash', text: whole }, found.index);
      else if (run !== undefined) pattern.lastIndex = this.colons(text, found.index, run, visit);
      else this.name(whole, found.index, text[pattern.lastIndex] ?? '', visit);
    }
  }

  /** Something with colons: the addresses at its start, or the name at its start. Returns where to go on. */
  private colons(text: string, start: number, run: string, visit: Visit): number {
    let known = this.runs.get(run);
    if (known === undefined) {
      known = addressesOf(run);
      this.runs.set(run, known);
    }
    if (known && !LETTER.test(text[start + known.length] ?? '')) {
      for (const { token, at } of known.tokens) visit(token, start + at);
      return start + known.length;
    }
    NAME.lastIndex = start;
    const name = NAME.exec(text)?.[0];
    if (name === undefined) return start + 1;
    const end = start + name.length;
    this.name(name, start, text[end] ?? '', visit);
    return end;
  }

  private name(name: string, start: number, next: string, visit: Visit): void {
    let parts = this.names.get(name);
    if (!parts) {
      parts = partsOf(name);
      this.names.set(name, parts);
    }
    // A log prefix without a blank behind it, before the field that every packet of a kernel log begins with: `refusedIN=eth0`.
    if (next === '=' && /[^A-Z]IN$/.test(name))
      parts = [...partsOf(name.slice(0, -2)), ...partsOf('IN').map(({ token }) => ({ token, at: name.length - 2 }))];
    for (const { token, at } of parts) visit(token, start + at);
  }
}

/** `\\u003c` and the like are no letters, and stay. */
function escapedLetters(escaped: string): readonly Placed[] {
  const units = escaped.match(/\\u[0-9a-fA-F]{4}/g) ?? [];
  const text = units.map((unit) => String.fromCharCode(Number.parseInt(unit.slice(2), 16))).join('');
  return [...text.matchAll(WORD)].map(({ 0: letters, index }) => ({
    at: index * 6,
    token: { kind: 'escaped', text: escaped.slice(index * 6, (index + letters.length) * 6), letters },
  }));
}

/** null: none. A colon or dot at the end may be the sentence's: `fd00::1: no route`. */
function addressesOf(run: string): { readonly tokens: readonly Placed[]; readonly length: number } | null {
  if (CLASS.test(run)) return { tokens: [], length: run.length };
  const tokens = ethernetHeader(run) ?? oneAddress(run);
  if (tokens) return { tokens, length: run.length };
  return /[:.]$/.test(run) && run.length > 2 ? addressesOf(run.slice(0, -1)) : null;
}

/** `MAC=` of a kernel log: receiver, sender and a type of two bytes. */
function ethernetHeader(run: string): readonly Placed[] | null {
  if (!/^(?:[0-9a-f]{2}:){13}[0-9a-f]{2}$/i.test(run)) return null;
  return [0, 18].map((at) => ({ at, token: macToken(run.slice(at, at + 17)) }));
}

function oneAddress(run: string): readonly Placed[] | null {
  if (parseMac(run) !== null) return [{ at: 0, token: macToken(run) }];
  const value = parseIpv6(run);
  if (value === null) return null;
  // Eight groups of four without a zero in front are just as long in the kernel's own spelling.
  const isFull = /^(?:[0-9a-fA-F]{4}:){7}[0-9a-fA-F]{4}$/.test(run) && formatIpv6(value) !== run;
  const style = isFull ? 'ip6-full' : 'ip6';
  return [{ at: 0, token: { kind: 'address', text: run, bytes: bytesOf(value, 16), style } }];
}

function macToken(text: string): AddressToken {
  return {
    kind: 'address',
    text,
    bytes: bytesOf(parseMac(text) ?? 0n, 6),
    style: text.length === 17 ? 'mac' : 'mac-short',
  };
}

/** A name, parted by the IPv4 addresses in it: `ip-10-0-0-5.ec2`, `10.0.0.1-10.0.0.9`. */
function partsOf(name: string): readonly Placed[] {
  const parts: Placed[] = [];
  let at = 0;
  if (/\d[.\-_]\d/.test(name)) {
    for (const found of name.matchAll(QUAD)) {
      const [quad, a, mark = '.', b, c, d] = found;
      const value = parseIpv4(`${a}.${b}.${c}.${d}`);
      if (value < 0 || !standsAlone(name, found.index, quad, mark)) continue;
      parts.push(...wordsOf(name, at, found.index));
      const token: AddressToken = {
        kind: 'address',
        text: quad,
        bytes: bytesOf(value, 4),
        style: STYLES[mark] ?? 'dotted',
      };
      parts.push({ at: found.index, token });
      at = found.index + quad.length;
    }
  }
  parts.push(...wordsOf(name, at, name.length));
  return parts;
}

/** More than four numbers in a row are no address; four with hyphens need a name around them. */
function standsAlone(name: string, from: number, quad: string, mark: string): boolean {
  const to = from + quad.length;
  if (name[from - 1] === mark && /\d/.test(name[from - 2] ?? '')) return false;
  if (name[to] === mark && /\d/.test(name[to + 1] ?? '')) return false;
  return mark === '.' || quad.length < name.length;
}

function wordsOf(name: string, from: number, to: number): readonly Placed[] {
  const found = [...name.slice(from, to).matchAll(WORD)];
  const first = found[0];
  if (!first) return [];
  const at = from + first.index;
  const words = found.map(
    ({ 0: text, index }): Word => ({ kind: /^\d+$/.test(text) ? 'digits' : 'word', text, at: index - first.index }),
  );
  const last = words[words.length - 1] ?? { at: 0, text: '' };
  return [{ at, token: { kind: 'name', text: name.slice(at, at + last.at + last.text.length), words } }];
}
