/** Bob Jenkins' hash as the kernel has it: include/linux/jhash.h. All numbers are unsigned 32 bit. */

const START = 0xdeadbeef;

function rotate(word: number, by: number): number {
  return ((word << by) | (word >>> (32 - by))) >>> 0;
}

/** State of the hash: three words. */
type Words = [number, number, number];

function mix([a0, b0, c0]: Words): Words {
  let [a, b, c] = [a0, b0, c0];
  a = ((a - c) ^ rotate(c, 4)) >>> 0;
  c = (c + b) >>> 0;
  b = ((b - a) ^ rotate(a, 6)) >>> 0;
  a = (a + c) >>> 0;
  c = ((c - b) ^ rotate(b, 8)) >>> 0;
  b = (b + a) >>> 0;
  a = ((a - c) ^ rotate(c, 16)) >>> 0;
  c = (c + b) >>> 0;
  b = ((b - a) ^ rotate(a, 19)) >>> 0;
  a = (a + c) >>> 0;
  c = ((c - b) ^ rotate(b, 4)) >>> 0;
  b = (b + a) >>> 0;
  return [a, b, c];
}

function final([a0, b0, c0]: Words): number {
  let [a, b, c] = [a0, b0, c0];
  c = ((c ^ b) - rotate(b, 14)) >>> 0;
  a = ((a ^ c) - rotate(c, 11)) >>> 0;
  b = ((b ^ a) - rotate(a, 25)) >>> 0;
  c = ((c ^ b) - rotate(b, 16)) >>> 0;
  a = ((a ^ c) - rotate(c, 4)) >>> 0;
  b = ((b ^ a) - rotate(a, 14)) >>> 0;
  return ((c ^ b) - rotate(b, 24)) >>> 0;
}

/** `jhash2()`: over 32-bit words as the processor reads them. */
export function hashWords(words: readonly number[], seed: number): number {
  const start = (START + words.length * 4 + seed) >>> 0;
  let state: Words = [start, start, start];
  let at = 0;
  let left = words.length;
  while (left > 3) {
    state = mix(added(state, words, at, 3));
    at += 3;
    left -= 3;
  }
  return left === 0 ? state[2] : final(added(state, words, at, left));
}

function added([a, b, c]: Words, words: readonly number[], at: number, count: number): Words {
  const word = (i: number) => (i < count ? (words[at + i] as number) : 0);
  return [(a + word(0)) >>> 0, (b + word(1)) >>> 0, (c + word(2)) >>> 0];
}

/** `jhash()`: over bytes. */
export function hashBytes(bytes: readonly number[], seed: number): number {
  const start = (START + bytes.length + seed) >>> 0;
  let state: Words = [start, start, start];
  let at = 0;
  while (bytes.length - at > 12) {
    state = mix(added(state, wordsAt(bytes, at), 0, 3));
    at += 12;
  }
  if (at === bytes.length) return state[2];
  return final(added(state, wordsAt(bytes, at), 0, 3));
}

/** Three words, least significant byte first; missing bytes are 0. */
function wordsAt(bytes: readonly number[], at: number): number[] {
  return [0, 4, 8].map((word) => {
    let value = 0;
    for (let i = 3; i >= 0; i--) value = value * 256 + (bytes[at + word + i] ?? 0);
    return value;
  });
}

/** `reciprocal_scale()`: a hash brought into `0 ... count - 1`. */
export function scaled(hash: number, count: number): number {
  return Number((BigInt(hash) * BigInt(count)) >> 32n);
}
