/**
 * Predicts the next bit of a ruleset's text from what stands before it, by mixing the guesses of several contexts (in the manner of
 * the PAQ family): the last bytes, the word so far with the words before it, the same field of the line above, the longest match.
 * A dump repeats itself at distances and in shapes that deflate's window of 32 kB and its whole-string matches do not reach.
 *
 * Only +, −, ×, ÷ on doubles and operations on integers: every engine gives the same bits, which a decoder in another browser depends on.
 * What is written here is part of the codec: any change of a number needs a codec of another name (pack.test.ts keeps a packed text).
 *
 * Longer than a file should be, because its state is one: splitting it would pass a dozen tables from hand to hand for each bit.
 */
import { hash, STRETCH, squash } from './logistic.ts';

const CONTEXTS = 11;
/** One of each context, two of the match, and a constant. */
const INPUTS = CONTEXTS + 3;

/** 2^12 to 2^18 buckets of 16 bytes for each context: 0.7 to 46 MB in all. */
const FEWEST_BUCKET_BITS = 12;
const MOST_BUCKET_BITS = 18;

const LONGEST_MATCH = 63;
const SHORTEST_MATCH = 5;
const MOST_FIELDS = 64;

/** A slot counts the zeros and the ones that came in its context, up to 15 each; a surprise makes the other count smaller. */
const NEXT_STATE = new Uint8Array(512);
for (let state = 0; state < 256; state++) {
  const zeros = state >> 4;
  const ones = state & 15;
  NEXT_STATE[state * 2] = (Math.min(15, zeros + 1) << 4) | fewer(ones);
  NEXT_STATE[state * 2 + 1] = (fewer(zeros) << 4) | Math.min(15, ones + 1);
}

function fewer(count: number): number {
  return count <= 2 ? count : count <= 5 ? count - 1 : count <= 9 ? 5 : 6;
}

const LINE_END = 5;
/** Classes of bytes: 1..3 make words. */
const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) CLASS[byte] = classOf(String.fromCharCode(byte));

function classOf(character: string): number {
  if (/[a-z]/.test(character)) return 1;
  if (/[A-Z]/.test(character)) return 2;
  if (/[0-9]/.test(character)) return 3;
  if (/[ \t]/.test(character)) return 4;
  if (character === '\n') return LINE_END;
  return /[-_./:]/.test(character) ? 6 : 7;
}

export class Predictor {
  private p = 32_768;

  /** Buckets of 16 for each context after the other: a check, then the states of the 15 partial nibbles. */
  private readonly buckets: Uint8Array;
  private readonly mask: number;
  private readonly hashes = new Int32Array(CONTEXTS);
  /** Where each context's bucket begins. */
  private readonly bucketAt = new Int32Array(CONTEXTS);
  /** Where each context's state stands in `outcomes`: the context times 256, and the state. */
  private readonly slots = new Int32Array(CONTEXTS);
  /** What came of each state, for each context: the probability of a 1. */
  private readonly outcomes = new Float32Array(CONTEXTS * 256);

  /** Two mixers, each with sets of weights that what is known beforehand chooses from; their mean is taken. */
  private readonly inputs = new Float64Array(INPUTS);
  private readonly weightsA = new Float32Array(2048 * INPUTS).fill(0.14);
  private readonly weightsB = new Float32Array(1024 * INPUTS).fill(0.14);
  private setA = 0;
  private setB = 0;
  private pA = 0;
  private pB = 0;

  /** Two corrections of the result, by what came when it was the same before. */
  private readonly correctionA = correction(1024);
  private readonly correctionB = correction(65_536);
  private correctedA = 0;
  private correctedB = 0;

  /** The byte so far with a leading 1, and its number of bits; the nibble so far with a leading 1. */
  private partial = 1;
  private bits = 0;
  private nibble = 1;
  private last4 = 0;
  private before4 = 0;
  private byteClass = 0;

