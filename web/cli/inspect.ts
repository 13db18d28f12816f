/** `inspect`: what is on the node, who wrote it, and in which order a packet meets it. */
import { positionAt } from '../base/span.ts';
import { UNKNOWN } from '../owners/owner.ts';
import { segmentsOf } from '../owners/segments.ts';
import { type Analysis, analyse } from '../pipeline.ts';
import { createLineStarts, diagnosticsText, exitForDiagnostics } from './diagnostics.ts';
import type { CommandInput, CommandResult } from './result.ts';

export function inspectCommand({ documents, options }: CommandInput): CommandResult {
  const nodes = options.each ? documents.map((document) => [document]) : [documents];
  const outs: string[] = [];
  const errs: string[] = [];
  let code: CommandResult['code'] = 0;
  for (const node of nodes) {
    const analysis = analyse(node);
    outs.push(options.json || options.each ? `${JSON.stringify(inspectJson(analysis))}\n` : inspectText(analysis));
    errs.push(diagnosticsText(analysis));
    if (exitForDiagnostics(analysis)) code = 2;
  }
  return { code, out: outs.join(''), err: errs.join('') };
}

/** `nfscope/inspect@1`. */
export function inspectJson(analysis: Analysis) {
  const { ruleset, attribution, order } = analysis;
  const ownerCounts = attribution.owners.map((id, owner) => ({
    id,
    chains: ruleset.chains.filter((chain) => attribution.chainOwner[chain.id] === owner && !(owner === 0 && chain.base))
      .length,
    rules: countEqual(attribution.ruleOwner, owner, ruleset.rules.length),
  }));
  const linesOf = createLineStarts();
  return {
    schema: 'nfscope/inspect@1',
    dumps: ruleset.dumps.map((dump) => {
      const lines = linesOf(dump.text);
      const all = [
        ...dump.diagnostics,
        ...ruleset.diagnostics.filter((d) => d.dump === dump.index).map((d) => d.diagnostic),
      ];
      return {
        name: dump.name,
        format: dump.format,
        lines: positionAt(lines, Math.max(dump.start, dump.end - 1)).line - positionAt(lines, dump.start).line + 1,
        diagnostics: all.map(({ severity, code, message, span }) => ({
          severity,
          code,
          message,
          ...positionAt(lines, span.start),
        })),
      };
    }),
    counts: {
      tables: ruleset.tables.length,
      chains: ruleset.chains.length,
      rules: ruleset.rules.length,
      sets: ruleset.sets.length,
      elements: ruleset.sets.reduce((sum, { elements }) => sum + elements.length, 0),
    },
    owners: ownerCounts.filter(({ chains, rules }) => chains > 0 || rules > 0),
    baseChains: order.flatMap(({ hook, device, chains }) =>
      chains.map(({ chain, effectivePriority, position }) => ({
        family: chain.table.family,
        table: chain.table.name,
        chain: chain.name,
        type: chain.base?.type ?? null,
        hook,
        ...(device === null ? {} : { device }),
        priority: chain.base?.priority ?? null,
        effectivePriority,
        order: position,
        policy: chain.base?.policy ?? 'accept',
        backend: chain.table.backend,
        segments: segmentsOf(chain, attribution),
      })),
    ),
  };
}

function countEqual(column: Uint8Array, wanted: number, length: number): number {
  let count = 0;
  for (let i = 0; i < length; i++) if (column[i] === wanted) count++;
  return count;
}

function inspectText(analysis: Analysis): string {
  const { dumps, counts, owners, baseChains } = inspectJson(analysis);
  const lines = dumps.map(({ name, format, lines: n }) => `${name}: ${format}, ${n} lines`);
  lines.push(
    `${counts.tables} tables, ${counts.chains} chains, ${counts.rules} rules, ${counts.sets} sets with ${counts.elements} elements`,
    '',
  );
  lines.push('owners');
  for (const { id, chains, rules } of owners)
    lines.push(`  ${id.padEnd(22)} ${String(rules).padStart(8)} rules ${String(chains).padStart(7)} chains`);
  let hook = '';
  for (const chain of baseChains) {
    const title = 'device' in chain ? `${chain.hook} ${chain.device}` : chain.hook;
    if (title !== hook) lines.push('', title);
    hook = title;
    const priority =
      chain.priority === chain.effectivePriority
        ? `${chain.effectivePriority}`
        : `${chain.effectivePriority} (own ${chain.priority})`;
    const segments = chain.segments.map(
      ({ owner, from, to }) => `${owner === UNKNOWN ? '?' : owner} ${from === to ? from : `${from}-${to}`}`,
    );
    lines.push(
      `  ${priority.padStart(6)}  ${chain.family} ${chain.table} ${chain.chain}  policy ${chain.policy}${chain.backend === 'nft' ? '' : `  [${chain.backend}]`}`,
    );
    if (segments.length > 0) lines.push(`          ${segments.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}
