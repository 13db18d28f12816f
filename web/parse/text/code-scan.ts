/** What the parsers read straight from a text's bytes: fixed words and IPv4 addresses, without cutting strings. */
import type { Codes } from './codes.ts';

const ZERO = 0x30;
const DOT = 0x2e;

/** The bytes of an ASCII text. */
export function bytesOf(text: string): Codes {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Whether `[start, end)` begins with `prefix`. */
export function startsWithBytes(codes: Codes, start: number, end: number, prefix: Codes): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (codes[start + i] !== prefix[i]) return false;
  return true;
}

/** As parseIpv4: the address that `[start, end)` is, or -1. */
export function ipv4At(codes: Codes, start: number, end: number): number {
  if (end - start < 7 || end - start > 15) return -1;
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const code = codes[at] as number;
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = 0;
      digits = 0;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9 || ++digits > 3) return -1;
      part = part * 10 + digit;
      if (part > 255) return -1;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : -1;
}