  /** Hashes of the word so far, of the two words before it, of the last option (`--dport`) and of the line's first two fields. */
  private word = 0;
  private lastWord = 0;
  private wordBefore = 0;
  private option = 0;
  private lineHead = 0;
  private field = 0;

  private history: Uint8Array;
  private length = 0;
  /** Starts of the fields of the line above and of this one. */
  private above = new Int32Array(MOST_FIELDS);
  private here = new Int32Array(MOST_FIELDS);
  private aboveFields = 0;
  private hereFields = 0;

  private readonly matches: Int32Array;
  private matchAt = 0;
  private matchLength = 0;
  /** -1: none. */
  private matchByte = -1;
  private matchSlot = -1;
  private readonly matchOutcomes = new Uint16Array(2 * (LONGEST_MATCH + 1)).fill(32_768);

  /** @param size bytes that will be seen at most. */
  constructor(size: number) {
    const bits = bucketBits(size);
    this.mask = 2 ** bits - 1;
    this.buckets = new Uint8Array(CONTEXTS * (this.mask + 1) * 16);
    this.history = new Uint8Array(size + 8);
    this.matches = new Int32Array(2 ** Math.max(16, bits));
    for (let at = 0; at < this.outcomes.length; at++) {
      const zeros = ((at >> 4) & 15) ** 2;
      const ones = (at & 15) ** 2;
      this.outcomes[at] = ((ones + 0.4) / (ones + zeros + 0.8)) * 65_535;
    }
    this.inputs[INPUTS - 1] = 0.3;
    this.startByte();
    this.predict();
  }

  /** One that has learnt the same, for `size` bytes in all, of which `bucketBits` has to be the same. Some milliseconds. */
  copy(size: number): Predictor {
    // Made by the constructor, then filled: of an object that gets its members otherwise, engines look each one up by name for each bit.
    const copy = Object.assign(new Predictor(0), structuredClone({ ...this }));
    copy.history = new Uint8Array(size + 8);
    copy.history.set(this.history.subarray(0, this.length));
    return copy;
  }

  /** Of a 1, in 65,536ths; 1..65,535. */
  probability(): number {
    return this.p;
  }

  /** Learns the bit that came. About half a microsecond. */
  update(bit: 0 | 1): void {
    this.learn(bit);
    this.partial = (this.partial << 1) | bit;
    this.bits++;
    if (this.bits === 8) {
      this.endByte(this.partial & 255);
      this.partial = 1;
      this.bits = 0;
      this.startByte();
    }
    this.predict();
  }

  private learn(bit: 0 | 1): void {
    const { bucketAt, slots, buckets, outcomes, nibble, inputs, weightsA, weightsB } = this;
    const target = bit === 1 ? 65_535 : 0;
    const baseA = this.setA * INPUTS;
    const baseB = this.setB * INPUTS;
    const stepA = (bit - this.pA / 65_536) * 0.015;
    const stepB = (bit - this.pB / 65_536) * 0.015;
    for (let n = 0; n < CONTEXTS; n++) {
      const slot = slots[n] as number;
      const p = outcomes[slot] as number;
      outcomes[slot] = p + (target - p) * 0.008;
      buckets[(bucketAt[n] as number) + nibble] = NEXT_STATE[(slot & 255) * 2 + bit] as number;
    }
    for (let n = 0; n < INPUTS; n++) {
      const input = inputs[n] as number;
      weightsA[baseA + n] = (weightsA[baseA + n] as number) + stepA * input;
      weightsB[baseB + n] = (weightsB[baseB + n] as number) + stepB * input;
    }
    if (this.matchSlot >= 0) {
      const p = this.matchOutcomes[this.matchSlot] as number;
      this.matchOutcomes[this.matchSlot] = p + (target - p) / 64;
    }
    adapt(this.correctionA, this.correctedA, target);
    adapt(this.correctionB, this.correctedB, target);
  }

