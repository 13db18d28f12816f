/**
 * The jump tree's geometry: depth to the right, height linear in rules (or in worst-case evaluations, or in what the counters say), at least 17 per segment. Cells too
 * flat to see become one comb with a count. Pure: numbers in, numbers out.
 *
 * A chain that several rules call stands under each of them: heights are those of the call path, not of the dump's text.
 */
import { assertNever } from '../../base/assert.ts';
import type { ChainDetail, TreeNode } from '../../worker/protocol.ts';

export type Measure = 'rules' | 'evaluations' | 'packets';

export interface Cell {
  /** Path of child positions: `0/2/1`. The first number is the segment. */
  readonly key: string;
  /** `rest`: rules of chains that the tree left out, because it was asked for a limited number. */
  readonly kind: 'segment' | 'chain' | 'comb' | 'rest';
  /** Column, from 0. */
  readonly depth: number;
  /** Pixels. */
  readonly y: number;
  readonly height: number;
  readonly owner: string;
  readonly chain: number;
  readonly name: string;
  /** Segment number; -1 for the others. */
  readonly segment: number;
  readonly goto: boolean;
  /** Chains that the cell stands for. */
  readonly chains: number;
  /** Rules of the chain itself; of a comb those of each chain, or null if they differ. */
  readonly rules: number | null;
  /** The measure with all below. */
  readonly size: number;
  readonly parent: string | null;
}

export interface Icicle {
  readonly cells: readonly Cell[];
  readonly columns: number;
  readonly height: number;
}

export interface IcicleInput {
  readonly tree: TreeNode;
  readonly segments: ChainDetail['segments'];
  /** Rule.id of the chain's first rule: model/link.ts numbers the rules of a chain one after the other. */
  readonly firstRule: number;
  readonly measure: Measure;
  /** Pixels to fill; the result is higher if the segments need more. */
  readonly height: number;
}

export const MIN_SEGMENT = 17;
const GAP = 2;
/** Pixels: flatter cells join their neighbours. */
const MIN_CELL = 3;

export function layOutIcicle(input: IcicleInput): Icicle {
  const { tree, segments, measure } = input;
  const sizes = sizeTree(tree, measure);
  const groups = segments.map(({ from, to }) =>
    tree.children.filter(({ rule }) => {
      const index = (rule ?? -1) - input.firstRule + 1;
      return index >= from && index <= to;
    }),
  );
  const weights = segments.map(
    ({ from, to, packets }, at) =>
      Math.max(1, measure === 'packets' ? (packets ?? 0) : to - from + 1) +
      sum(groups[at] as TreeNode[], (child) => sizes.get(child) as number),
  );
  // Of several segments it is not known whose chains were left out.
  if (weights.length === 1) weights[0] = Math.max(weights[0] as number, sizes.get(tree) as number);
  const heights = shareHeight(weights, Math.max(0, input.height - GAP * (segments.length - 1)));
  const cells: Cell[] = [];
  let y = 0;
  let columns = segments.length > 0 ? 1 : 0;
  const queue: { parent: Cell; children: readonly TreeNode[]; scale: number }[] = [];
  segments.forEach((segment, at) => {
    const height = heights[at] as number;
    const size = weights[at] as number;
    const rules = segment.to - segment.from + 1;
    const base = {
      kind: 'segment',
      depth: 0,
      chain: tree.chain,
      name: '',
      goto: false,
      chains: 1,
      parent: null,
    } as const;
    const cell: Cell = { ...base, key: String(at), y, height, owner: segment.owner, segment: at, rules, size };
    cells.push(cell);
    queue.push({ parent: cell, children: groups[at] as TreeNode[], scale: height / size });
    y += height + GAP;
  });
  for (let next = queue.shift(); next; next = queue.shift()) {
    const placed = placeChildren(next.parent, next.children, next.scale, sizes);
    const rest = measure === 'rules' ? restOf(next.parent, placed, next.scale) : null;
    if (rest) cells.push(rest);
    for (const { cell, node } of placed) {
      cells.push(cell);
      columns = Math.max(columns, cell.depth + 1);
      if (node && node.children.length > 0) queue.push({ parent: cell, children: node.children, scale: next.scale });
    }
  }
  return { cells, columns, height: Math.max(0, y - GAP) };
}

