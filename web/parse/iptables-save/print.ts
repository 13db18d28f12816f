import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Ruleset } from '../../model/ruleset.ts';
export function printIptablesSave(_ruleset: Ruleset): { text: string; diagnostics: Diagnostic[] } {
  throw new Error('being written');
}