  private endByte(byte: number): void {
    this.history[this.length++] = byte;
    this.before4 = (this.before4 << 8) | (this.last4 >>> 24);
    this.last4 = (this.last4 << 8) | byte;
    this.byteClass = CLASS[byte] as number;
    if (this.byteClass === LINE_END) this.startLine();
    else if (byte === 32) this.startField();
    if (this.byteClass >= 1 && this.byteClass <= 3) this.word = hash(this.word, byte);
    else if (this.word !== 0) {
      this.wordBefore = this.lastWord;
      this.lastWord = this.word;
      this.word = 0;
    }
    this.findMatch();
  }

  private startLine(): void {
    [this.above, this.here] = [this.here, this.above];
    this.aboveFields = this.hereFields;
    this.hereFields = 1;
    this.here[0] = this.length;
    this.field = 0;
    this.lineHead = 0;
    this.option = 0;
  }

  private startField(): void {
    const { history, length } = this;
    const start = this.here[this.field] as number;
    if (this.field < 2) this.lineHead = hash(this.lineHead, this.word + this.field);
    if (this.field < MOST_FIELDS - 1) this.field++;
    this.here[this.field] = length;
    this.hereFields = this.field + 1;
    if (history[start] !== 45) return;
    this.option = 0;
    for (let at = start; at < length - 1; at++) this.option = hash(this.option, history[at] as number);
  }

  private findMatch(): void {
    const { history, length, matches } = this;
    if (this.matchLength > 0 && history[this.matchAt] === history[length - 1]) {
      this.matchAt++;
      if (this.matchLength < LONGEST_MATCH) this.matchLength++;
    } else this.matchLength = 0;
    let value = 0;
    for (let n = 1; n <= SHORTEST_MATCH; n++) value = hash(value, history[length - n] as number);
    const at = (value >>> 8) & (matches.length - 1);
    const found = matches[at] as number;
    if (this.matchLength === 0 && found > 0) {
      let same = 0;
      while (same < 40 && found > same && history[found - same - 1] === history[length - same - 1]) same++;
      if (same >= SHORTEST_MATCH) {
        this.matchLength = same;
        this.matchAt = found;
      }
    }
    matches[at] = length;
  }

  /** The contexts of the next byte. */
  private startByte(): void {
    const { hashes, last4, before4, word, lastWord, option, history } = this;
    const last = last4 & 255;
    const inField = this.length - (this.here[this.field] as number);
    let above = 0;
    let aboveHash = 0;
    if (this.field < this.aboveFields) {
      const at = (this.above[this.field] as number) + inField;
      above = history[at] as number;
      aboveHash = hash(hash(above, history[at + 1] as number), inField === 0 ? 1 : last + 2);
    }
    const pair = hash(hash(8, word), lastWord);
    const wordAbove = hash(hash(12, word), above);
    hashes[0] = 0;
    hashes[1] = hash(1, last);
    hashes[2] = hash(2, last4 & 0xffff);
    hashes[3] = hash(3, last4 & 0xffffff);
    hashes[4] = hash(4, last4);
    hashes[5] = hash(hash(6, last4), before4 & 0xffff);
    hashes[6] = hash(pair, this.wordBefore);
    hashes[7] = hash(hash(9, aboveHash), this.field);
    hashes[8] = hash(hash(hash(10, option), word), last);
    hashes[9] = hash(hash(hash(11, this.lineHead), this.field), hash(word, last));
    hashes[10] = hash(wordAbove, option);
    this.matchByte = this.matchLength > 0 ? (history[this.matchAt] as number) : -1;
  }

