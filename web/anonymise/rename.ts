/** One workspace's replacements: any of its texts in, the same text with other addresses and names out. */
import {
  formatIpv4,
  formatIpv6,
  formatMac,
  ipv4MaskLength,
  ipv6MaskLength,
  parseIpv4,
  parseIpv6,
} from '../base/address.ts';
import { bigintOf, numberOf } from './address-bytes.ts';
import { AddressMap } from './address-map.ts';
import { filled } from './fixed-bits.ts';
import type { KeyedHash } from './keyed-hash.ts';
import type { Limits } from './limits.ts';
import type { AddressStyle, AddressToken, NameToken, Scanner, Token, Word } from './scan.ts';
import { HARMLESS_HASHES } from './vocabulary.ts';
import { innerIpv4, isEverybodys } from './well-known.ts';
import { WordMap } from './word-map.ts';

/** Called for each address and name with its offset and what it became. */
export type Watch = (token: Token, start: number, to: string) => void;

const QUIET: Watch = () => undefined;
/** A number of so many digits in a name is a number of something. */
const LONG_NUMBER = 6;

export class Renamer {
  private readonly ip: AddressMap;
  private readonly ip6: AddressMap;
  private readonly mac: AddressMap;
  private readonly words: WordMap;
  /** By the text of an address, or of a name. */
  private readonly addresses = new Map<string, Uint8Array>();
  private readonly names = new Map<string, string>();

  /** `stays`: words that are not replaced here. */
  constructor(
    hash: KeyedHash,
    private readonly limits: Limits,
    private readonly scanner: Scanner,
    stays: ReadonlySet<string> = new Set(),
  ) {
    this.ip = new AddressMap(hash, 'ip', limits.ip);
    this.ip6 = new AddressMap(hash, 'ip6', limits.ip6);
    this.mac = new AddressMap(hash, 'mac', limits.mac);
    this.words = new WordMap(hash, stays);
  }

  /** Cost: linear in the text, and a hash for each character that is new. */
  text(text: string, watch: Watch = QUIET): string {
    const parts: string[] = [];
    let done = 0;
    this.scanner.scan(text, (token, start) => {
      const to = this.token(token, start, text);
      watch(token, start, to);
      if (to === token.text) return;
      parts.push(text.slice(done, start), to);
      done = start + token.text.length;
    });
    parts.push(text.slice(done));
    return parts.join('');
  }

  /** An address of 4 (IPv4), 6 (MAC) or 16 bytes. */
  address(bytes: Uint8Array): Uint8Array {
    if (isEverybodys(bytes) || this.limits.isMask(bytes)) return bytes;
    if (bytes.length === 4) return this.ip.map(bytes);
    if (bytes.length === 6) return this.mac.map(bytes);
    const inner = innerIpv4(bytes);
    return inner ? Uint8Array.of(...bytes.subarray(0, 12), ...this.address(inner)) : this.ip6.map(bytes);
  }

  private token(token: Token, start: number, text: string): string {
    switch (token.kind) {
      case 'address':
        return this.written(token, start, text);
      case 'rule-hash':
        return HARMLESS_HASHES.has(token.text) ? token.text : `cali:${this.words.ruleHash(token.text.slice(5))}`;
      case 'escaped':
        return this.words.map(token.letters);
      case 'name':
        return this.known(token);
    }
  }

  private written(token: AddressToken, start: number, text: string): string {
    const { bytes } = token;
    if (text[start - 1] === '/' && isNetmask(bytes)) return token.text;
    let image = this.addresses.get(token.text);
    if (!image) {
      image = this.address(bytes);
      this.addresses.set(token.text, image);
    }
    const length = networkLength(text, start, token);
    if (length !== null && isSame(filled(bytes, length, 0), bytes)) image = filled(image, length, 0);
    return isSame(image, bytes) ? token.text : spelled(image, token.style);
  }

  private known(token: NameToken): string {
    let image = this.names.get(token.text);
    if (image === undefined) {
      image = this.name(token);
      this.names.set(token.text, image);
    }
    return image;
  }

  private name({ text, words }: NameToken): string {
    const hasReplaced = words.some((word) => word.kind === 'word' && !this.words.isKept(word.text));
    let image = '';
    let done = 0;
    words.forEach((word, i) => {
      const isPart = hasReplaced || (words.length > 1 && word.text.length >= LONG_NUMBER && /\p{L}/u.test(text));
      const alone =
        word.kind === 'word' ? this.words.map(word.text) : isPart ? this.words.digits(word.text) : word.text;
      image += text.slice(done, word.at) + (this.hexPart(words, i) ?? alone);
      done = word.at + word.text.length;
    });
    return image;
  }

  /** Of a number of several parts, like a UUID, from its second part on; null: it is none. */
  private hexPart(words: readonly Word[], i: number): string | null {
    const word = words[i]?.text ?? '';
    for (let j = i - 1; j >= 0; j--) {
      const before = words[j]?.text ?? '';
      const image = this.words.hexPart(before, word);
      if (image !== null || !/^[0-9a-f]+$/.test(before)) return image;
    }
    return null;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}

const LENGTH_BEHIND = /^(?:"\s*,\s*"len":\s*|\/)(\d{1,3})(?![\d.:])/;
const MASK_BEHIND = /^\/([\da-fA-F.:]+)/;
/** Of JSON, in which nobody promises an order. */
const LENGTH_BEFORE = /"len":\s*(\d{1,3}),\s*"addr":\s*"$/;

/** How many bits an address at `start` has as a network's, where that stands beside it: `/8`, `/255.0.0.0`, `"len": 8`; null: it is no network. */
export function networkLength(text: string, start: number, { bytes, text: written }: AddressToken): number | null {
  const end = start + written.length;
  const next = text[end];
  if (next !== '/' && next !== '"') return null;
  const behind = text.slice(end, end + 48);
  const mask = MASK_BEHIND.exec(behind)?.[1];
  const found =
    LENGTH_BEHIND.exec(behind) ??
    (next === '"' ? LENGTH_BEFORE.exec(text.slice(Math.max(0, start - 48), start)) : null);
  const length = found ? Number(found[1]) : mask === undefined ? -1 : maskLength(mask, bytes.length);
  return length >= 0 && length < bytes.length * 8 ? length : null;
}

function maskLength(mask: string, bytes: number): number {
  if (bytes === 4) {
    const value = parseIpv4(mask);
    return value < 0 ? -1 : ipv4MaskLength(value);
  }
  const value = bytes === 16 ? parseIpv6(mask) : null;
  return value === null ? -1 : ipv6MaskLength(value);
}

/** The only masks of networks that are addresses of somebody too: those of one and two bits. The longer ones are nobody's. */
function isNetmask(bytes: Uint8Array): boolean {
  return (
    bytes.length === 4 && (bytes[0] === 128 || bytes[0] === 192) && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0
  );
}

function spelled(bytes: Uint8Array, style: AddressStyle): string {
  switch (style) {
    case 'dotted':
      return formatIpv4(numberOf(bytes));
    case 'dashed':
      return bytes.join('-');
    case 'underscored':
      return bytes.join('_');
    case 'ip6':
      return formatIpv6(bigintOf(bytes));
    case 'ip6-full':
      return (hex(bytes).match(/.{4}/g) ?? []).join(':');
    case 'mac':
      return formatMac(bigintOf(bytes));
    case 'mac-short':
      return [...bytes].map((byte) => byte.toString(16)).join(':');
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
