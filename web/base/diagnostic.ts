/** Diagnostics are data: what was noticed about a text, where, and what else is concerned. Nothing here prints or throws. */
import type { Span } from './span.ts';

/** `error`: something is missing from the picture. `warning`: shown, but perhaps not what is meant. `info`: what was repaired or assumed. */
export type DiagnosticSeverity = 'error' | 'warning' | 'info';

export interface DiagnosticNote {
  readonly message: string;
  readonly span?: Span;
}

export interface Diagnostic {
  readonly severity: DiagnosticSeverity;
  /** Stable, kebab-case: tests and other programs read it. */
  readonly code: string;
  /** One sentence in plain words. */
  readonly message: string;
  readonly span: Span;
  readonly notes?: readonly DiagnosticNote[];
}

export function diagnostic(
  severity: DiagnosticSeverity,
  code: string,
  message: string,
  span: Span,
  notes?: readonly DiagnosticNote[],
): Diagnostic {
  return notes ? { severity, code, message, span, notes } : { severity, code, message, span };
}