  private predict(): void {
    const { bits, partial, inputs, bucketAt, slots, buckets, outcomes, weightsA, weightsB } = this;
    if (bits === 0) this.findBuckets(0x51ed270b);
    else if (bits === 4) this.findBuckets(Math.imul(partial, 0x2c1b3c6d));
    const low = bits < 4 ? bits : bits - 4;
    const nibble = (partial & ((1 << low) - 1)) | (1 << low);
    this.nibble = nibble;
    this.guessMatch();
    this.setA = partial * 8 + this.byteClass;
    this.setB = (this.matchLength >> 2) * 64 + Math.min(7, this.field) * 8 + bits;
    const baseA = this.setA * INPUTS;
    const baseB = this.setB * INPUTS;
    let dotA = 0;
    let dotB = 0;
    for (let n = 0; n < CONTEXTS; n++) {
      const state = buckets[(bucketAt[n] as number) + nibble] as number;
      const slot = n * 256 + state;
      slots[n] = slot;
      const input = state === 0 ? 0 : (STRETCH[(outcomes[slot] as number) >>> 4] as number);
      inputs[n] = input;
      dotA += (weightsA[baseA + n] as number) * input;
      dotB += (weightsB[baseB + n] as number) * input;
    }
    for (let n = CONTEXTS; n < INPUTS; n++) {
      const input = inputs[n] as number;
      dotA += (weightsA[baseA + n] as number) * input;
      dotB += (weightsB[baseB + n] as number) * input;
    }
    this.pA = squash(dotA);
    this.pB = squash(dotB);
    this.p = this.corrected((dotA + dotB) / 2);
  }

  private findBuckets(salt: number): void {
    const { hashes, bucketAt, buckets, mask } = this;
    for (let n = 0; n < CONTEXTS; n++) {
      const mixed = Math.imul((hashes[n] as number) + salt, 0x297a2d39);
      const at = (n * (mask + 1) + ((mixed ^ (mixed >>> 15)) & mask)) * 16;
      const check = mixed >>> 24;
      if (buckets[at] !== check) {
        buckets.fill(0, at, at + 16);
        buckets[at] = check;
      }
      bucketAt[n] = at;
    }
  }

  private guessMatch(): void {
    const { inputs, partial, bits, matchByte } = this;
    this.matchSlot = -1;
    inputs[CONTEXTS] = 0;
    inputs[CONTEXTS + 1] = 0;
    if (matchByte < 0) return;
    if ((matchByte | 256) >> (8 - bits) !== partial) {
      this.matchLength = 0;
      this.matchByte = -1;
      return;
    }
    this.matchSlot = this.matchLength * 2 + ((matchByte >> (7 - bits)) & 1);
    const p = this.matchOutcomes[this.matchSlot] as number;
    inputs[CONTEXTS] = STRETCH[p >>> 4] as number;
    inputs[CONTEXTS + 1] = (p - 32_768) / 16_384;
  }

  private corrected(mixed: number): number {
    const place = Math.min(31.999, Math.max(0, mixed / 0.75 + 16));
    const step = Math.floor(place);
    const part = place - step;
    const atA = ((this.partial & 255) * 4 + Math.min(3, this.matchLength >> 3)) * 33 + step;
    const atB = ((hash(this.last4 & 0xffff, this.partial) >>> 8) & 0xffff) * 33 + step;
    this.correctedA = part > 0.5 ? atA + 1 : atA;
    this.correctedB = part > 0.5 ? atB + 1 : atB;
    const a = (this.correctionA[atA] as number) * (1 - part) + (this.correctionA[atA + 1] as number) * part;
    const b = (this.correctionB[atB] as number) * (1 - part) + (this.correctionB[atB + 1] as number) * part;
    return Math.min(65_535, Math.max(1, Math.floor((2 * squash(mixed) + a + b) / 4)));
  }
}

/** Of the buckets of a predictor for so many bytes. */
export function bucketBits(size: number): number {
  let bits = FEWEST_BUCKET_BITS;
  while (bits < MOST_BUCKET_BITS && 2 ** bits < size) bits++;
  return bits;
}

/** 33 steps over the stretched probability for each context. */
function correction(contexts: number): Float32Array {
  const table = new Float32Array(contexts * 33);
  for (let at = 0; at < table.length; at++) table[at] = squash(((at % 33) - 16) * 0.75);
  return table;
}

function adapt(table: Float32Array, at: number, target: number): void {
  table[at] = (table[at] as number) + (target - (table[at] as number)) * 0.02;
}
