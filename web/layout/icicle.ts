/**
 * The jump tree's geometry: depth to the right, heights linear in rules (or in worst-case evaluations, or in what the counters say), at least 17
 * per segment. A chain stands under each rule that calls it, at that rule's place: what is left empty beside a cell are its own rules. Only what
 * can be seen is laid out: neighbours too flat to tell apart become one comb with a count, and what lies outside of the window is left out.
 * Pure: numbers in, numbers out. Cost: the jumps of the chains that are drawn, not those of the tree.
 */
import { NFT_LEVELS } from '../model/jump-levels.ts';
import { type CallTree, chainName, chainOwner } from './call-tree.ts';
import { Gathering, type Members, otherOf } from './icicle-crowd.ts';
import { baseOf, jumpsOf, type Segment, segmentSize, shareHeight, stemOf, sum } from './icicle-segments.ts';
import type { Zoom } from './icicle-zoom.ts';

export interface Cell {
  /** The call path as numbers of jumps, after the segment's: `0/12/31`; a comb ends with its first and last, `0/12/40-90`. */
  readonly key: string;
  readonly kind: 'segment' | 'chain' | 'comb';
  /** Column, from 0. */
  readonly depth: number;
  /** Pixels, within the picture: what the window cuts off is cut off. */
  readonly y: number;
  readonly height: number;
  readonly owner: string;
  /** Chain.id; of a comb that of the first. */
  readonly chain: number;
  readonly name: string;
  /** Segment number; -1 for the others. */
  readonly segment: number;
  readonly goto: boolean;
  /** Index of the rule that calls it, from 1; of a comb that of the first. 0 for segments. */
  readonly at: number;
  /** Chains that the cell stands for. */
  readonly chains: number;
  /** Rules of the chain itself; of a comb those of each chain, or null if they differ. */
  readonly rules: number | null;
  /** The measure with all below. */
  readonly size: number;
  /** What a click on it shows. */
  readonly zoom: Zoom;
  /** It calls something. */
  readonly calls: boolean;
  readonly parent: string | null;
}

export interface Icicle {
  /** Column by column, in each from top to bottom. */
  readonly cells: readonly Cell[];
  readonly columns: number;
  readonly height: number;
}

export interface IcicleInput {
  readonly tree: CallTree;
  readonly segments: readonly Segment[];
  readonly zoom: Zoom;
  /** Pixels to fill; the result is higher if the segments need more. */
  readonly height: number;
}

const GAP = 2;
/** Pixels: flatter cells join their neighbours. */
const MIN_CELL = 3;
/** The owners' and one for each level; no packet gets deeper. */
const MAX_COLUMNS = 1 + NFT_LEVELS;
/** A cell whose calls are still to be laid out. */
interface Open {
  readonly cell: Cell;
  readonly number: number;
  readonly share: number;
  /** Pixels, not cut off. */
  readonly top: number;
  readonly scale: number;
  /** Its jumps, and the measure of the rules before them. */
  readonly first: number;
  readonly end: number;
  readonly base: number;
}

/** Several chains that are drawn as one. */
interface Crowd {
  readonly cell: Cell;
  readonly members: Members;
}

export function layOutIcicle({ tree, segments, zoom, height }: IcicleInput): Icicle {
  const layout = new Layout(tree, segments, height);
  const roots = zoom.segment === null ? layout.segments(zoom) : layout.focus(zoom);
  layout.expand(roots);
  const cells = layout.cells.sort((a, b) => a.depth - b.depth || a.y - b.y);
  return { cells, columns: cells.reduce((most, { depth }) => Math.max(most, depth + 1), 0), height: layout.height };
}

class Layout {
  readonly cells: Cell[] = [];
  height: number;
  readonly #tree: CallTree;
  readonly #segments: readonly Segment[];
  #slots: Int32Array | null = null;

  constructor(tree: CallTree, segments: readonly Segment[], height: number) {
    this.#tree = tree;
    this.#segments = segments;
    this.height = height;
  }

