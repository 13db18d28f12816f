/** What the three readers of traces share. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { ACCEPT, CONTINUE, DROP, RETURN, type Verdict } from '../../model/expression.ts';
import type { Trace } from '../../model/trace.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { Problems } from '../iptables-save/problems.ts';

const PROGRESS_STEP = 1 << 20;

/** Calls `line(start, end)` for each line that is not blank, then gives the section with the traces that `finish` has. */
export function readTraceLines(
  text: string,
  start: number,
  end: number,
  options: ParseOptions,
  line: (start: number, end: number, problems: Problems) => void,
  finish: () => Trace[],
): ParsedSection {
  const diagnostics: Diagnostic[] = [];
  const problems = new Problems(diagnostics);
  let nextProgress = start + PROGRESS_STEP;
  for (let at = start; at < end; ) {
    let eol = text.indexOf('\n', at);
    if (eol < 0 || eol > end) eol = end;
    let from = at;
    let to = eol;
    while (from < to && text.charCodeAt(from) <= 0x20) from++;
    while (to > from && text.charCodeAt(to - 1) <= 0x20) to--;
    if (from < to) line(from, to, problems);
    at = eol + 1;
    if (at < nextProgress) continue;
    options.onProgress?.((at - start) / (end - start));
    nextProgress = at + PROGRESS_STEP;
  }
  problems.finish();
  return { tables: [], ipsets: [], diagnostics, traces: finish() };
}

/** A line that belongs to no packet is told: nothing is left out silently. */
export function otherLine(text: string, start: number, end: number, problems: Problems): void {
  const shown = text.slice(start, Math.min(end, start + 60));
  problems.add('info', 'trace-line-skipped', `“${shown}” is no line of a trace.`, start, end);
}

/** `accept`, `jump UC`, `JUMP:UC`, `0xfffffffb`. null for other words. */
export function verdictNamed(text: string): Verdict | null {
  const [name = '', chain = ''] = text.trim().split(/[ :]+/);
  switch (name.toLowerCase()) {
    case 'accept':
      return ACCEPT;
    case 'drop':
      return DROP;
    case 'continue':
      return CONTINUE;
    case 'return':
    // xtables-monitor has no word for it.
    case '0xfffffffb':
      return RETURN;
    case 'jump':
    case 'goto':
      return chain === '' ? null : { kind: name.toLowerCase() as 'jump' | 'goto', chain };
    case 'queue':
      return { kind: 'queue', text: '', bypass: false };
    default:
      return null;
  }
}
