/** Chain details, the list of chains for the picker, and the jump tree. */

import type { Chain } from '../model/ruleset.ts';
import { segmentsOf } from '../owners/segments.ts';
import { addressOfChain } from './address.ts';
import type { ChainDetail, ChainName, TreeNode } from './answer.ts';
import { documentOfChain, lineOf, type ViewContext } from './context.ts';
import { sumPackets } from './maps.ts';

const MAX_CALLERS = 200;

export function buildChain(context: ViewContext, chain: Chain): ChainDetail {
  const { graph, attribution } = context.analysis;
  const callers = graph.into(chain.id);
  const document = documentOfChain(context.analysis, chain);
  return {
    chain: chain.id,
    address: addressOfChain(chain),
    name: chain.name,
    table: `${chain.table.family} ${chain.table.name}`,
    owner: context.ownerOfChain(chain),
    evidence: attribution.evidenceOfChain(chain),
    comment: chain.comment,
    base: buildBase(context, chain),
    backend: chain.table.backend,
    rules: chain.rules.length,
    below: graph.rulesFrom(chain.id) - chain.rules.length,
    worstCase: graph.worstCase(chain.id),
    packets: sumPackets(chain, 1, chain.rules.length),
    segments: segmentsOf(chain, attribution),
    callers: callers.slice(0, MAX_CALLERS).map(({ rule, from }) => ({
      chain: from,
      name: context.analysis.ruleset.chains[from]?.name ?? '',
      rule,
      index: context.analysis.ruleset.rules[rule]?.index ?? 0,
    })),
    callerCount: callers.length,
    document: context.documentIds[document] ?? '',
    line: lineOf(context, document, chain.span.start),
    span: chain.span,
  };
}

function buildBase(context: ViewContext, chain: Chain): ChainDetail['base'] {
  const { base } = chain;
  if (!base) return null;
  const order = context.analysis.order.find(({ chains }) => chains.some((ordered) => ordered.chain === chain));
  const at = order?.chains.findIndex((ordered) => ordered.chain === chain) ?? -1;
  const next = order?.chains.slice(at + 1).find((ordered) => sharesPackets(chain, ordered.chain));
  return {
    hook: base.hook,
    type: base.type,
    priority: base.priority,
    effectivePriority: order?.chains[at]?.effectivePriority ?? base.priority,
    policy: base.policy ?? 'accept',
    policyPackets: base.policyPackets,
    devices: base.devices,
    next: next
      ? {
          chain: next.chain.id,
          name: next.chain.name,
          effectivePriority: next.effectivePriority,
          owner: context.ownerOfChain(next.chain),
        }
      : null,
  };
}

/** An ip chain is not followed by an ip6 chain. */
function sharesPackets(a: Chain, b: Chain): boolean {
  return a.table.family === b.table.family || a.table.family === 'inet' || b.table.family === 'inet';
}

/** Base chains first, then by name; those that contain `query` (any case). */
export function listChains(context: ViewContext, query: string, limit: number): ChainName[] {
  const wanted = query.toLowerCase();
  const found = context.analysis.ruleset.chains.filter(
    (chain) =>
      !chain.implicit && `${chain.table.family} ${chain.table.name} ${chain.name}`.toLowerCase().includes(wanted),
  );
  found.sort((a, b) => Number(b.base !== null) - Number(a.base !== null) || a.id - b.id);
  return found.slice(0, limit).map((chain) => ({
    chain: chain.id,
    name: chain.name,
    table: `${chain.table.family} ${chain.table.name}`,
    owner: context.ownerOfChain(chain),
    rules: chain.rules.length,
    base: chain.base !== null,
  }));
}

/** A node that has been opened, before its size is known. */
interface Branch {
  readonly chain: Chain;
  readonly rule: number | null;
  readonly goto: boolean;
  readonly merged: number;
  readonly children: Branch[];
}

/**
 * The jump tree below a chain, breadth first until `limit` nodes or `depth` levels. A chain that is already on the path (a loop) is not
 * opened again. Neighbouring jumps of one rule run to chains of the same shape (same owner, same number of rules, nothing below) merge.
 */
export function buildTree(context: ViewContext, root: Chain, depth: number, limit: number): TreeNode {
  const top: Branch = { chain: root, rule: null, goto: false, merged: 1, children: [] };
  let level: { branch: Branch; path: readonly Chain[] }[] = [{ branch: top, path: [root] }];
  let left = limit;
  for (let d = 0; d < depth && level.length > 0 && left > 0; d++) {
    const next: typeof level = [];
    for (const { branch, path } of level) {
      for (const child of openBranch(context, branch, left)) {
        left -= 1;
        branch.children.push(child);
        if (child.merged === 1 && !path.includes(child.chain))
          next.push({ branch: child, path: [...path, child.chain] });
      }
      if (left <= 0) break;
    }
    level = next;
  }
  return sizeBranch(context, top);
}

function openBranch(context: ViewContext, { chain }: Branch, limit: number): Branch[] {
  const { graph, ruleset } = context.analysis;
  const children: Branch[] = [];
  for (const jump of graph.out(chain.id)) {
    const target = ruleset.chains[jump.to] as Chain;
    const last = children.at(-1);
    if (last && mergeable(context, last.chain, target)) {
      children[children.length - 1] = { ...last, merged: last.merged + 1 };
      continue;
    }
    if (children.length >= limit) break;
    children.push({ chain: target, rule: jump.rule, goto: jump.goto, merged: 1, children: [] });
  }
  return children;
}

function mergeable(context: ViewContext, a: Chain, b: Chain): boolean {
  return (
    a !== b &&
    a.rules.length === b.rules.length &&
    context.ownerOfChain(a) === context.ownerOfChain(b) &&
    context.analysis.graph.rulesFrom(a.id) === context.analysis.graph.rulesFrom(b.id)
  );
}

function sizeBranch(context: ViewContext, branch: Branch): TreeNode {
  const { graph } = context.analysis;
  return {
    chain: branch.chain.id,
    name: branch.chain.name,
    owner: context.ownerOfChain(branch.chain),
    rule: branch.rule,
    goto: branch.goto,
    rules: branch.chain.rules.length,
    weight: graph.rulesFrom(branch.chain.id) * branch.merged,
    evaluations: graph.worstCase(branch.chain.id),
    children: branch.children.map((child) => sizeBranch(context, child)),
    merged: branch.merged,
  };
}

/** Base chains from which `chain` is reached, each with the jumps that lead there; at most `limit`, breadth first, so the shortest. */
export function pathsTo(
  context: ViewContext,
  chain: Chain,
  limit: number,
): { chain: number; name: string; rule: number | null }[][] {
  const { graph, ruleset } = context.analysis;
  const paths: { chain: number; name: string; rule: number | null }[][] = [];
  const seen = new Set<number>([chain.id]);
  let level: { chain: number; path: { chain: number; name: string; rule: number | null }[] }[] = [
    { chain: chain.id, path: [{ chain: chain.id, name: chain.name, rule: null }] },
  ];
  while (level.length > 0 && paths.length < limit) {
    const next: typeof level = [];
    for (const { chain: at, path } of level) {
      if (ruleset.chains[at]?.base) {
        paths.push(path);
        if (paths.length >= limit) break;
      }
      for (const { from, rule } of graph.into(at)) {
        if (seen.has(from)) continue;
        seen.add(from);
        next.push({ chain: from, path: [{ chain: from, name: ruleset.chains[from]?.name ?? '', rule }, ...path] });
      }
    }
    level = next;
  }
  return paths;
}
