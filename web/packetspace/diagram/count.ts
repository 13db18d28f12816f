/** How large a set is. */
import { InternalError } from '../../base/assert.ts';
import type { Diagrams } from './diagrams.ts';
import { FALSE, type Ref, TRUE } from './ref.ts';
import { nodesOf } from './walk.ts';

/**
 * The share of all assignments that are in the set, from 0 to 1, to a double's precision also where it is tiny: each node's share and that
 * of its complement are added up side by side. Below 2^-1074 it becomes 0. O(nodes).
 */
export function shareOf(diagrams: Diagrams, set: Ref): number {
  const { order, indexOf } = nodesOf(diagrams, set);
  const inside = new Float64Array(order.length);
  const outside = new Float64Array(order.length);
  const share = (ref: Ref): number => {
    if (ref <= 1) return ref;
    return ((ref & 1) === 0 ? inside : outside)[indexOf(ref)] as number;
  };
  for (let at = 0; at < order.length; at++) {
    const low = diagrams.low(order[at] as Ref);
    const high = diagrams.high(order[at] as Ref);
    inside[at] = (share(low) + share(high)) / 2;
    outside[at] = (share((low ^ 1) as Ref) + share((high ^ 1) as Ref)) / 2;
  }
  return share(set);
}

/**
 * How many assignments of `variables` are in the set, exactly. The variables are ascending, each once, and hold all that the set depends on
 * (InternalError otherwise). O(nodes) additions of numbers of as many bits as there are variables.
 */
export function countOf(diagrams: Diagrams, set: Ref, variables: ArrayLike<number>): bigint {
  const rank = new Map<number, number>();
  for (let i = 0; i < variables.length; i++) rank.set(variables[i] as number, i);
  const rankOf = (ref: Ref): number => {
    if (ref <= 1) return variables.length;
    const found = rank.get(diagrams.topVariable(ref));
    if (found === undefined) throw new InternalError(`variable ${diagrams.topVariable(ref)} is not counted`);
    return found;
  };
  const { order, indexOf } = nodesOf(diagrams, set);
  const counts: bigint[] = [];
  /** Assignments of the variables from `from` on. */
  const count = (ref: Ref, from: number): bigint => {
    const own = rankOf(ref);
    if (ref === FALSE) return 0n;
    if (ref === TRUE) return 1n << BigInt(own - from);
    const regular = counts[indexOf(ref)] as bigint;
    return (ref & 1 ? (1n << BigInt(variables.length - own)) - regular : regular) << BigInt(own - from);
  };
  for (const node of order) {
    const below = rankOf(node) + 1;
    counts.push(count(diagrams.low(node), below) + count(diagrams.high(node), below));
  }
  return count(set, 0);
}
