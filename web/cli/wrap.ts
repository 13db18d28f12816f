/** Text for a terminal of 100 columns. */

const WIDTH = 100;

/**
 * Breaks a line at blanks so that it fits; every line begins with `indent`, the further ones with `hanging` more blanks. Words that are
 * longer than the line (addresses of pages) stay whole.
 */
export function wrap(text: string, indent: string, hanging = 0): string {
  const lines: string[] = [];
  let line = indent;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + ' '.repeat(hanging);
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}
