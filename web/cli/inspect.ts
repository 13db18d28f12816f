/** `inspect`: what is on the node, who wrote it, and in which order a packet meets it. */
import { createLineStarts, positionAt } from '../base/span.ts';
import type { HookOrder } from '../kernel/order.ts';
import { type OwnerId, UNKNOWN } from '../owners/owner.ts';
import { segmentsOf } from '../owners/segments.ts';
import { type Analysis, analyse } from '../pipeline.ts';
import { diagnosticsText, nothingRead } from './diagnostics.ts';
import { UnreadableInput } from './input.ts';
import { type CliDocument, type CommandInput, type ExitCode, readAll } from './result.ts';
import { wrap } from './wrap.ts';

export async function inspectCommand(input: CommandInput): Promise<ExitCode> {
  if (!input.options.each) return inspectNode(input, await readAll(input));
  return inspectEach(input);
}

async function inspectNode({ options, output }: CommandInput, node: readonly CliDocument[]): Promise<ExitCode> {
  const analysis = analyse(node);
  await output.err(diagnosticsText(analysis));
  const json = options.json || options.each;
  await output.out(json ? `${JSON.stringify(inspectJson(analysis))}\n` : inspectText(analysis));
  return nothingRead(analysis) ? 2 : 0;
}

/** One file after the other, each written before the next is read. A file that cannot be read has no line; the others have theirs. */
async function inspectEach(input: CommandInput): Promise<ExitCode> {
  let code: ExitCode = 0;
  for (const file of input.files) {
    try {
      if ((await inspectNode(input, await input.read(file))) === 2) code = 2;
    } catch (error) {
      if (!(error instanceof UnreadableInput)) throw error;
      await input.output.err(`nfscope: ${error.message}\n`);
      code = 2;
    }
  }
  return code;
}

/** `nfscope/inspect@1`. */
export function inspectJson(analysis: Analysis) {
  const { ruleset, attribution, order } = analysis;
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
        ...(dump.traces ? { packets: dump.traces.length } : {}),
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
    owners: ownersJson(analysis),
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

/** Most rules first, `unknown` last. A built-in chain that is nobody's does not count as unknown: it has no author. */
function ownersJson({ ruleset, attribution }: Analysis): { id: OwnerId; chains: number; rules: number }[] {
  const counts = attribution.owners.map((id) => ({ id, chains: 0, rules: 0 }));
  for (const { id } of ruleset.rules) (counts[attribution.ruleOwner[id] ?? 0] as (typeof counts)[number]).rules++;
  for (const { id, base } of ruleset.chains) {
    const owner = attribution.chainOwner[id] ?? 0;
    if (owner !== 0 || !base) (counts[owner] as (typeof counts)[number]).chains++;
  }
  const found = counts.filter(({ chains, rules }) => chains > 0 || rules > 0);
  return found.sort(
    (a, b) => Number(a.id === UNKNOWN) - Number(b.id === UNKNOWN) || b.rules - a.rules || b.chains - a.chains,
  );
}

function inspectText(analysis: Analysis): string {
  const { dumps, counts, owners } = inspectJson(analysis);
  const lines = dumps.map(({ name, format, lines: n, packets }) => {
    const traced = packets === undefined ? '' : `, ${plural(packets, 'packet')} traced`;
    return `${name}: ${format}, ${plural(n, 'line')}${traced}`;
  });
  const { tables, chains, rules, sets, elements } = counts;
  lines.push(
    `${plural(tables, 'table')}, ${plural(chains, 'chain')}, ${plural(rules, 'rule')}, ${plural(sets, 'set')} with ${plural(elements, 'element')}`,
  );
  if (owners.length > 0) lines.push('', 'owners');
  const wide = Math.max(...owners.map(({ id }) => id.length), 0);
  for (const owner of owners) {
    lines.push(
      `  ${owner.id.padEnd(wide)} ${plural(owner.rules, 'rule').padStart(14)} ${plural(owner.chains, 'chain').padStart(14)}`,
    );
  }
  for (const order of analysis.order)
    lines.push('', hookTitle(order), ...order.chains.flatMap((one) => chainLines(analysis, one)));
  return `${lines.join('\n')}\n`;
}

function plural(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

function hookTitle({ stack, hook, device }: HookOrder): string {
  const where = stack === 'l3' || stack === 'netdev' ? '' : `${stack} `;
  return `${where}${hook}${device === null ? '' : ` ${device}`}`;
}

function chainLines({ attribution }: Analysis, { chain, effectivePriority }: HookOrder['chains'][number]): string[] {
  const own = chain.base?.priority ?? effectivePriority;
  const notes = [
    `policy ${chain.base?.policy ?? 'accept'}`,
    ...(own === effectivePriority ? [] : [`own priority ${own}`]),
    ...(chain.table.backend === 'nft' ? [] : [chain.table.backend]),
  ];
  const segments = segmentsOf(chain, attribution).map(
    ({ owner, from, to }) => `${owner} ${from === to ? from : `${from}-${to}`}`,
  );
  const head = `${String(effectivePriority).padStart(8)}  ${chain.table.family} ${chain.table.name} ${chain.name}  (${notes.join(', ')})`;
  return segments.length === 0 ? [head] : [head, wrap(segments.join(', '), ' '.repeat(12))];
}
