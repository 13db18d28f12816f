/** The nodes of a set: how many, on which variables, and in an order to compute with. Nothing here makes nodes. */
import type { Diagrams } from './diagrams.ts';
import { IntMap } from './int-map.ts';
import type { Ref } from './ref.ts';

export interface Nodes {
  /** Each node once, as the reference without complement; children before parents. The constants are not among them. */
  readonly order: readonly Ref[];
  /** Where in `order` a reference's node is; -1 for the constants. */
  indexOf(ref: Ref): number;
}

/** All nodes that some sets reach. O(nodes). */
export function nodesOf(diagrams: Diagrams, ...sets: readonly Ref[]): Nodes {
  const order: Ref[] = [];
  const index = new IntMap();
  const pending: Ref[] = [];
  const visit = (ref: Ref): void => {
    const node = regular(ref);
    if (node !== 0 && index.get(node) < 0) pending.push(node);
  };
  for (const set of sets) {
    visit(set);
    for (let node = pending.at(-1); node !== undefined; node = pending.at(-1)) {
      const before = pending.length;
      if (index.get(node) < 0) {
        visit(diagrams.high(node));
        visit(diagrams.low(node));
      }
      if (pending.length > before) continue;
      pending.pop();
      if (index.get(node) >= 0) continue;
      index.set(node, order.length);
      order.push(node);
    }
  }
  return { order, indexOf: (ref) => index.get(regular(ref)) };
}

/** How many nodes some sets have together, without the constants. O(nodes). */
export function nodeCount(diagrams: Diagrams, ...sets: readonly Ref[]): number {
  return nodesOf(diagrams, ...sets).order.length;
}

/** The variables that a set depends on, ascending. O(nodes). */
export function support(diagrams: Diagrams, set: Ref): Int32Array {
  const variables = new Set<number>();
  for (const node of nodesOf(diagrams, set).order) variables.add(diagrams.topVariable(node));
  return Int32Array.from(variables).sort();
}

function regular(ref: Ref): Ref {
  return (ref & ~1) as Ref;
}
