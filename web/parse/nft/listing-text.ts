/**
 * A line that is none of nft's listing: a command, a comment, another indentation, a declaration with its body on one line. What nft writes behind
 * `#` stands at a line's end, or before a table.
 */
const WRITTEN_BY_HAND =
  /^(?!table |\t(?!\t*#)|\}|[ \t]*$|# Warning: table )|^\t(?:chain|set|map) [^{\n]*\{(?! # handle \d+$)[^\n]/m;

/** Whether the text is what nft printed, rather than what a person wrote for it: tables and nothing else, indented by tabs. Linear. */
export function isListingText(text: string): boolean {
  return !WRITTEN_BY_HAND.test(text);
}
