/** What stands between a named object's braces, one line for each thing it says, in one spelling. */
import { durationMilliseconds } from './values.ts';

/** `packets 1 bytes 2`, `rate 5/second`, ...: without handles, and without the `;` of a block on one line. Linear. */
export function objectText(kind: string, body: string): string {
  const lines = body
    .split('\n')
    .flatMap((line) => parted(line.replace(/# handle \d+\s*$/, '')))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (kind === 'ct timeout' ? lines.map(inSeconds) : lines).join('\n');
}

/** At each `;` that is in no quotes and no braces. */
function parted(line: string): string[] {
  if (!line.includes(';')) return [line];
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (character === ';' && depth <= 0) {
      parts.push(line.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, line.slice(start)];
}

/** `policy = { established : 2m12s }`: nft 1.1 lists a time, before that it took and listed a number of seconds. */
function inSeconds(line: string): string {
  if (!line.startsWith('policy')) return line;
  return line.replace(/: (\w+)/g, (whole, word: string) => {
    const milliseconds = /^\d+$/.test(word) ? null : durationMilliseconds(word);
    return milliseconds === null ? whole : `: ${milliseconds / 1000}`;
  });
}
