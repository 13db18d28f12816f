/** `findings`: where owners contend. */
import type { FindingSeverity } from '../findings/finding.ts';
import { type Analysis, analyse } from '../pipeline.ts';
import { createProver, prove } from '../proofs/prove.ts';
import { withProofs } from '../proofs/proved-findings.ts';
import { findingsJson, type PlaceJson } from '../views/export/findings-json.ts';
import { diagnosticsText, nothingRead } from './diagnostics.ts';
import { type CommandInput, type ExitCode, readAll, UsageError } from './result.ts';
import { wrap } from './wrap.ts';

const LEVELS: Readonly<Record<FindingSeverity, number>> = { error: 2, warning: 1, info: 0 };

/** Severities from which on a finding fails the command. */
const FAIL_ON: ReadonlyMap<string, number> = new Map([...Object.entries(LEVELS), ['never', Number.POSITIVE_INFINITY]]);

export async function findingsCommand(input: CommandInput): Promise<ExitCode> {
  const { options, output } = input;
  const level = options.failOn ?? 'error';
  const limit = FAIL_ON.get(level);
  if (limit === undefined) throw new UsageError(`--fail-on takes error, warning, info or never, not ${level}`);
  const seconds = secondsOf(options.prove ?? '60');
  const analysis = proved(analyse(await readAll(input)), seconds);
  await output.err(diagnosticsText(analysis));
  await output.out(options.json ? `${JSON.stringify(findingsJson(analysis))}\n` : findingsText(analysis));
  if (nothingRead(analysis)) return 2;
  return analysis.findings.some(({ severity }) => LEVELS[severity] >= limit) ? 1 : 0;
}

function secondsOf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`--prove takes a number of seconds, not ${text}`);
  return Number(text);
}

/** The analysis with what can be proved in so many seconds; what is not decided by then says so. */
export function proved(analysis: Analysis, seconds: number): Analysis {
  if (seconds === 0 || analysis.ruleset.rules.length === 0) return analysis;
  const options = { now: () => performance.now(), milliseconds: seconds * 1000 };
  const prover = createProver(analysis, options);
  const steps = prove(prover, analysis.findings, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return { ...analysis, findings: withProofs(prover.scene, analysis.findings, value) };
  }
}

function findingsText(analysis: Analysis): string {
  const { findings } = findingsJson(analysis);
  if (findings.length === 0) return 'no findings\n';
  return findings
    .map(({ severity, title, why, where, remedy, references, orderSensitive, proof }) =>
      [
        wrap(`${severity}: ${title}`, '', 2),
        wrap(why, '  '),
        ...where.map((place) => wrap(`- ${placeText(place)}: ${place.note}`, '  ', 2)),
        ...(orderSensitive === null ? [] : [`  order: ${orderSensitive ? 'matters' : 'proved benign'}`]),
        ...(proof === null ? [] : [wrap(`proof: ${proof.sentence}`, '  ', 7)]),
        ...(proof?.witnesses ?? []).map(({ packet }) => `  packet: ${JSON.stringify(packet)}`),
        ...(remedy === null ? [] : [wrap(`fix: ${remedy}`, '  ', 5)]),
        ...references.map((url) => `  see ${url}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function placeText({ family, table, chain, ruleIndex, dump, line }: PlaceJson): string {
  return `${family} ${table} ${chain}${ruleIndex === null ? '' : ` rule ${ruleIndex}`} (${dump}:${line})`;
}
