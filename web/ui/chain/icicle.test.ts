import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../worker/protocol.ts';
import { layOutIcicle, MIN_SEGMENT, shareHeight } from './icicle.ts';
import { treeKey } from './tree-keys.ts';

function node(chain: number, over: Partial<TreeNode> = {}): TreeNode {
  const base = {
    name: `C${chain}`,
    owner: 'a',
    rule: null,
    goto: false,
    rules: 1,
    evaluations: 1,
    packets: 0,
    children: [],
    merged: 1,
  };
  return { chain, weight: 1, ...base, ...over };
}

/**
 * Rules 100 and 101 are A's, 102 is B's. 100 jumps to a chain with 10 rules and 40 below.
 *
 *   A ── C2 ── C3
 *   B ── C4
 */
const tree = node(1, {
  rules: 3,
  weight: 56,
  children: [
    node(2, { rule: 100, rules: 10, weight: 50, children: [node(3, { rule: 500, rules: 40, weight: 40 })] }),
    node(4, { rule: 102, owner: 'b', rules: 3, weight: 3 }),
  ],
});
const segments = [
  { owner: 'a', from: 1, to: 2 },
  { owner: 'b', from: 3, to: 3 },
];
const input = { tree, segments, firstRule: 100, measure: 'rules', height: 562 } as const;

describe('layOutIcicle', () => {
  it('gives each segment what its rules jump to, in their order, linear in rules', () => {
    const { cells, columns } = layOutIcicle(input);
    expect(columns).toBe(3);
    expect(cells.map(({ key, kind, name }) => [key, kind, name])).toEqual([
      ['0', 'segment', ''],
      ['1', 'segment', ''],
      ['0/0', 'chain', 'C2'],
      ['1/0', 'chain', 'C4'],
      ['0/0/0', 'chain', 'C3'],
    ]);
    const [a, b, c2, , c3] = cells;
    expect([a?.size, b?.size]).toEqual([52, 4]);
    expect((a?.height ?? 0) / (b?.height ?? 1)).toBeCloseTo(13);
    expect((c3?.height ?? 0) + 2).toBeCloseTo(((c2?.height ?? 0) + 2) * 0.8);
  });

  it('keeps what is below within its caller, also where a shared chain is counted under each', () => {
    const shared = node(9, { rules: 100, weight: 100 });
    const wide = node(1, {
      rules: 2,
      weight: 102,
      children: [node(9, { ...shared, rule: 100 }), node(9, { ...shared, rule: 101 })],
    });
    const { cells } = layOutIcicle({ ...input, tree: wide, segments: [{ owner: 'a', from: 1, to: 2 }] });
    const [segment, first, second] = cells;
    expect(segment?.size).toBe(202);
    expect(second?.y).toBeGreaterThan((first?.y ?? 0) + (first?.height ?? 0));
    expect((second?.y ?? 0) + (second?.height ?? 0)).toBeLessThanOrEqual((segment?.y ?? 0) + (segment?.height ?? 0));
  });

  it('makes a comb of chains too flat to see, and counts them', () => {
    const children = Array.from({ length: 500 }, (_, at) => node(10 + at, { rule: 100 + at, rules: 1, weight: 1 }));
    const { cells } = layOutIcicle({
      ...input,
      tree: node(1, { rules: 500, weight: 1000, children }),
      segments: [{ owner: 'a', from: 1, to: 500 }],
    });
    expect(cells.map(({ kind, chains }) => [kind, chains])).toEqual([
      ['segment', 1],
      ['comb', 500],
    ]);
  });

  it('says how much of a chain the tree left out', () => {
    const children = [node(2, { rule: 100, rules: 10, weight: 10 })];
    const { cells } = layOutIcicle({
      ...input,
      tree: node(1, { rules: 100, weight: 1000, children }),
      segments: [{ owner: 'a', from: 1, to: 100 }],
    });
    expect(cells.map(({ kind, size }) => [kind, size])).toEqual([
      ['segment', 1000],
      ['rest', 890],
      ['chain', 10],
    ]);
    const [segment, rest, first] = cells;
    expect(rest?.y).toBeGreaterThanOrEqual((first?.y ?? 0) + (first?.height ?? 0));
    expect((rest?.y ?? 0) + (rest?.height ?? 0)).toBeLessThanOrEqual(segment?.height ?? 0);
  });

  it('measures worst-case evaluations instead', () => {
    const costly = node(1, {
      rules: 2,
      weight: 4,
      children: [node(2, { rule: 100, evaluations: 90 }), node(3, { rule: 101, owner: 'b', evaluations: 1 })],
    });
    const two = [
      { owner: 'a', from: 1, to: 1 },
      { owner: 'b', from: 2, to: 2 },
    ];
    const { cells } = layOutIcicle({ ...input, tree: costly, segments: two, measure: 'evaluations' });
    expect(cells[0]?.size).toBe(91);
    expect(cells[1]?.height).toBe(MIN_SEGMENT);
  });

  it('measures what the counters say, each segment with its own rules', () => {
    const counted = node(1, {
      rules: 2,
      children: [node(2, { rule: 100, packets: 900 }), node(3, { rule: 101, owner: 'b', packets: 0 })],
    });
    const two = [
      { owner: 'a', from: 1, to: 1, packets: 100 },
      { owner: 'b', from: 2, to: 2, packets: null },
    ];
    const { cells } = layOutIcicle({ ...input, tree: counted, segments: two, measure: 'packets' });
    expect(cells.map(({ size }) => size).slice(0, 3)).toEqual([1000, 2, 900]);
  });

  it('is empty without segments', () => {
    expect(layOutIcicle({ ...input, segments: [] })).toEqual({ cells: [], columns: 0, height: 0 });
  });
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

describe('treeKey', () => {
  const { cells } = layOutIcicle(input);
  const at = (key: string) => cells.find((cell) => cell.key === key) as (typeof cells)[number];
  it.each([
    ['ArrowRight', '0', '0/0'],
    ['ArrowLeft', '0/0', '0'],
    ['ArrowDown', '0/0', '1/0'],
    ['ArrowUp', '1', '0'],
    ['End', '0', '1'],
    ['Home', '1', '0'],
    ['ArrowDown', '1', undefined],
    ['ArrowLeft', '1', undefined],
    ['x', '1', undefined],
  ])('%s from %s leads to %s', (key, from, to) => {
    expect(treeKey(key, cells, at(from))?.key).toBe(to);
  });
});
