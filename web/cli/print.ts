/** `print`: the ruleset from the model, as nft or iptables-save. */
import { printIptablesSave } from '../parse/iptables-save/print.ts';
import { printNft } from '../parse/nft/print.ts';
import { analyse } from '../pipeline.ts';
import { diagnosticsText, nothingRead } from './diagnostics.ts';
import { type CommandInput, type ExitCode, readAll, UsageError } from './result.ts';

export async function printCommand(input: CommandInput): Promise<ExitCode> {
  const { options, output } = input;
  if (options.to !== 'nft' && options.to !== 'iptables-save')
    throw new UsageError('print needs --to nft or --to iptables-save');
  const analysis = analyse(await readAll(input));
  await output.err(diagnosticsText(analysis));
  if (nothingRead(analysis)) return 2;
  const { text, diagnostics } = (options.to === 'nft' ? printNft : printIptablesSave)(analysis.ruleset);
  await output.err(diagnostics.map(({ severity, message }) => `${severity}: ${message}\n`).join(''));
  await output.out(text);
  return 0;
}
