/** Diagnostics for a terminal: `name:line:column: severity: message`. */
import { lineStarts, positionAt } from '../base/span.ts';
import type { Ruleset } from '../model/ruleset.ts';

type Read = { readonly ruleset: Ruleset };

const MAX_LINES = 50;

/** The line starts of texts, each counted once: the many dumps of one document share its text. */
export function createLineStarts(): (text: string) => Uint32Array {
  const known = new Map<string, Uint32Array>();
  return (text) => {
    let starts = known.get(text);
    if (!starts) {
      starts = lineStarts(text);
      known.set(text, starts);
    }
    return starts;
  };
}

/** Errors and warnings; notes about repairs are not for stderr. */
export function diagnosticsText({ ruleset }: Read): string {
  const lines: string[] = [];
  let more = 0;
  const linesOf = createLineStarts();
  for (const dump of ruleset.dumps) {
    const starts = linesOf(dump.text);
    const all = [
      ...dump.diagnostics,
      ...ruleset.diagnostics.filter((d) => d.dump === dump.index).map((d) => d.diagnostic),
    ];
    for (const { severity, message, span } of all) {
      if (severity === 'info') continue;
      if (lines.length >= MAX_LINES) {
        more++;
        continue;
      }
      const { line, column } = positionAt(starts, span.start);
      lines.push(`${dump.name}:${line}:${column}: ${severity}: ${message}`);
    }
  }
  if (more > 0) lines.push(`... and ${more} more`);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** Input of which nothing could be read. */
export function nothingRead({ ruleset }: Read): boolean {
  return ruleset.dumps.every(({ format }) => format === 'unknown');
}
