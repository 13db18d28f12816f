/** Diagnostics for a terminal: `name:line:column: severity: message`. */
import { createLineStarts, positionAt } from '../base/span.ts';
import type { Ruleset } from '../model/ruleset.ts';

type Read = { readonly ruleset: Ruleset };

const MAX_LINES = 50;

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
