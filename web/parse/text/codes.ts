/**
 * A text as one byte for each character. Reading an element of a typed array costs a fraction of String.charCodeAt, which asks at every call how
 * the engine stores the string; the hot loops of the parsers look at most characters of a 20 MB dump at least once. ASCII is all that any
 * listing's syntax uses, so every other character is the one byte OTHER, and offsets stay those of the text. Names and comments are cut from
 * the text itself.
 * Follows the Encoding Standard (TextEncoder.encodeInto), which both browsers and Node have as a global.
 */

/** What stands for any character above 127. Two of them need not be the same character: compare such pieces in the text. */
export const OTHER = 0x80;

/** A text's characters as bytes, at the text's offsets. */
export type Codes = Uint8Array;

const PIECE = 1 << 15;

interface Encoder {
  readonly encodeInto: (source: string, destination: Uint8Array) => { readonly read: number; readonly written: number };
}

declare const TextEncoder: new () => Encoder;

/** The bytes of `text[start, end)`; the ones outside of it are 0. Cost: linear, about a millisecond per MB at worst. */
export function codesOf(text: string, start = 0, end = text.length): Codes {
  const codes = new Uint8Array(end);
  fillCodes(text, start, end, codes);
  return codes;
}

/** Writes the bytes of `text[start, end)` to their places in `codes`. True: the piece is ASCII. */
export function fillCodes(text: string, start: number, end: number, codes: Codes): boolean {
  const encoder = new TextEncoder();
  let isAscii = true;
  for (let from = start; from < end; from += PIECE) {
    const to = Math.min(end, from + PIECE);
    const { read, written } = encoder.encodeInto(text.slice(from, to), codes.subarray(from, to));
    // More bytes than characters: there are others than ASCII.
    if (read === to - from && written === read) continue;
    eachCode(text, from, to, codes);
    isAscii = false;
  }
  return isAscii;
}

function eachCode(text: string, start: number, end: number, codes: Codes): void {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    codes[at] = code < OTHER ? code : OTHER;
  }
}
