/**
 * Whether one place in the ruleset comes before another on a packet's way: a mark that is written later than somebody's own is what can lose it.
 *
 * Kernel: a packet meets prerouting, then input, or forward and postrouting; one of the node's own meets output, then postrouting. Not modelled: what
 * comes back over loopback with its mark.
 */
import type { Chain, Rule } from '../model/ruleset.ts';
import type { Scene } from './context.ts';

interface Position {
  readonly hook: string;
  /** In the hook's effective order, from 0. */
  readonly place: number;
  readonly base: Chain;
}

/** More base chains than that are told apart for nobody: every place counts as before every other. */
const MOST_BASES = 64;

const AFTER: Readonly<Record<string, readonly string[]>> = {
  ingress: ['prerouting', 'input', 'forward', 'postrouting', 'egress'],
  prerouting: ['input', 'forward', 'postrouting', 'egress'],
  forward: ['postrouting', 'egress'],
  output: ['postrouting', 'egress'],
  postrouting: ['egress'],
};

export interface MarkOrder {
  /** Whether some packet meets `first` before `second`. True where the dump does not tell. */
  readonly before: (first: Rule, second: Rule) => boolean;
}

/** Cost: what each base chain reaches, once. */
export function createMarkOrder(scene: Scene): MarkOrder {
  const positions = new Map<number, Position[]>();
  const many = scene.baseChains.length > MOST_BASES;
  for (const { hook, chains } of many ? [] : scene.order) {
    chains.forEach(({ chain: base }, place) => {
      scene.graph.visitFrom(base.id, (id) => {
        const found = positions.get(id);
        if (found) found.push({ hook, place, base });
        else positions.set(id, [{ hook, place, base }]);
      });
    });
  }
  const before = (first: Rule, second: Rule): boolean => {
    const from = positions.get(first.chain.id);
    const to = positions.get(second.chain.id);
    if (!from || !to) return true;
    return from.some((a) => to.some((b) => precedes(a, b, first, second)));
  };
  return { before };
}

function precedes(a: Position, b: Position, first: Rule, second: Rule): boolean {
  if (a.hook !== b.hook) return AFTER[a.hook]?.includes(b.hook) === true;
  if (a.base !== b.base) return a.place < b.place;
  return first.chain === second.chain ? first.index < second.index : true;
}
