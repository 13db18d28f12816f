/** Where programs contend for an order: pairs of them in one base chain, and pairs of base chains on one hook. */
import type { Scene } from '../findings/context.ts';
import type { OrderChange } from '../findings/finding.ts';
import { chainKey } from '../findings/words.ts';
import type { HookOrder } from '../kernel/order.ts';
import type { Chain } from '../model/ruleset.ts';
import { applyChange, type ChainParty, hookKey, partyOfChain, partyOfRule } from './change.ts';

interface Common {
  /** Stable for the same dump. */
  readonly id: string;
  /** Who stands first, and who stands below. Of programs that alternate: whose rule is the first. */
  readonly parties: readonly [string, string];
  /** The orders that it is compared with: each party before the other, where that is not the order that they have. */
  readonly changes: readonly OrderChange[];
}

export type ContentionPoint =
  | (Common & { readonly kind: 'chain'; readonly chain: Chain })
  | (Common & { readonly kind: 'hook'; readonly hook: HookOrder; readonly chains: readonly Chain[] });

/** More are not compared: what so many pairs of one node show, others only repeat. */
const MOST_POINTS = 600;

/** In the order in which packets meet the hooks' chains; pairs of chains come after those within chains. Cost: linear in rules of base chains. */
export function contentionPoints(scene: Scene): { readonly points: readonly ContentionPoint[]; readonly left: number } {
  const inChains = scene.baseChains.flatMap((chain) => pointsOfChain(scene, chain));
  const onHooks = scene.order.flatMap((hook) => pointsOfHook(scene, hook));
  const points = [...inChains, ...onHooks];
  return { points: points.slice(0, MOST_POINTS), left: Math.max(0, points.length - MOST_POINTS) };
}

function pointsOfChain(scene: Scene, chain: Chain): ContentionPoint[] {
  const parties = chain.rules.map((rule) => partyOfRule(scene, rule));
  return pairs(parties).map(({ first, second, isAlternating }) => ({
    kind: 'chain',
    id: `${chainKey(chain)}/${[first, second].sort().join('+')}`,
    chain,
    parties: [first, second],
    changes: [
      { kind: 'in-chain', chain: chain.id, first: second, second: first },
      ...(isAlternating ? [{ kind: 'in-chain', chain: chain.id, first, second } as const] : []),
    ],
  }));
}

function pointsOfHook(scene: Scene, hook: HookOrder): ContentionPoint[] {
  const key = hookKey(hook);
  const chains = hook.chains
    .map(({ chain }) => chain)
    .filter((chain) => chain.rules.length > 0 || chain.base?.policy === 'drop');
  const parties = chains.map((chain) => partyOfChain(scene, chain));
  return pairs(parties).flatMap(({ first, second, isAlternating }) => {
    const own = chains.filter((_, i) => parties[i] === first || parties[i] === second);
    const changes: OrderChange[] = [
      { kind: 'on-hook', hook: key, first: second, second: first },
      ...(isAlternating ? [{ kind: 'on-hook', hook: key, first, second } as const] : []),
    ];
    const others = changes.filter((change) => applyChange(scene, change) !== null);
    if (others.length === 0 || !meet(own, first, scene)) return [];
    return [
      {
        kind: 'hook' as const,
        id: `${key.replaceAll(' ', '.')}/${[first, second].sort().join('+').replaceAll(' ', '.')}`,
        hook,
        chains: own,
        parties: [first, second] as const,
        changes: others,
      },
    ];
  });
}

/** Whether one packet can meet chains of both. */
function meet(chains: readonly Chain[], first: ChainParty, scene: Scene): boolean {
  const families = (isFirst: boolean) =>
    chains.filter((chain) => (partyOfChain(scene, chain) === first) === isFirst).map(({ table }) => table.family);
  const [a, b] = [families(true), families(false)];
  return a.some((one) => b.some((other) => one === other || one === 'inet' || other === 'inet'));
}

interface Pair {
  readonly first: string;
  readonly second: string;
  /** Neither stands wholly before the other. */
  readonly isAlternating: boolean;
}

/** The pairs of different names in a list, by who is first. Cost: linear in the list, and square in the different names. */
function pairs(names: readonly string[]): Pair[] {
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  names.forEach((name, i) => {
    if (!first.has(name)) first.set(name, i);
    last.set(name, i);
  });
  const known = [...first.keys()];
  return known.flatMap((a, i) =>
    known.slice(i + 1).map((b) => ({
      first: a,
      second: b,
      isAlternating: (last.get(a) as number) > (first.get(b) as number),
    })),
  );
}
