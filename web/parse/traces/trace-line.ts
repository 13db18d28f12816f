/** Which lines are of a trace, told by their beginning: asked for each line of a text, so the first characters decide. */
import type { Codes } from '../text/codes.ts';
import { isKernelLine } from './kernel-log.ts';

export type TraceKind = 'nft-trace' | 'xtables-trace' | 'kernel-trace';

const XTABLES = /^TRACE: \d+ [0-9a-f]+ /;
const SPACE = 0x20;
const COLON = 0x3a;
const DASH = 0x2d;

/** The kind of trace that the line `[start, end)` is of, or null. O(1) for lines that begin as no trace does. */
export function traceKindOf(text: string, codes: Codes, start: number, end: number): TraceKind | null {
  switch (codes[start]) {
    case 0x2d: // -
    case 0x3a: // :
    case 0x2a: // *
    case 0x23: // #
      return null;
    case 0x74: // t
      return text.startsWith('trace id ', start) ? 'nft-trace' : null;
    case 0x50: // P
      return text.startsWith('PACKET: ', start) ? 'xtables-trace' : null;
    case 0x54: // T
      if (!text.startsWith('TRACE: ', start)) return null;
      return XTABLES.test(text.slice(start, start + 40)) ? 'xtables-trace' : kernelKind(text, start, end);
    case 0x3c: // <
    case 0x49: // I
      return kernelKind(text, start, end);
    case 0x5b: // [
      return isTime(codes, start + 1, end) ? kernelKind(text, start, end) : null;
    default:
      return isDate(text, codes, start, end) ? kernelKind(text, start, end) : null;
  }
}

function kernelKind(text: string, start: number, end: number): TraceKind | null {
  return isKernelLine(text.slice(start, Math.min(end, start + 1000))) ? 'kernel-trace' : null;
}

/** `[ 12.345678]` and `[Mon Jan ...]` of dmesg; `[12:345]` is a counter. */
function isTime(codes: Codes, from: number, end: number): boolean {
  let at = from;
  while (at < end && codes[at] === SPACE) at++;
  while (at < end && (codes[at] as number) >= 0x30 && (codes[at] as number) <= 0x39) at++;
  return at < end && codes[at] !== COLON;
}

/** `Jan 12 10:00:00 host kernel: ...`, `2024-01-02T10:00:00 ...`, `kernel: ...`. */
function isDate(text: string, codes: Codes, start: number, end: number): boolean {
  if (end - start < 40) return false;
  if (codes[start + 3] === SPACE)
    return (codes[start + 6] === SPACE || codes[start + 5] === SPACE) && codes[start + 9] === COLON;
  return codes[start + 4] === DASH ? codes[start + 7] === DASH : text.startsWith('kernel: ', start);
}
