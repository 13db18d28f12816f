/**
 * Arithmetic coding of bits with a probability each (32-bit range, as in lpaq): a bit that was expected with 15/16 costs a tenth of a bit. The
 * probability is that of a 1, in 65,536ths.
 */
import { LinkError } from '../link-error.ts';

export class BitWriter {
  private low = 0;
  private high = 0xffffffff;
  private bytes = new Uint8Array(1024);
  private length = 0;

  write(bit: 0 | 1, probability: number): void {
    const middle = split(this.low, this.high, probability);
    if (bit === 1) this.high = middle;
    else this.low = (middle + 1) >>> 0;
    while ((this.low ^ this.high) >>> 24 === 0) {
      this.push(this.high >>> 24);
      this.low = (this.low << 8) >>> 0;
      this.high = ((this.high << 8) | 255) >>> 0;
    }
  }

  /** Bytes so far. */
  get size(): number {
    return this.length;
  }

  /** The bytes; what a reader finds behind them counts as zeros. */
  end(): Uint8Array {
    // The shortest number between low and high, which zeros follow.
    this.push((this.low >>> 24) + 1 <= this.high >>> 24 ? (this.low >>> 24) + 1 : this.high >>> 24);
    let end = this.length;
    while (end > 0 && this.bytes[end - 1] === 0) end--;
    return this.bytes.slice(0, end);
  }

  private push(byte: number): void {
    if (this.length === this.bytes.length) {
      const more = new Uint8Array(this.bytes.length * 2);
      more.set(this.bytes);
      this.bytes = more;
    }
    this.bytes[this.length++] = byte;
  }
}

/** Bytes beyond the end that a reader asks for in a whole stream: those of its window, and trailing zeros that were left out. */
const MOST_BEYOND = 64;

export class BitReader {
  private low = 0;
  private high = 0xffffffff;
  private window = 0;
  private readonly bytes: Uint8Array;
  private at: number;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.at = start;
    for (let n = 0; n < 4; n++) this.shift();
  }

  /** Throws `LinkError` `truncated` where the bytes are long at their end. */
  read(probability: number): 0 | 1 {
    const middle = split(this.low, this.high, probability);
    const bit = this.window <= middle ? 1 : 0;
    if (bit === 1) this.high = middle;
    else this.low = (middle + 1) >>> 0;
    while ((this.low ^ this.high) >>> 24 === 0) {
      this.low = (this.low << 8) >>> 0;
      this.high = ((this.high << 8) | 255) >>> 0;
      this.shift();
    }
    return bit;
  }

  private shift(): void {
    if (this.at >= this.bytes.length + MOST_BEYOND) {
      throw new LinkError(
        'truncated',
        'The link is cut off: a part of its data is missing. Chat programs do that to long links.',
      );
    }
    this.window = ((this.window << 8) | (this.bytes[this.at++] ?? 0)) >>> 0;
  }
}

function split(low: number, high: number, probability: number): number {
  const range = high - low;
  return low + Math.floor(range / 65_536) * probability + Math.floor(((range % 65_536) * probability) / 65_536);
}
