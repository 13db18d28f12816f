/**
 * `nft list ruleset` text and nft scripts, read into the model. Follows nft(8) and nftables' src/parser_bison.y up to 1.1.
 * The parser is a chain of classes, each over the one before: Lexer, ValueReader, ExpressionReader, StatementReader, SetReader, RulesetReader,
 * ScriptReader. Not modelled: `include` (reported).
 */
import type { ParsedSection, ParseOptions } from '../format.ts';
import { ScriptReader } from './script-reader.ts';

/**
 * Reads `text[start, end)`. Never throws; linear in the text. Rules are spanned from their first to their last token, without the handle.
 */
export function parseNft(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  return new ScriptReader(text, start, end, options).read();
}

const TABLE_LINE = /^[ \t]*(?:(?:add|create) )?table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?["\w.-]+[^\n]*\{/m;
const COMMAND_LINE =
  /^[ \t]*(?:(?:add|create|insert|replace) (?:table|chain|rule|set|map|element|counter|flowtable) |flush ruleset|define \w+[ \t]*=|flush (?:table|chain) (?:ip|ip6|inet|arp|bridge|netdev) )/m;
const SHEBANG = /^#!\s*\S*nft\b/;

/** How sure it is that `head` is nft text: 0 to 1. */
export function detectNft(head: string): number {
  if (SHEBANG.test(head)) return 1;
  const piece = head.length > 65_536 ? head.slice(0, 65_536) : head;
  if (TABLE_LINE.test(piece)) return /^[ \t]*(?:chain|set|map) \S+ \{/m.test(piece) ? 1 : 0.9;
  if (COMMAND_LINE.test(piece)) return 0.9;
  if (/^[ \t]*type (?:filter|nat|route) hook \w+/m.test(piece)) return 0.8;
  if (/^[ \t]*chain \S+ \{/m.test(piece)) return 0.6;
  return 0;
}
