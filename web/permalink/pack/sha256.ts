/**
 * SHA-256 (FIPS 180-4) of a short text, at once: the browser's own is asynchronous and only there in secure contexts, and a link has to open in
 * any page.
 */

const ROUNDS = new Int32Array(64);
const START = new Int32Array(8);
makeConstants();

/** The first 32 bits of the fractional parts of the cube roots (rounds) and square roots (start) of the first primes. */
function makeConstants(): void {
  const isPrime = (value: number): boolean => {
    for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false;
    return true;
  };
  let prime = 2;
  for (let n = 0; n < 64; prime++) {
    if (!isPrime(prime)) continue;
    ROUNDS[n] = rootBits(prime, 3n);
    if (n < 8) START[n] = rootBits(prime, 2n);
    n++;
  }
}

/** In whole numbers, because Math.cbrt need not be exact. */
function rootBits(prime: number, degree: bigint): number {
  const goal = BigInt(prime) << (32n * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= goal) low = middle;
    else high = middle;
  }
  return Number(BigInt.asIntN(32, low));
}

/** The digest's 32 bytes. O(bytes). */
export function sha256(message: Uint8Array): Uint8Array {
  const blocks = new Uint8Array((((message.length + 8) >> 6) + 1) * 64);
  blocks.set(message);
  blocks[message.length] = 128;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(message.length / 2 ** 29));
  view.setUint32(blocks.length - 4, (message.length << 3) >>> 0);
  const state = START.slice();
  for (let at = 0; at < blocks.length; at += 64) addBlock(state, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, n) => {
    digest.setInt32(4 * n, word);
  });
  return new Uint8Array(digest.buffer);
}

const words = new Int32Array(64);

function addBlock(state: Int32Array, view: DataView, at: number): void {
  for (let n = 0; n < 16; n++) words[n] = view.getInt32(at + 4 * n);
  for (let n = 16; n < 64; n++) {
    const [early, late] = [words[n - 15] as number, words[n - 2] as number];
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[n] = ((words[n - 16] as number) + first + (words[n - 7] as number) + second) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let n = 0; n < 64; n++) {
    const one = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + one + ((e & f) ^ (~e & g)) + (ROUNDS[n] as number) + (words[n] as number)) | 0;
    const zero = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (zero + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, n) => {
    state[n] = ((state[n] as number) + value) | 0;
  });
}

function turn(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}
