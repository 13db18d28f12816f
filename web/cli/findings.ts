/** `findings`: where owners contend. */
import { lineStarts, positionAt } from '../base/span.ts';
import type { Finding, FindingSeverity } from '../findings/finding.ts';
import { type Analysis, analyse } from '../pipeline.ts';
import { diagnosticsText, exitForDiagnostics } from './diagnostics.ts';
import { type CommandInput, type CommandResult, UsageError } from './result.ts';

const LEVELS: Readonly<Record<FindingSeverity, number>> = { error: 2, warning: 1, info: 0 };

export function findingsCommand({ documents, options }: CommandInput): CommandResult {
  const limit = options.failOn === 'never' ? Number.POSITIVE_INFINITY : LEVELS[options.failOn as FindingSeverity];
  if (limit === undefined) throw new UsageError(`--fail-on takes error, warning, info or never, not ${options.failOn}`);
  const analysis = analyse(documents);
  const out = options.json ? `${JSON.stringify(findingsJson(analysis))}\n` : findingsText(analysis);
  const err = diagnosticsText(analysis);
  if (exitForDiagnostics(analysis)) return { code: 2, out, err };
  return { code: analysis.findings.some(({ severity }) => LEVELS[severity] >= limit) ? 1 : 0, out, err };
}

/** `nfscope/findings@1`. */
export function findingsJson(analysis: Analysis) {
  const lines = new Map<number, Uint32Array>();
  return {
    schema: 'nfscope/findings@1',
    findings: analysis.findings.map((finding) => ({
      id: finding.id,
      mechanism: finding.mechanism,
      severity: finding.severity,
      title: finding.title,
      why: finding.why,
      owners: finding.owners,
      orderSensitive: finding.orderSensitive,
      where: finding.where.map((place) => placeJson(analysis, lines, place)),
      witness: null,
      unknowns: finding.unknowns,
      remedy: finding.remedy,
      catalogue: finding.catalogue,
      references: finding.references.map(({ url }) => url),
    })),
  };
}

function placeJson({ ruleset }: Analysis, lines: Map<number, Uint32Array>, place: Finding['where'][number]) {
  const chain = ruleset.chains[place.chain];
  const rule = place.rule === null ? undefined : ruleset.rules[place.rule];
  if (!chain) return { family: null, table: null, chain: null, ruleIndex: null, line: null, note: place.note };
  const dump = chain.table.dump;
  let starts = lines.get(dump);
  if (!starts) {
    starts = lineStarts(ruleset.dumps[dump]?.text ?? '');
    lines.set(dump, starts);
  }
  return {
    family: chain.table.family,
    table: chain.table.name,
    chain: chain.name,
    ruleIndex: rule?.index ?? null,
    line: positionAt(starts, rule?.start ?? chain.span.start).line,
    note: place.note,
  };
}

function findingsText(analysis: Analysis): string {
  const { findings } = findingsJson(analysis);
  if (findings.length === 0) return 'no findings\n';
  return findings
    .map(({ severity, title, why, where, remedy, references, orderSensitive }) =>
      [
        `${severity}: ${title}`,
        `  ${why}`,
        ...where.map(
          (place) =>
            `  - ${place.family} ${place.table} ${place.chain}${place.ruleIndex === null ? '' : ` rule ${place.ruleIndex}`} (line ${place.line}): ${place.note}`,
        ),
        orderSensitive === null ? '  order: not proved' : `  order: ${orderSensitive ? 'matters' : 'proved benign'}`,
        ...(remedy === null ? [] : [`  fix: ${remedy}`]),
        ...references.map((url) => `  see ${url}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}
