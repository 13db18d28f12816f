/**
 * What the mark of packets that come out of a change of order can still decide, without sending any: of most nodes all that it does to an address is to ask
 * for a masquerade, and what filter chains write to it is other bits.
 */
import type { Plan, Station } from '../../kernel/plan.ts';
import type { Hook } from '../../model/hook.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { ChainTraits, Traits } from './chain-traits.ts';
import type { Change } from './divergence.ts';
import type { Family } from './layout.ts';

/** Hooks that packets may come to after one. Those that the node sends to itself come in again. */
const LATER: Readonly<Partial<Record<Hook, readonly Hook[]>>> = {
  ingress: ['prerouting', 'input', 'forward', 'postrouting', 'egress'],
  prerouting: ['input', 'forward', 'postrouting', 'egress'],
  input: [],
  forward: ['postrouting', 'egress'],
  output: ['postrouting', 'egress', 'ingress', 'prerouting', 'input', 'forward'],
  postrouting: ['egress', 'ingress', 'prerouting', 'input', 'forward'],
  egress: ['ingress', 'prerouting', 'input', 'forward', 'postrouting'],
};

/** The rest of a hook's stations behind a change, and the stations of all hooks that may follow. */
function stationsBehind(plan: Plan, { visit, from, instead, stations }: Change, family: Family): Station[] {
  const later = LATER[visit.site.hook] ?? [];
  const rest = stations.slice(from + instead.length);
  const onDevices = plan.order
    .filter(({ stack, hook }) => stack === 'netdev' && later.includes(hook))
    .flatMap(({ chains }) => chains.map((chain): Station => ({ kind: 'chain', chain })));
  const onHooks = later.filter((hook) => hook !== 'ingress' && hook !== 'egress');
  return [...rest, ...onHooks.flatMap((hook) => plan.ip(hook, family)), ...onDevices];
}

function chainsOf(station: Station): Chain[] {
  if (station.kind === 'chain') return [station.chain.chain];
  return station.kind === 'nat' ? station.chains.map(({ chain }) => chain) : [];
}

/** Does something to packets other than dropping them or writing constants to their marks. */
function acts({ nat, writes, takes, broken }: ChainTraits): boolean {
  return nat || writes || takes || broken;
}

/**
 * The bits of the mark on which it depends to which addresses and ports packets go on behind a change, and from which, of those that nobody refuses: asked for
 * where something is written to packets, or where such bits are written. An upper bound. Cost: linear in the rules, once for a node.
 */
export function addressMarkBits(plan: Plan, change: Change, family: Family, traits: Traits): number {
  const chains = stationsBehind(plan, change, family).flatMap(chainsOf);
  const all = [...new Set(chains)].map((chain) => traits.of(chain));
  let bits = all.filter(acts).reduce((sum, { markBits }) => sum | markBits, 0);
  for (;;) {
    const more = all.reduce((sum, { markBits }) => ((markBits & sum) === 0 ? sum : sum | markBits), bits);
    if (more === bits) return bits >>> 0;
    bits = more;
  }
}
