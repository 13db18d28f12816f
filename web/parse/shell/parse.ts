/**
 * Shell scripts and typed commands: `iptables -t nat -A ...`, `ip6tables`, `ebtables`, `arptables`, `ipset`, `nft` and here-documents for their
 * restore programs. The model is the ruleset that the commands leave behind when they are run on empty tables.
 * Not modelled: what only a machine knows. run.ts tells what is left out.
 *
 * Kernel: `npm run test:kernel` runs the scripts of cases/ in a namespace: a real shell and the real tools leave the same rules.
 */
import { diagnostic } from '../../base/diagnostic.ts';
import type { ParsedSection, ParseOptions } from '../format.ts';
import { parseShell } from './grammar.ts';
import { Machine } from './machine.ts';
import { runScript } from './run.ts';

/** Reads `text[start, end)`. Never throws. Cost: linear in the commands that the script runs. */
export function parseShellScript(text: string, start: number, end: number, options: ParseOptions): ParsedSection {
  const { nodes } = parseShell(text.slice(0, end), start, end);
  const run = runScript(text, nodes, start);
  const machine = new Machine(run.made, options);
  machine.run(run.steps);
  const section = machine.finish();
  const first = start + Math.max(0, text.slice(start, end).search(/\S/));
  const told = diagnostic(
    'info',
    'script-read',
    'These are commands, not a listing: shown is what they leave behind when they are run on empty tables.',
    { start: first, end: Math.min(first + 1, end) },
  );
  options.onProgress?.(1);
  const diagnostics = [told, ...run.diagnostics, ...section.diagnostics];
  return { ...section, diagnostics: diagnostics.sort((a, b) => a.span.start - b.span.start) };
}
