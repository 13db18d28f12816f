/** The smallest text found that still has a problem. For fuzz.ts. */

/** Takes lines, then words, then characters away as long as `holds`; at most `tries` times. */
export function shrink(text: string, holds: (text: string) => boolean, tries = 2000): string {
  let left = tries;
  let found = text;
  for (const separator of [/(?<=\n)/, /(?<=\s)/, /(?:)/u]) {
    for (let size = 64; size >= 1; size = Math.floor(size / 2)) {
      let parts = found.split(separator);
      for (let at = 0; at < parts.length && left > 0; left--) {
        const without = [...parts.slice(0, at), ...parts.slice(at + size)];
        if (holds(without.join(''))) parts = without;
        else at += size;
      }
      found = parts.join('');
    }
  }
  return found;
}
