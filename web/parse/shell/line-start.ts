/** Where a script begins in a text, line by line. */
import type { Codes } from '../text/codes.ts';
import { isScriptLine } from './detect.ts';

/** The first three characters of lines that may be a command of a shell, as one number; in an nft listing fewer are looked at. */
const CALL_STARTS: ReadonlySet<number> = startsOf(
  'ipt ip6 ips sud doa env exe tim noh com ssh kub doc pod cri nse the els Pos Pre Exe RUN ebt arp nft for whi cat ip_ if_ do_',
);
const CALL_STARTS_IN_NFT: ReadonlySet<number> = startsOf('ipt ips sud ebt nft');

function startsOf(words: string): Set<number> {
  // `_` stands for a blank.
  const starts = words.split(' ').map((word) => word.replace('_', ' '));
  return new Set(starts.map((start) => startNumber(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2))));
}

function startNumber(first: number, second: number, third: number): number {
  return (first << 16) | (second << 8) | third;
}

const DOLLAR = 0x24;
/** So many lines before a script's first call are looked at: they may set its variables. */
const MOST_LINES_BEFORE = 5000;

/** Whether the line at `start` may be a command of a shell, by its first three characters: asked for each line of a text. */
export function mayBeCall(codes: Codes, start: number, inNft: boolean): boolean {
  const known = inNft ? CALL_STARTS_IN_NFT : CALL_STARTS;
  const code = codes[start] as number;
  switch (code) {
    case 0x2d: // -
    case 0x3a: // :
    case 0x5b: // [
    case 0x23: // #
      return false;
    case DOLLAR:
    case 0x2f: // /
    case 0x22: // "
    case 0x21: // !
    case 0x7b: // {
      return true;
    default:
      return known.has(startNumber(code, codes[start + 1] as number, codes[start + 2] as number));
  }
}

/** The first of the lines before `start` that belong to its script. */
export function scriptStart(text: string, start: number): number {
  let first = text.lastIndexOf('\n', start - 1) + 1;
  for (let line = 0; line < MOST_LINES_BEFORE && first > 0; line++) {
    const before = text.lastIndexOf('\n', first - 2) + 1;
    if (!isScriptLine(text.slice(before, Math.min(first - 1, before + 400)))) break;
    first = before;
  }
  return first;
}
