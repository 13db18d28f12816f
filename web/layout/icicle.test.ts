import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallTree, chainName } from './call-tree.ts';
import { type Cell, layOutIcicle } from './icicle.ts';
import { MIN_SEGMENT, shareHeight, stemOf } from './icicle-segments.ts';
import { cellAt, columnEdges, panBy, WHOLE_TREE, type Zoom, zoomAt, zoomOut } from './icicle-zoom.ts';

interface Chain {
  readonly name: string;
  readonly owner?: string;
  readonly rules: number;
  /** The rule that jumps, and the number of the chain. */
  readonly calls?: readonly (readonly [at: number, to: number])[];
}

/** Chains call later ones only. */
function callTree(chains: readonly Chain[]): CallTree {
  const jumps = chains.flatMap(({ calls = [] }) => calls);
  const starts = [0];
  for (const { calls = [] } of chains) starts.push((starts.at(-1) as number) + calls.length);
  const ownerIds = [...new Set(chains.map(({ owner = 'a' }) => owner))];
  const total = chains.map(({ rules }) => rules);
  for (let at = chains.length - 1; at >= 0; at--) {
    for (const [, to] of chains[at]?.calls ?? []) total[at] = (total[at] as number) + (total[to] as number);
  }
  let end = 0;
  return {
    measure: 'rules',
    chains: Int32Array.from(chains, (_, at) => 100 + at),
    names: chains.map(({ name }) => name).join(''),
    nameEnds: Int32Array.from(chains, ({ name }) => (end += name.length)),
    ownerIds,
    owners: Uint16Array.from(chains, ({ owner = 'a' }) => ownerIds.indexOf(owner)),
    rules: Int32Array.from(chains, ({ rules }) => rules),
    own: Float64Array.from(chains, ({ rules }) => rules),
    total: Float64Array.from(total),
    starts: Int32Array.from(starts),
    targets: Int32Array.from(jumps, ([, to]) => to),
    at: Int32Array.from(jumps, ([at]) => at),
    gotos: new Uint8Array(jumps.length),
    ahead: Float64Array.from(jumps, ([at]) => at),
    share: new Float64Array(jumps.length).fill(1),
  };
}

/**
 * Rules 1 and 2 are A's, 3 is B's. Rule 1 jumps to a chain with 10 rules and 40 below.
 *
 *   A ── C1 ── C2
 *   B ── C3
 */
const tree = callTree([
  {
    name: 'C0',
    rules: 3,
    calls: [
      [1, 1],
      [3, 3],
    ],
  },
  { name: 'C1', rules: 10, calls: [[4, 2]] },
  { name: 'C2', rules: 40 },
  { name: 'C3', owner: 'b', rules: 3 },
]);
const segments = [
  { owner: 'a', from: 1, to: 2 },
  { owner: 'b', from: 3, to: 3 },
];
const input = { tree, segments, zoom: WHOLE_TREE, height: 562 };
const named = (cells: readonly Cell[], name: string): Cell => cells.find((cell) => cell.name === name) as Cell;
const bottom = ({ y, height }: Cell): number => y + height;

/** A chain with as many calls as there are names, one rule each. */
function wide(count: number, rules = 1): CallTree {
  return callTree([
    { name: 'root', rules: count, calls: Array.from({ length: count }, (_, at) => [at + 1, at + 1] as const) },
    ...Array.from({ length: count }, (_, at) => ({ name: `KUBE-SVC-${at}`, rules })),
  ]);
}
const one = (count: number) => [{ owner: 'a', from: 1, to: count }];

