/** Nodes to try things on, from where the tools that compare get them: random ones, those of recorded cases, files. */
import { createReadStream, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { type CaseRuleset, loadedNode, readCase } from '../cli/trace-case.ts';
import { effectiveOrder, type HookOrder } from '../kernel/order.ts';
import { linkRuleset } from '../model/link.ts';
import type { Ruleset } from '../model/ruleset.ts';
import { printIpsetSave } from '../parse/ipset-save/print.ts';
import { readDocument } from '../parse/read.ts';
import { KINDS, type Kind, randomTraces } from './random-traces.ts';
import type { Version } from './trace-grammar.ts';
import { twoOwners } from './two-owners.ts';

export interface Node {
  readonly name: string;
  readonly ruleset: Ruleset;
  readonly order: readonly HookOrder[];
  readonly ipset: string | null;
  /** The families that its packets are of. */
  readonly versions: readonly Version[];
  /** Packets that came with it. */
  readonly packets: readonly Readonly<Record<string, unknown>>[];
}

/** `two-owners`, or one of random-traces.ts's. Throws for another kind. */
export function* randomNodes(kind: string, seed: number, count: number, first: number): Generator<Node> {
  if (kind === 'two-owners') {
    for (const { name, rulesets, ipset, version } of twoOwners(seed, count, first))
      yield { ...loaded(name, rulesets, ipset, version), packets: [] };
    return;
  }
  if (!KINDS.includes(kind as Kind)) throw new Error(`no such kind: ${kind} (two-owners, ${KINDS.join(', ')})`);
  for (const { name, rulesets, ipset, packets } of randomTraces(kind as Kind, seed, count)) {
    const version = packets[0]?.['family'] === 6 ? 6 : 4;
    yield { ...loaded(name, rulesets, ipset ?? null, version), packets };
  }
}

function loaded(name: string, rulesets: readonly CaseRuleset[], ipset: string | null, version: Version) {
  return { name, ...loadedNode(rulesets, ipset, version === 6), ipset, versions: [version] };
}

/** The rulesets of recorded cases, a case a line; those of one ruleset that stand together are one node. */
export async function* recordedNodes(file: string): AsyncGenerator<Node> {
  let open: {
    name: string;
    rulesets: readonly CaseRuleset[];
    ipset: string | null;
    packets: Node['packets'][number][];
  } | null = null;
  let key = '';
  const made = () => {
    if (!open) throw new Error('no case');
    const { name, rulesets, ipset, packets } = open;
    const versions = [...new Set(packets.map(({ family }) => (family === 6 ? 6 : 4) satisfies Version))];
    return { ...loaded(name, rulesets, ipset, versions[0] ?? 4), versions, packets };
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line === '') continue;
    const json: unknown = JSON.parse(line);
    const { rulesets, ipset, packet } = readCase(json);
    const own = JSON.stringify([rulesets, ipset]);
    if (!open || own !== key) {
      if (open) yield made();
      open = { name: String((json as { name?: unknown }).name), rulesets, ipset, packets: [] };
      key = own;
    }
    open.packets.push(packet);
  }
  if (open) yield made();
}

/** The dumps of one node. */
export function nodeOfFiles(name: string, files: readonly string[]): Node {
  const dumps = files.flatMap((file, i) => readDocument(i, basename(file), readFileSync(file, 'utf8')));
  const ruleset = linkRuleset(dumps);
  const has = (family: string) => ruleset.tables.some((table) => table.family === family || table.family === 'inet');
  const versions = ([4, 6] as const).filter((version) => has(version === 4 ? 'ip' : 'ip6'));
  const ipset = printIpsetSave(ruleset);
  return { name, ruleset, order: effectiveOrder(ruleset), ipset: ipset === '' ? null : ipset, versions, packets: [] };
}
