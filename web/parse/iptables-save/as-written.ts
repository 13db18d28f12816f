/**
 * A tool's own listing with its comments and blanks: what printing adds to a model, which has neither. Old iptables-save ends its lines with a blank,
 * ebtables-save puts one behind `-j redirect`, and each says in a comment when it was called.
 */
import type { Dump } from '../../model/ruleset.ts';

/** The dump's text, if its lines are `lines` but for blanks, comments and empty lines; else null. Cost: linear in both. */
export function asWritten({ text, start, end }: Dump, lines: readonly string[]): string | null {
  let next = 0;
  for (let at = start; at < end; ) {
    const eol = text.indexOf('\n', at);
    const stop = eol < 0 || eol > end ? end : eol;
    const line = text.slice(at, stop).trim();
    at = stop + 1;
    if (line === '' || line.startsWith('#')) continue;
    while (lines[next]?.startsWith('#')) next++;
    const printed = lines[next++];
    if (printed === undefined || (printed !== line && collapsed(printed) !== collapsed(line))) return null;
  }
  while (lines[next]?.startsWith('#')) next++;
  if (next < lines.length) return null;
  const written = text.slice(start, end);
  return written.endsWith('\n') ? written : `${written}\n`;
}

function collapsed(line: string): string {
  return line.trim().replace(/[ \t]+/g, ' ');
}
