/**
 * Of what the worst case of a chain consists: the chains that such a packet is sent through, and how often. Its sum over their rules is the jump graph's
 * `worstCase`, from the same choice of jumps.
 */
import { type JumpGraph, worstJumps } from '../model/graph.ts';
import type { Chain, Ruleset } from '../model/ruleset.ts';

/** Times by Chain.id; the chain itself once. Cost: linear in the rules of the chains that are met. */
export function worstVisits(ruleset: Ruleset, graph: JumpGraph, root: Chain): ReadonlyMap<number, number> {
  const times = new Map<number, number>([[root.id, 1]]);
  for (const id of callersFirst(ruleset, graph, root.id)) {
    const often = times.get(id) ?? 0;
    for (const to of costliest(ruleset.chains[id] as Chain, graph)) times.set(to, (times.get(to) ?? 0) + often);
  }
  return times;
}

/** Where the packet is sent from a chain. */
function costliest(chain: Chain, graph: JumpGraph): number[] {
  return worstJumps(chain, graph.out(chain.id), graph.worstCase).map(({ to }) => to);
}

/** The chains that the worst case meets, each before those that it sends packets to; a loop is cut anywhere. */
function callersFirst(ruleset: Ruleset, graph: JumpGraph, root: number): number[] {
  const done: number[] = [];
  const seen = new Set<number>([root]);
  const stack: { readonly id: number; readonly next: number[] }[] = [];
  const enter = (id: number): void => {
    stack.push({ id, next: costliest(ruleset.chains[id] as Chain, graph) });
  };
  enter(root);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = top.next.pop();
    if (to === undefined) {
      done.push(top.id);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      enter(to);
    }
  }
  return done.reverse();
}
