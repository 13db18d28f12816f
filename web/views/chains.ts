/** Chain details, and the list of chains for the picker. The jump tree is tree.ts's. */

import { spanOf } from '../model/rule.ts';
import type { Chain } from '../model/ruleset.ts';
import { segmentsOf } from '../owners/segments.ts';
import { addressOfChain } from './address.ts';
import type { ChainDetail, ChainName } from './answer.ts';
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
    segments: segmentsOf(chain, attribution).map(({ owner, from, to }) => ({
      owner,
      from,
      to,
      packets: sumPackets(chain, from, to),
    })),
    callers: callers.slice(0, MAX_CALLERS).map(({ rule, from }) => ({
      chain: from,
      name: context.analysis.ruleset.chains[from]?.name ?? '',
      rule,
      index: context.analysis.ruleset.rules[rule]?.index ?? 0,
    })),
    callerCount: callers.length,
    document: context.documentIds[document] ?? '',
    line: lineOf(context, document, chain.start),
    span: spanOf(chain),
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

/** Those that contain `query` (any case): base chains first, then in listing order; a chain of that very name before all others. */
export function listChains(context: ViewContext, query: string, limit: number): ChainName[] {
  const wanted = query.toLowerCase();
  const found = context.analysis.ruleset.chains.filter(
    (chain) =>
      !chain.implicit && `${chain.table.family} ${chain.table.name} ${chain.name}`.toLowerCase().includes(wanted),
  );
  const exact = (chain: Chain): number => Number(chain.name.toLowerCase() === wanted);
  found.sort((a, b) => exact(b) - exact(a) || Number(b.base !== null) - Number(a.base !== null) || a.id - b.id);
  return found.slice(0, limit).map((chain) => ({
    chain: chain.id,
    name: chain.name,
    table: `${chain.table.family} ${chain.table.name}`,
    owner: context.ownerOfChain(chain),
    rules: chain.rules.length,
    base: chain.base !== null,
  }));
}
