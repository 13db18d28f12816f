import { describe, expect, it } from 'vitest';
import type { CallTree } from '../../layout/call-tree.ts';
import { type Cell, layOutIcicle } from '../../layout/icicle.ts';
import { WHOLE_TREE, type Zoom } from '../../layout/icicle-zoom.ts';
import { cellLine, cellWords, shortName } from './cell-words.ts';
import { treeKey, zoomKey } from './tree-keys.ts';
import { crumbsOf, seenRules, zoomInto } from './tree-zoom.ts';

/** FORWARD calls DISPATCH, which calls `count` chains of `rules` rules. */
function dispatch(count: number, rules: number): CallTree {
  const names = ['FORWARD', 'cali-dispatch', ...Array.from({ length: count }, (_, at) => `cali-fw-${at}`)];
  let end = 0;
  return {
    measure: 'rules',
    chains: Int32Array.from(names, (_, at) => at),
    names: names.join(''),
    nameEnds: Int32Array.from(names, (name) => (end += name.length)),
    ownerIds: ['calico'],
    owners: new Uint16Array(count + 2),
    rules: Int32Array.from(names, (_, at) => (at === 0 ? 1 : at === 1 ? count : rules)),
    own: Float64Array.from(names, (_, at) => (at === 0 ? 1 : at === 1 ? count : rules)),
    total: Float64Array.from(names, (_, at) =>
      at === 0 ? 1 + count * (rules + 1) : at === 1 ? count * (rules + 1) : rules,
    ),
    starts: Int32Array.from([0, 1, 1 + count, ...Array.from({ length: count }, () => 1 + count)]),
    targets: Int32Array.from({ length: count + 1 }, (_, at) => at + 1),
    at: Int32Array.from({ length: count + 1 }, (_, at) => (at === 0 ? 1 : at)),
    gotos: Uint8Array.from({ length: count + 1 }, (_, at) => (at === 0 ? 0 : 1)),
    ahead: Float64Array.from({ length: count + 1 }, (_, at) => (at === 0 ? 1 : at)),
    share: new Float64Array(count + 1).fill(1),
  };
}
const segments = [{ owner: 'calico', from: 1, to: 1 }];
const lay = (tree: CallTree, zoom: Zoom = WHOLE_TREE) => layOutIcicle({ tree, segments, zoom, height: 500 }).cells;
const find = (cells: readonly Cell[], key: string): Cell => cells.find((cell) => cell.key === key) as Cell;

describe('zoomInto', () => {
  it('fills the picture with a chain that calls something, not with one that calls nothing', () => {
    const cells = lay(dispatch(4, 3));
    expect(zoomInto(find(cells, '0/0'), WHOLE_TREE, 100, 500)).toEqual({ segment: 0, path: [0], from: 0, to: 1 });
    expect(zoomInto(find(cells, '0/0/1'), WHOLE_TREE, 100, 500)).toBeNull();
  });

  it('goes to single chains of a comb where the pointer is, however many there are', () => {
    const tree = dispatch(10_000, 3);
    let zoom: Zoom = WHOLE_TREE;
    let clicks = 0;
    for (; clicks < 4; clicks++) {
      const comb = lay(tree, zoom).find(({ kind }) => kind === 'comb');
      if (!comb) break;
      zoom = zoomInto(comb, zoom, 250, 500) as Zoom;
      expect(zoom).not.toBeNull();
    }
    expect(clicks).toBeLessThanOrEqual(2);
    const shown = lay(tree, zoom).filter(({ name }) => name.startsWith('cali-fw-'));
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.some(({ at }) => Math.abs(at - 5000) < 40)).toBe(true);
  });

  it('shows all of a comb first if its chains can be seen then', () => {
    const tree = dispatch(40, 3);
    const comb: Cell = {
      ...find(lay(tree), '0/0'),
      kind: 'comb',
      height: 90,
      chains: 40,
      zoom: { segment: 0, path: [0], from: 0.2, to: 0.4 },
    };
    expect(zoomInto(comb, WHOLE_TREE, 60, 500)).toBe(comb.zoom);
  });
});

