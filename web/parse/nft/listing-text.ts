/** A line that is none of nft's listing: a command, a comment, another indentation. */
const WRITTEN_BY_HAND = /^(?!table |\t|\}|[ \t]*$|# Warning: table )/m;

/** Whether the text is what nft printed, rather than what a person wrote for it: tables and nothing else, indented by tabs. Linear. */
export function isListingText(text: string): boolean {
  return !WRITTEN_BY_HAND.test(text);
}