/** Own rules and all below over this path; never less than what the children need. The tree is at most as deep as it was asked for. */
function sizeTree(root: TreeNode, measure: Measure): Map<TreeNode, number> {
  const sizes = new Map<TreeNode, number>();
  const order: TreeNode[] = [root];
  for (let at = 0; at < order.length; at++) for (const child of (order[at] as TreeNode).children) order.push(child);
  for (const node of order.reverse()) {
    const below = sum(node.children, (child) => sizes.get(child) as number);
    const own = ownSize(node, measure);
    sizes.set(node, Math.max(1, own, below + (measure === 'packets' ? 0 : node.rules * node.merged)));
  }
  return sizes;
}

function ownSize({ weight, evaluations, merged, packets }: TreeNode, measure: Measure): number {
  switch (measure) {
    case 'rules':
      return weight;
    case 'evaluations':
      return evaluations * merged;
    case 'packets':
      return packets;
    default:
      return assertNever(measure, 'measure');
  }
}

/** Linear, but nobody below MIN_SEGMENT: what the small ones get too much, the others give. */
export function shareHeight(weights: readonly number[], height: number): number[] {
  const result = weights.map(() => MIN_SEGMENT);
  let open = weights.map((_, at) => at);
  let left = height;
  for (;;) {
    const total = sum(open, (at) => weights[at] as number);
    const small = open.filter((at) => ((weights[at] as number) / total) * left < MIN_SEGMENT);
    if (small.length === 0) {
      for (const at of open) result[at] = ((weights[at] as number) / total) * left;
      return result;
    }
    left -= small.length * MIN_SEGMENT;
    open = open.filter((at) => !small.includes(at));
    if (open.length === 0 || left <= 0) return result;
  }
}

interface Placed {
  readonly cell: Cell;
  /** Null for a comb: its chains are not opened. */
  readonly node: TreeNode | null;
}

function placeChildren(
  parent: Cell,
  children: readonly TreeNode[],
  scale: number,
  sizes: ReadonlyMap<TreeNode, number>,
): Placed[] {
  const placed: Placed[] = [];
  let y = parent.y;
  for (let at = 0; at < children.length; ) {
    let end = at + 1;
    let size = sizes.get(children[at] as TreeNode) as number;
    const flat = (child: TreeNode): boolean => (sizes.get(child) as number) * scale < MIN_CELL;
    if (flat(children[at] as TreeNode)) {
      for (; end < children.length && flat(children[end] as TreeNode); end++)
        size += sizes.get(children[end] as TreeNode) as number;
    }
    const group = children.slice(at, end);
    placed.push({
      cell: cellOf(parent, group, at, y, size, scale),
      node: group.length === 1 ? (group[0] as TreeNode) : null,
    });
    y += size * scale;
    at = end;
  }
  return placed;
}

/** What is left of a cell's measure below its own rules and its children: chains that the tree does not have. */
function restOf(parent: Cell, placed: readonly Placed[], scale: number): Cell | null {
  const size = parent.size - (parent.rules ?? 0) - sum(placed, ({ cell }) => cell.size);
  const last = placed.at(-1)?.cell;
  if (!last || size * scale < MIN_SEGMENT) return null;
  return {
    ...last,
    key: `${parent.key}/rest`,
    kind: 'rest',
    y: last.y + last.size * scale,
    height: size * scale - GAP,
    chain: parent.chain,
    name: '',
    goto: false,
    chains: 1,
    rules: null,
    size,
  };
}

function cellOf(parent: Cell, group: readonly TreeNode[], at: number, y: number, size: number, scale: number): Cell {
  const first = group[0] as TreeNode;
  const chains = sum(group, ({ merged }) => merged);
  return {
    key: `${parent.key}/${at}`,
    kind: chains > 1 ? 'comb' : 'chain',
    depth: parent.depth + 1,
    y,
    // Edges of neighbours stay apart as long as there is something left of the cell.
    height: Math.max(1, size * scale - (size * scale > 2 * GAP ? GAP : 0)),
    owner: first.owner,
    chain: first.chain,
    name: first.name,
    segment: -1,
    goto: first.goto,
    chains,
    rules: group.every(({ rules, uneven }) => rules === first.rules && !uneven) ? first.rules : null,
    size,
    parent: parent.key,
  };
}

function sum<T>(list: readonly T[], of: (entry: T) => number): number {
  let total = 0;
  for (const entry of list) total += of(entry);
  return total;
}