describe('crumbsOf', () => {
  it('lead from the whole chain to what fills the picture, and say which part of it is seen', () => {
    const words = { root: 'FORWARD', owner: () => 'Calico' };
    const tree = dispatch(4, 3);
    expect(crumbsOf(tree, WHOLE_TREE, words, null).map(({ words: said }) => said)).toEqual(['FORWARD']);
    const zoom = { segment: 0, path: [0], from: 0.25, to: 0.5 };
    const crumbs = crumbsOf(tree, zoom, words, { chain: null, from: 1200, to: 1240 });
    expect(crumbs.map(({ words: said }) => said)).toEqual(['FORWARD', 'Calico', 'cali-dispatch', 'rules 1,200–1,240']);
    expect(crumbs[2]?.zoom).toEqual({ segment: 0, path: [0], from: 0, to: 1 });
  });
});

describe('seenRules', () => {
  it('names the rules of the deepest chain that fills the picture alone', () => {
    const tree = dispatch(10_000, 3);
    const part = { ...WHOLE_TREE, from: 0.5, to: 0.502 };
    expect(seenRules(lay(tree, part))).toMatchObject({ chain: 'cali-dispatch', from: 5000 });
    const inside = { segment: 0, path: [0], from: 0.5, to: 0.502 };
    expect(seenRules(lay(tree, inside))).toMatchObject({ chain: null });
    expect(seenRules([])).toBeNull();
  });
});

describe('what is said of a cell', () => {
  const cells = lay(dispatch(4, 3));
  it('names segments by their owner, chains by their name, with their own rules', () => {
    expect(cellWords(find(cells, '0'), 'Calico', 'rules')).toEqual({ title: 'Calico', detail: '1 rule' });
    expect(cellWords(find(cells, '0/0'), 'Calico', 'rules')).toEqual({ title: 'cali-dispatch', detail: '4 rules' });
    expect(cellWords(find(cells, '0/0/1'), 'Calico', 'rules').detail).toBe('3 rules, by goto');
    expect(cellWords(find(cells, '0/0'), 'Calico', 'evaluations').detail).toBe('16 evaluations');
  });

  it('says all that is known in one line', () => {
    expect(cellLine(find(cells, '0/0'), 'Calico', 'rules', 17)).toBe(
      '4 rules here · Calico · 16 rules with all below · 94 % · called from rule 1',
    );
    expect(cellLine(find(cells, '0/0/1'), 'Calico', 'rules', 17)).toBe(
      '3 rules here · Calico · 18 % · goto from rule 1',
    );
  });

  it('leaves out the prefix that the caller has too', () => {
    expect(shortName(find(cells, '0/0/1'), find(cells, '0/0'))).toBe('fw-0');
    expect(shortName(find(cells, '0/0'), find(cells, '0'))).toBe('cali-dispatch');
  });
});

describe('treeKey', () => {
  const cells = lay(dispatch(3, 30));
  it.each([
    ['ArrowRight', '0', '0/0'],
    ['ArrowLeft', '0/0', '0'],
    ['ArrowDown', '0/0/1', '0/0/2'],
    ['ArrowUp', '0/0/2', '0/0/1'],
    ['End', '0/0/1', '0/0/3'],
    ['Home', '0/0/3', '0/0/1'],
    ['ArrowDown', '0', undefined],
    ['ArrowLeft', '0', undefined],
    ['x', '0', undefined],
  ])('%s from %s leads to %s', (key, from, to) => {
    expect(treeKey(key, cells, find(cells, from))?.key).toBe(to);
  });
  it.each([
    ['Enter', 'open'],
    [' ', 'in'],
    ['Escape', 'out'],
    ['Backspace', 'out'],
    ['0', 'whole'],
    ['+', 'closer'],
    ['-', 'farther'],
    ['a', null],
  ])('%s: %s', (key, way) => expect(zoomKey(key)).toBe(way));
});