describe('layOutIcicle', () => {
  it('gives each segment what its rules jump to, each at the place of its rule, linear in rules', () => {
    const { cells, columns, height } = layOutIcicle(input);
    expect([columns, height]).toEqual([3, 562]);
    expect(cells.map(({ key, kind, name }) => [key, kind, name])).toEqual([
      ['0', 'segment', ''],
      ['1', 'segment', ''],
      ['0/0', 'chain', 'C1'],
      ['1/1', 'chain', 'C3'],
      ['0/0/2', 'chain', 'C2'],
    ]);
    const [a, b] = cells as [Cell, Cell];
    expect([a.size, b.size]).toEqual([52, 4]);
    expect(a.height / b.height).toBeCloseTo(13);
    const unit = a.height / 52;
    // After its caller's rules up to the one that jumps.
    expect(named(cells, 'C1').y).toBeCloseTo(unit);
    expect(named(cells, 'C2').y).toBeCloseTo(unit * 5);
    expect(named(cells, 'C2').height + 2).toBeCloseTo(unit * 40);
  });

  it('counts a chain that two rules call under each of them', () => {
    const shared = callTree([
      {
        name: 'root',
        rules: 2,
        calls: [
          [1, 1],
          [2, 1],
        ],
      },
      { name: 'shared', rules: 100 },
    ]);
    const { cells } = layOutIcicle({ ...input, tree: shared, segments: one(2) });
    expect(cells.map(({ size }) => size)).toEqual([202, 100, 100]);
  });

  it('makes a comb of chains too flat to tell apart, with all that they call beside it', () => {
    const chains = Array.from({ length: 500 }, (_, at) => ({
      name: `KUBE-SVC-${at}`,
      rules: 2,
      calls: [[1, 501]] as const,
    }));
    const deep = callTree([
      { name: 'root', rules: 500, calls: chains.map((_, at) => [at + 1, at + 1] as const) },
      ...chains,
      { name: 'MARK', rules: 1 },
    ]);
    const { cells } = layOutIcicle({ ...input, tree: deep, segments: one(500) });
    expect(cells.map(({ kind, name, chains: count, rules, size }) => [kind, name, count, rules, size])).toEqual([
      ['segment', '', 1, 500, 2000],
      ['comb', 'KUBE-SVC-…', 500, 2, 1500],
      ['comb', 'MARK', 500, 1, 500],
    ]);
  });

  it('draws nothing below one pixel, and 100,000 calls in a few cells', () => {
    const { cells } = layOutIcicle({ ...input, tree: wide(100_000), segments: one(100_000) });
    expect(cells).toHaveLength(2);
    expect(Math.min(...cells.map(({ height }) => height))).toBeGreaterThanOrEqual(1);
  });

  it('fills the picture with what is zoomed in to', () => {
    const zoom: Zoom = { segment: 0, path: [0], from: 0, to: 1 };
    const { cells } = layOutIcicle({ ...input, zoom });
    expect(cells.map(({ name, depth, key }) => [name, depth, key])).toEqual([
      ['C1', 0, '0/0'],
      ['C2', 1, '0/0/2'],
    ]);
    expect(cells[0]).toMatchObject({ y: 0, height: 562, size: 50, parent: null });
    expect(named(cells, 'C2').y).toBeCloseTo((562 * 4) / 50);
  });

  it('shows single chains of thousands in a window, and their rules', () => {
    const zoom = zoomAt({ segment: 0, path: [], from: 0, to: 1 }, 20 / 10_000, 281, 562);
    const { cells } = layOutIcicle({ ...input, tree: wide(10_000), segments: one(10_000), zoom });
    const calls = cells.filter(({ kind, depth }) => kind === 'chain' && depth === 1);
    expect(calls.length).toBeGreaterThanOrEqual(19);
    expect(calls.length).toBeLessThanOrEqual(21);
    for (const { at, name } of calls) expect(name).toBe(`KUBE-SVC-${at - 1}`);
    expect(calls.some(({ at }) => Math.abs(at - 5000) <= 1)).toBe(true);
  });

  it('keeps every cell inside of its caller and apart from its neighbours, and what is drawn at its size', () => {
    const trees = fc.array(fc.tuple(fc.nat(400), fc.array(fc.nat(9), { maxLength: 8 })), {
      minLength: 2,
      maxLength: 9,
    });
    fc.assert(
      fc.property(
        trees,
        fc.integer({ min: 200, max: 900 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.nat(900),
        (given, height, part, at) => {
          const chains = given.map(([rules, calls], from) => {
            const targets = calls.map((to) => from + 1 + (to % 9)).filter((to) => to < given.length);
            const own = Math.max(1, rules, targets.length);
            return {
              name: `c-${from}`,
              owner: from % 3 === 0 ? 'a' : 'b',
              rules: own,
              calls: targets.map((to, k) => [k + 1, to] as const),
            };
          });
          const random = callTree(chains);
          const zoom = zoomAt(WHOLE_TREE, part, at % height, height);
          const { cells } = layOutIcicle({ tree: random, segments: one(chains[0]?.rules ?? 1), zoom, height });
          const byKey = new Map(cells.map((cell) => [cell.key, cell]));
          expect(byKey.size).toBe(cells.length);
          for (const cell of cells) {
            expect(cell.y).toBeGreaterThanOrEqual(0);
            expect(bottom(cell)).toBeLessThanOrEqual(height + 1e-6);
            const caller = byKey.get(cell.parent ?? '');
            if (cell.parent === null) continue;
            expect(cell.y).toBeGreaterThanOrEqual((caller?.y ?? Number.NaN) - 1e-6);
            // The caller may end a gap earlier.
            expect(bottom(cell)).toBeLessThanOrEqual(bottom(caller as Cell) + 2 + 1e-6);
            if (cell.kind === 'chain') expect(cell.name).toBe(chainName(random, cell.chain - 100));
          }
          for (let column = 0; column < 9; column++) {
            const inColumn = cells.filter(({ depth }) => depth === column);
            inColumn.slice(1).forEach((cell, before) => {
              expect(cell.y).toBeGreaterThanOrEqual(bottom(inColumn[before] as Cell) - 1e-6);
            });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is empty without segments', () => {
    expect(layOutIcicle({ ...input, segments: [] })).toMatchObject({ cells: [], columns: 0 });
  });
});

describe('the window', () => {
  it('keeps what is under the pointer where it is', () => {
    const zoom = zoomAt(zoomAt(WHOLE_TREE, 0.5, 100, 400), 0.5, 100, 400);
    expect(zoom.from + 0.25 * (zoom.to - zoom.from)).toBeCloseTo(0.25);
    expect(zoomAt(zoom, 1000, 300, 400)).toMatchObject({ from: 0, to: 1 });
  });

  it('is moved, but not out of the picture', () => {
    const zoom = { ...WHOLE_TREE, from: 0.4, to: 0.6 };
    expect(panBy(zoom, 100, 400).from).toBeCloseTo(0.45);
    expect(panBy(zoom, 1e6, 400)).toMatchObject({ from: 0.8 });
    expect(panBy(zoom, -1e6, 400)).toMatchObject({ from: 0 });
  });

  it('leads out step by step: the part, the callers, the segment, the whole', () => {
    const steps: Zoom[] = [];
    for (let at: Zoom | null = { segment: 0, path: [0, 2], from: 0.2, to: 0.3 }; at; at = zoomOut(at)) steps.push(at);
    expect(steps.map(({ segment, path, from }) => [segment, path.length, from])).toEqual([
      [0, 2, 0.2],
      [0, 2, 0],
      [0, 1, 0],
      [0, 0, 0],
      [null, 0, 0],
    ]);
  });
});

describe('cellAt', () => {
  it('finds what is drawn at a point', () => {
    const { cells, columns } = layOutIcicle(input);
    const edges = columnEdges(cells, columns, 300, 13);
    expect(edges).toHaveLength(4);
    expect(edges.at(-1)).toBeCloseTo(300);
    expect(cellAt(cells, edges, 5, 5)?.key).toBe('0');
    expect(cellAt(cells, edges, 150, 200)?.name).toBe('C1');
    expect(cellAt(cells, edges, 299, 300)?.name).toBe('C2');
    // Beside the rules that call nothing.
    expect(cellAt(cells, edges, 299, 2)).toBeNull();
    expect(cellAt(cells, edges, 301, 2)).toBeNull();
  });
});

describe('stemOf', () => {
  it.each([
    ['KUBE-SVC-AAAA', 'KUBE-SVC-BBBB', 'KUBE-SVC-…'],
    ['KUBE-SVC-AAAA', 'KUBE-EXT-BBBB', 'KUBE-…'],
    ['alpha', 'beta', 'alpha …'],
  ])('%s and %s: %s', (first, last, stem) => expect(stemOf(first, last)).toBe(stem));
});

describe('shareHeight', () => {
  it('is linear where everybody has enough', () => {
    expect(shareHeight([1, 3], 400)).toEqual([100, 300]);
  });

  it('never goes below the least, and fills the height if it can', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 2000 }),
        (weights, height) => {
          const heights = shareHeight(weights, height);
          expect(Math.min(...heights)).toBeGreaterThanOrEqual(MIN_SEGMENT - 1e-6);
          const sum = heights.reduce((a, b) => a + b, 0);
          expect(sum).toBeCloseTo(Math.max(height, weights.length * MIN_SEGMENT), 4);
        },
      ),
    );
  });
});
