/** `print`: the ruleset from the model, as nft or iptables-save. */
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';
import { analyse } from '../pipeline.ts';
import { diagnosticsText, exitForDiagnostics } from './diagnostics.ts';
import { type CommandInput, type CommandResult, UsageError } from './result.ts';

export function printCommand({ documents, options }: CommandInput): CommandResult {
  if (options.to !== 'nft' && options.to !== 'iptables-save')
    throw new UsageError('print needs --to nft or --to iptables-save');
  const analysis = analyse(documents);
  if (exitForDiagnostics(analysis)) return { code: 2, out: '', err: diagnosticsText(analysis) };
  const { text, diagnostics } = (options.to === 'nft' ? printNft : printIptablesSave)(analysis.ruleset);
  const notes = diagnostics.map(({ severity, message }) => `${severity}: ${message}\n`).join('');
  return { code: 0, out: text, err: diagnosticsText(analysis) + notes };
}