  /** The whole chain: its segments share the height. */
  segments(zoom: Zoom): Open[] {
    const sizes = this.#segments.map((_, at) => Math.max(1, segmentSize(this.#tree, this.#segments, at)));
    const heights = shareHeight(sizes, Math.max(0, this.height - GAP * (sizes.length - 1)));
    const used = sum(heights, (one) => one) + GAP * Math.max(0, heights.length - 1);
    this.height = Math.max(this.height, used);
    const factor = 1 / (zoom.to - zoom.from);
    let top = -zoom.from * this.height * factor;
    const open: Open[] = [];
    for (let at = 0; at < sizes.length; at++) {
      const high = (heights[at] as number) * factor;
      const size = sizes[at] as number;
      open.push(this.#segment(at, top, high / size, size));
      top += high + GAP * factor;
    }
    return open.filter((one) => this.#add(one.cell, one.top, one.cell.height) !== null);
  }

  /** One cell fills the picture, with what it calls. */
  focus(zoom: Zoom): Open[] {
    const factor = 1 / (zoom.to - zoom.from);
    const high = this.height * factor;
    const top = -zoom.from * high;
    const segment = zoom.segment as number;
    const size = Math.max(1, segmentSize(this.#tree, this.#segments, segment));
    let open = this.#segment(segment, top, high / size, size);
    let share = 1;
    zoom.path.forEach((jump, step) => {
      share *= this.#tree.share[jump] as number;
      open = this.#chain(open.cell, zoom.path.slice(0, step), jump, share, top, 1);
    });
    const cell = { ...open.cell, depth: 0, parent: null };
    return this.#add(cell, top, high) ? [{ ...open, cell, scale: high / Math.max(cell.size, Number.MIN_VALUE) }] : [];
  }

  expand(roots: readonly Open[]): void {
    const queue = [...roots];
    const crowds: Crowd[] = [];
    for (let next = queue.shift(); next; next = queue.shift()) {
      if (next.cell.depth + 1 < MAX_COLUMNS) this.#place(next, queue, crowds);
    }
    for (let next = crowds.shift(); next; next = crowds.shift()) {
      if (next.cell.depth + 1 < MAX_COLUMNS) this.#crowd(next, crowds);
    }
  }

  /** Adds the cell, cut to the picture, unless nothing of it is left. */
  #add(cell: Cell, top: number, high: number): Cell | null {
    const y = Math.max(0, top);
    const bottom = Math.min(this.height, top + high);
    if (bottom - y < 1) return null;
    // Edges of neighbours stay apart as long as there is something left of the cell.
    const gap = cell.kind !== 'segment' && cell.depth > 0 && high > 2 * GAP && bottom < this.height ? GAP : 0;
    const added = { ...cell, y, height: bottom - y - gap };
    this.cells.push(added);
    return added;
  }

  #segment(at: number, top: number, scale: number, size: number): Open {
    const { from, to, owner } = this.#segments[at] as Segment;
    const [first, end] = jumpsOf(this.#tree, this.#segments[at] as Segment);
    const cell: Cell = {
      key: String(at),
      kind: 'segment',
      depth: 0,
      y: top,
      height: size * scale,
      owner,
      chain: this.#tree.chains[0] as number,
      name: '',
      segment: at,
      goto: false,
      at: 0,
      chains: 1,
      rules: to - from + 1,
      size,
      zoom: { segment: at, path: [], from: 0, to: 1 },
      calls: end > first,
      parent: null,
    };
    return { cell, number: 0, share: 1, top, scale, first, end, base: baseOf(this.#tree, this.#segments, at) };
  }

  #chain(parent: Cell, path: readonly number[], jump: number, share: number, top: number, scale: number): Open {
    const { targets, starts, total } = this.#tree;
    const number = targets[jump] as number;
    const size = share * (total[number] as number);
    const first = starts[number] as number;
    const end = starts[number + 1] as number;
    const cell: Cell = {
      ...this.#looks(parent, jump),
      key: `${parent.key}/${jump}`,
      kind: 'chain',
      y: top,
      height: size * scale,
      chains: 1,
      rules: this.#tree.rules[number] as number,
      size,
      zoom: { segment: parent.zoom.segment, path: [...path, jump], from: 0, to: 1 },
      calls: end > first,
    };
    return { cell, number, share, top, scale, first, end, base: 0 };
  }

  #looks(
    parent: Cell,
    jump: number,
  ): Omit<Cell, 'key' | 'kind' | 'y' | 'height' | 'chains' | 'rules' | 'size' | 'zoom' | 'calls'> {
    const { targets, chains, gotos, at } = this.#tree;
    const number = targets[jump] as number;
    return {
      depth: parent.depth + 1,
      owner: chainOwner(this.#tree, number),
      chain: chains[number] as number,
      name: chainName(this.#tree, number),
      segment: -1,
      goto: gotos[jump] === 1,
      at: at[jump] as number,
      parent: parent.key,
    };
  }

  /** What one cell calls, each at its rule's place. */
  #place(parent: Open, queue: Open[], crowds: Crowd[]): void {
    const { targets, ahead, share, total, owners } = this.#tree;
    const { scale } = parent;
    let called = 0;
    let run: Run | null = null;
    for (let jump = parent.first; jump < parent.end; jump++) {
      const target = targets[jump] as number;
      const own = parent.share * (share[jump] as number);
      const size = own * (total[target] as number);
      if (size <= 0) continue;
      const top = parent.top + (parent.share * ((ahead[jump] as number) - parent.base) + called) * scale;
      called += size;
      if (top > this.height) break;
      const high = size * scale;
      if (top + high < 0) continue;
      if (high >= MIN_CELL) {
        this.#close(parent, run, queue, crowds);
        run = null;
        const open = this.#chain(parent.cell, parent.cell.zoom.path, jump, own, top, scale);
        if (this.#add(open.cell, top, high)) queue.push(open);
        continue;
      }
      const owner = owners[target] as number;
      const apart =
        run !== null && (top - run.bottom >= MIN_CELL || (owner !== run.owner && run.bottom - run.top >= 1));
      if (apart) {
        this.#close(parent, run, queue, crowds);
        run = null;
      }
      run ??= { first: jump, last: jump, owner, top, bottom: top, size: 0, chains: 0 };
      run.last = jump;
      run.bottom = top + high;
      run.size += size;
      run.chains++;
    }
    this.#close(parent, run, queue, crowds);
  }

  #close(parent: Open, run: Run | null, queue: Open[], crowds: Crowd[]): void {
    if (run === null) return;
    if (run.chains === 1) {
      const share = parent.share * (this.#tree.share[run.first] as number);
      const open = this.#chain(parent.cell, parent.cell.zoom.path, run.first, share, run.top, parent.scale);
      if (this.#add(open.cell, run.top, run.bottom - run.top)) queue.push(open);
      return;
    }
    const { targets, share, rules, total } = this.#tree;
    const members = this.#gather();
    let calls = false;
    const each = rules[targets[run.first] as number] as number;
    let even = true;
    for (let jump = run.first; jump <= run.last; jump++) {
      const target = targets[jump] as number;
      const own = parent.share * (share[jump] as number);
      if (own * (total[target] as number) <= 0) continue;
      members.add(target, own, 1);
      calls ||= (this.#tree.starts[target + 1] as number) > (this.#tree.starts[target] as number);
      even &&= rules[target] === each;
    }
    const whole = parent.cell.size * parent.scale;
    const cell: Cell = {
      ...this.#looks(parent.cell, run.first),
      key: `${parent.cell.key}/${run.first}-${run.last}`,
      kind: 'comb',
      y: run.top,
      height: run.bottom - run.top,
      name: stemOf(
        chainName(this.#tree, targets[run.first] as number),
        chainName(this.#tree, targets[run.last] as number),
      ),
      chains: run.chains,
      rules: even ? each : null,
      size: run.size,
      zoom: {
        ...parent.cell.zoom,
        from: clamp((run.top - parent.top) / whole),
        to: clamp((run.bottom - parent.top) / whole),
      },
      calls,
    };
    const added = this.#add(cell, run.top, run.bottom - run.top);
    const gathered = members.done();
    if (added) crowds.push({ cell: added, members: gathered });
  }

  /** What a comb's chains call, all together beside it: single calls are flatter than a pixel. */
  #crowd({ cell, members }: Crowd, crowds: Crowd[]): void {
    const { starts, targets, share, total, rules } = this.#tree;
    const gathered = this.#gather();
    let size = 0;
    let paths = 0;
    for (let at = 0; at < members.numbers.length; at++) {
      const number = members.numbers[at] as number;
      const times = members.paths[at] as number;
      for (let jump = starts[number] as number; jump < (starts[number + 1] as number); jump++) {
        const target = targets[jump] as number;
        const own = (members.shares[at] as number) * (share[jump] as number);
        if (own * (total[target] as number) <= 0) continue;
        gathered.add(target, own, times);
        size += own * (total[target] as number);
        paths += times;
      }
    }
    const below = gathered.done();
    const { numbers } = below;
    const first = numbers[0];
    if (first === undefined) return;
    let largest = 0;
    let even = true;
    let calls = false;
    const weigh = (at: number): number => (below.shares[at] as number) * (total[numbers[at] as number] as number);
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at] as number;
      if (weigh(at) > weigh(largest)) largest = at;
      even &&= rules[number] === rules[first];
      calls ||= (starts[number + 1] as number) > (starts[number] as number);
    }
    const leader = numbers[largest] as number;
    const name = chainName(this.#tree, leader);
    const made: Cell = {
      ...cell,
      key: `${cell.key}/*`,
      depth: cell.depth + 1,
      owner: chainOwner(this.#tree, leader),
      chain: this.#tree.chains[leader] as number,
      name: numbers.length === 1 ? name : stemOf(name, otherOf(this.#tree, numbers, leader)),
      chains: paths,
      rules: even ? (rules[first] as number) : null,
      size,
      calls,
      parent: cell.key,
    };
    this.cells.push(made);
    crowds.push({ cell: made, members: below });
  }

  #gather(): Gathering {
    this.#slots ??= new Int32Array(this.#tree.chains.length).fill(-1);
    return new Gathering(this.#slots);
  }
}

/** Neighbours that are drawn as one. */
interface Run {
  readonly first: number;
  last: number;
  readonly owner: number;
  readonly top: number;
  bottom: number;
  size: number;
  chains: number;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
