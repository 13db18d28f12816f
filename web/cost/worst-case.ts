/**
 * Of what the worst case of a chain consists: the chains that such a packet is sent through, and how often. Its sum over their rules is the jump graph's
 * `worstCase`, with the same assumption: of neighbouring rules that compare one field with different values, one jump counts.
 */
import { dispatchKey, type Jump, type JumpGraph } from '../model/graph.ts';
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

/** Where the packet is sent from a chain: the costliest jump of each run. */
function costliest(chain: Chain, graph: JumpGraph): number[] {
  const jumps = graph.out(chain.id);
  const chosen: number[] = [];
  let key: unknown = null;
  let best: number | null = null;
  let at = 0;
  const close = (): void => {
    if (best !== null) chosen.push(best);
    best = null;
  };
  for (const rule of chain.rules) {
    if (at === jumps.length) break;
    const next = dispatchKey(rule);
    if (next === null || next !== key) close();
    key = next;
    for (; at < jumps.length && (jumps[at] as Jump).rule === rule.id; at++) {
      const { to } = jumps[at] as Jump;
      if (best === null || graph.worstCase(to) > graph.worstCase(best)) best = to;
    }
  }
  close();
  return chosen;
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
