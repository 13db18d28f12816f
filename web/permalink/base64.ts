/**
 * base64url (RFC 4648, section 5) without padding out; in: both alphabets, padding, and white space from wrapped lines.
 * By hand because the page, the command line and the tests need the same and `atob` takes neither alphabet nor large inputs well.
 */
import { LinkError } from './link-error.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const INVALID = 255;
const SKIP = 254;
const PAD = 253;

const DECODE = new Uint8Array(128).fill(INVALID);
for (let i = 0; i < 64; i++) DECODE[ALPHABET.charCodeAt(i)] = i;
DECODE['+'.charCodeAt(0)] = 62;
DECODE['/'.charCodeAt(0)] = 63;
DECODE['='.charCodeAt(0)] = PAD;
for (const white of ' \t\r\n') DECODE[white.charCodeAt(0)] = SKIP;

/** O(bytes). */
export function toBase64Url(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let out = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const a = bytes[at] as number;
    const b = bytes[at + 1];
    const c = bytes[at + 2];
    codes[out++] = ALPHABET.charCodeAt(a >> 2);
    codes[out++] = ALPHABET.charCodeAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    if (b !== undefined) codes[out++] = ALPHABET.charCodeAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    if (c !== undefined) codes[out++] = ALPHABET.charCodeAt(c & 63);
  }
  return new TextDecoder().decode(codes);
}

/** Throws `LinkError` `not-base64` with the place, or `truncated` where a single character is left over. O(text). */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4) + 3);
  let out = 0;
  let group = 0;
  let bits = 0;
  let padded = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? (DECODE[code] as number) : INVALID;
    if (value === SKIP) continue;
    if (value === PAD) {
      padded = true;
      continue;
    }
    if (value === INVALID || padded) throw notBase64(text, at);
    group = (group << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[out++] = (group >> bits) & 255;
      group &= (1 << bits) - 1;
    }
  }
  if (bits === 6) throw new LinkError('truncated', 'The link is cut off: its last character is missing.');
  return bytes.subarray(0, out);
}

function notBase64(text: string, at: number): LinkError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const shown = character < ' ' ? 'a control character' : `“${character}”`;
  return new LinkError(
    'not-base64',
    `The link's data has ${shown} at character ${(at + 1).toLocaleString('en-US')}, which base64 does not use. Something changed the link on its way.`,
  );
}
