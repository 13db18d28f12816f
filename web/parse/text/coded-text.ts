/** A text with what its readers have in common: its bytes, and where its lines end. Each is made once, when it is first asked for. */
import { type Codes, fillCodes } from './codes.ts';

/** The offsets of a text's line feeds, and its length behind a last line without one. */
export type LineEnds = Uint32Array;

export class CodedText {
  readonly text: string;
  #codes: Codes | null = null;
  #isAscii = true;
  #lineEnds: LineEnds | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get codes(): Codes {
    return this.#codes ?? this.#encode();
  }

  /** Whether all its characters are below 128. */
  get isAscii(): boolean {
    if (this.#codes === null) this.#encode();
    return this.#isAscii;
  }

  #encode(): Codes {
    const { length } = this.text;
    const codes = new Uint8Array(length);
    this.#isAscii = fillCodes(this.text, 0, length, codes);
    this.#codes = codes;
    return codes;
  }

  get lineEnds(): LineEnds {
    this.#lineEnds ??= lineEndsOf(this.text);
    return this.#lineEnds;
  }
}

/** The ends of the lines that begin in `[start, end)`; `end` for one that goes on behind it. Cost: some tens of nanoseconds a line. */
export function lineEndsOf(text: string, start = 0, end = text.length): LineEnds {
  let ends = new Uint32Array(16 + ((end - start) >> 6));
  let count = 0;
  for (let at = start; at < end; count++) {
    const found = text.indexOf('\n', at);
    const stop = found < 0 || found > end ? end : found;
    if (count === ends.length) ends = grown(ends);
    ends[count] = stop;
    at = stop + 1;
  }
  return ends.subarray(0, count);
}

function grown(ends: LineEnds): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(ends.length * 2);
  larger.set(ends);
  return larger;
}

/** The number (from 0) of the line that holds `offset`; `lineEnds.length` behind the last one. O(log lines). */
export function lineAt(lineEnds: LineEnds, offset: number): number {
  let low = 0;
  let high = lineEnds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineEnds[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
