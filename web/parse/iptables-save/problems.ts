/** Collects a parser's diagnostics: repeated ones are counted instead of listed, so that a strange dump gives a list that a person can read. */
import { type Diagnostic, type DiagnosticSeverity, diagnostic } from '../../base/diagnostic.ts';
import { span } from '../../base/span.ts';
import type { UnitProblem } from './unit.ts';

/** So many of one code are listed; the rest is one line. */
const LISTED = 50;

interface Tally {
  count: number;
  lastStart: number;
  lastEnd: number;
  severity: DiagnosticSeverity;
}

export class Problems {
  readonly #diagnostics: Diagnostic[];
  readonly #byCode = new Map<string, Tally>();
  readonly #byMessage = new Map<string, { at: number; count: number }>();

  constructor(diagnostics: Diagnostic[]) {
    this.#diagnostics = diagnostics;
  }

  add(severity: DiagnosticSeverity, code: string, message: string, start: number, end: number, times = 1): void {
    const same = this.#byMessage.get(message);
    if (same) {
      same.count += times;
      return;
    }
    const tally = this.#byCode.get(code) ?? { count: 0, lastStart: start, lastEnd: end, severity };
    this.#byCode.set(code, tally);
    tally.count++;
    if (tally.count > LISTED) {
      tally.lastStart = start;
      tally.lastEnd = end;
      return;
    }
    this.#byMessage.set(message, { at: this.#diagnostics.length, count: times });
    this.#diagnostics.push(diagnostic(severity, code, message, span(start, end)));
  }

  addProblem({ severity, code, message, start, end }: UnitProblem, times: number): void {
    this.add(severity, code, message, start, end, times);
  }

  /** Adds the counts. To be called once, at the end. */
  finish(): void {
    for (const { at, count } of this.#byMessage.values()) {
      const first = this.#diagnostics[at];
      if (first && count > 1)
        this.#diagnostics[at] = { ...first, message: `${first.message} (${count} times; this is the first.)` };
    }
    for (const [code, { count, lastStart, lastEnd, severity }] of this.#byCode) {
      if (count <= LISTED) continue;
      const message = `${count - LISTED} more like the ${LISTED} listed; this is the last.`;
      this.#diagnostics.push(diagnostic(severity, code, message, span(lastStart, lastEnd)));
    }
  }
}
