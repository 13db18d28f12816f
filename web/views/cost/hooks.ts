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
    const ways = waysOf(context, hook, family);
    if (ways.flat().every(({ rules }) => rules.length === 0)) return [];
    const best = packets.flatMap(({ hooks }) =>
      hooks.filter((one) => one.hook === hook).map(({ evaluated }) => evaluated),
    );
    return [
      {
        hook,
        chains: new Set(ways.flat()).size,
        ...costliestWay(ways.map((chains) => worstOf(context, chains))),
        best: best.length > 0 ? Math.min(...best) : null,
        ...meanOf(ways, counters),
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

/** The chains that one packet meets: of ingress and egress a list for each device, else one. */
function waysOf({ analysis }: ViewContext, hook: Hook, family: 'ip' | 'ip6'): readonly (readonly Chain[])[] {
  return analysis.order
    .filter((order) => order.hook === hook && (order.stack === 'l3' || order.stack === 'netdev'))
    .map((order) => order.chains.map(({ chain }) => chain).filter(({ table }) => sees(table.family, family)));
}

function sees(table: Chain['table']['family'], family: 'ip' | 'ip6'): boolean {
  return table === family || table === 'inet' || table === 'netdev';
}

type Worst = Pick<HookCost, 'worst' | 'worstConverted' | 'owners'>;

function costliestWay(ways: readonly Worst[]): Worst {
  return ways.reduce((most, one) => (one.worst > most.worst ? one : most));
}

function worstOf(context: ViewContext, chains: readonly Chain[]): Worst {
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

/** The devices' packets are different ones: their means are weighted by them. */
function meanOf(
  ways: readonly (readonly Chain[])[],
  reader: CounterReader,
): { mean: MeanCost | null; without: string } {
  const missing = new Set(ways.flat().filter((chain) => chain.rules.length > 0 && reader.baseChain(chain) === null));
  const [first] = missing;
  const others = missing.size > 1 ? ` and ${missing.size - 1} more` : '';
  const without = first ? `${first.name} of ${first.table.family} ${first.table.name}${others}` : '';
  const means = ways.flatMap((chains) => meanOfWay(chains, reader) ?? []);
  const packets = means.reduce((sum, mean) => sum + mean.packets, 0);
  if (packets === 0) return { mean: null, without };
  const weighted = (of: (mean: MeanCost) => number): number =>
    means.reduce((sum, mean) => sum + of(mean) * (mean.packets / packets), 0);
  return {
    mean: {
      connection: weighted(({ connection }) => connection),
      packet: weighted(({ packet }) => packet),
      packets,
      chains: means.reduce((sum, { chains }) => sum + chains, 0),
    },
    without,
  };
}

function meanOfWay(chains: readonly Chain[], reader: CounterReader): MeanCost | null {
  const known = chains.filter(({ rules }) => rules.length > 0).flatMap((chain) => reader.baseChain(chain) ?? []);
  const packets = Math.max(0, ...known.map((one) => one.packets));
  if (packets === 0) return null;
  return {
    connection: known.reduce((sum, one) => sum + (one.packets === 0 ? 0 : one.evaluations / one.packets), 0),
    packet: known.reduce((sum, one) => sum + one.evaluations, 0) / packets,
    packets,
    chains: known.length,
  };
}
