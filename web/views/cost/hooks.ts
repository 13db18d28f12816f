/** Each hook's worst case, by the jump graph, and its mean, by the counters. */
import { CounterReader } from '../../cost/counters.ts';
import { worstVisits } from '../../cost/worst-case.ts';
import { HOOKS, type Hook } from '../../model/hook.ts';
import type { Chain, Ruleset } from '../../model/ruleset.ts';
import type { OwnerId } from '../../owners/owner.ts';
import type { ViewContext } from '../context.ts';
import { conversionOf } from './conversions.ts';
import type { CostPacket, HookCost, MeanCost } from './cost-answer.ts';
import { sharesOf } from './evaluations.ts';

/** Only hooks of the IP stack that have rules. Cost: linear in the rules, the first time. */
export function buildHooks(context: ViewContext, family: 'ip' | 'ip6', packets: readonly CostPacket[]): HookCost[] {
  const counters = readerOf(context);
  return HOOKS.flatMap((hook) => {
    const chains = baseChains(context, hook, family);
    if (chains.every(({ rules }) => rules.length === 0)) return [];
    const best = packets.flatMap(({ hooks }) =>
      hooks.filter((one) => one.hook === hook).map(({ evaluated }) => evaluated),
    );
    return [
      {
        hook,
        chains: chains.length,
        ...worstOf(context, chains),
        best: best.length > 0 ? Math.min(...best) : null,
        ...meanOf(chains, counters),
      },
    ];
  });
}

const readers = new WeakMap<Ruleset, CounterReader>();

/** It remembers what it has summed up. */
function readerOf(context: ViewContext): CounterReader {
  const reader =
    readers.get(context.analysis.ruleset) ?? new CounterReader(context.analysis.ruleset, context.analysis.graph);
  readers.set(context.analysis.ruleset, reader);
  return reader;
}

function baseChains({ analysis }: ViewContext, hook: Hook, family: 'ip' | 'ip6'): readonly Chain[] {
  return analysis.order
    .filter((order) => order.hook === hook && (order.stack === 'l3' || order.stack === 'netdev'))
    .flatMap((order) => order.chains.map(({ chain }) => chain))
    .filter(({ table }) => table.family === family || table.family === 'inet' || table.family === 'netdev');
}

function worstOf(
  context: ViewContext,
  chains: readonly Chain[],
): Pick<HookCost, 'worst' | 'worstConverted' | 'owners'> {
  const { ruleset, graph } = context.analysis;
  const owners = new Map<OwnerId, number>();
  let worst = 0;
  let worstConverted = 0;
  for (const base of chains) {
    for (const [id, times] of worstVisits(ruleset, graph, base)) {
      const chain = ruleset.chains[id] as Chain;
      worst += times * chain.rules.length;
      worstConverted +=
        times * (chain.rules.length < 3 ? chain.rules.length : conversionOf(context, chain).slots.length);
      for (const rule of chain.rules) {
        const owner = context.ownerOfRule(rule);
        owners.set(owner, (owners.get(owner) ?? 0) + times);
      }
    }
  }
  return { worst, worstConverted, owners: sharesOf(owners) };
}

function meanOf(chains: readonly Chain[], reader: CounterReader): { mean: MeanCost | null; without: string } {
  const ruled = chains.filter(({ rules }) => rules.length > 0);
  const counted = ruled.map((chain) => reader.baseChain(chain));
  const missing = ruled.filter((_, at) => counted[at] === null);
  const known = counted.flatMap((one) => one ?? []);
  const packets = Math.max(0, ...known.map((one) => one.packets));
  const [first] = missing;
  const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  const without = first ? `${first.name} of ${first.table.family} ${first.table.name}${others}` : '';
  if (packets === 0) return { mean: null, without };
  return {
    mean: {
      connection: known.reduce((sum, one) => sum + (one.packets === 0 ? 0 : one.evaluations / one.packets), 0),
      packet: known.reduce((sum, one) => sum + one.evaluations, 0) / packets,
      packets,
      chains: known.length,
    },
    without,
  };
}
