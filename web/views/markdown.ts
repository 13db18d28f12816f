/** Markdown for hovers. */

/** Names and comments come from the dump: nothing in them may act as Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|~<>&]/g, '\\$&');
}
