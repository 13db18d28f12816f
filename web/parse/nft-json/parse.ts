/**
 * `nft -j list ruleset` and `nft -j -f` command files (libnftables-json(5), schema version 1), read into the same model as nft's text.
 * json.ts scans, parts.ts and the other files take items apart, reader.ts puts tables together.
 */
import type { ParsedSection, ParseOptions } from '../format.ts';
import { JsonScanner, NO_JSON } from './json.ts';
import { JsonRulesetReader } from './reader.ts';

/** Reads `text[start, end)`. Never throws; linear in the text. */
export function parseNftJson(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  return new JsonRulesetReader(text, start, end, options).read();
}

const BEGINNING = /^\s*\{\s*"nftables"\s*:/;

/** How sure it is that `head` is nft's JSON: 0 or 1. */
export function detectNftJson(head: string): number {
  return BEGINNING.test(head) ? 1 : 0;
}

const NFTABLES = /\{\s*"nftables"\s*:/y;

/** The end of the JSON document of nft that begins at `start`, or -1 where none does. A document that is cut off ends with the text. */
export function endOfNftJson(text: string, start: number): number {
  NFTABLES.lastIndex = start;
  if (!NFTABLES.test(text)) return -1;
  const scanner = new JsonScanner(text, start, text.length);
  try {
    scanner.skip();
    return scanner.at;
  } catch (error) {
    if (error !== NO_JSON) throw error;
    return text.length;
  }
}
