import { describe, expect, it } from 'vitest';
import { layOutTable } from './runs.ts';
import { stickyLines } from './sticky.ts';

/** Chain 1 of 4 rules; rule 2 is opened into chain 10 of 5 rules, its rule 3 into chain 20 of 8. */
const table = layOutTable({
  top: { chain: 1, rules: 4, folds: [] },
  boundaries: [{ segment: 1, before: 4 }],
  opened: new Map([
    ['2', { chain: 10, rules: 5, folds: [] }],
    ['2.3', { chain: 20, rules: 8, folds: [] }],
  ]),
  unfolded: new Set(),
});
const HEIGHT = 25;
/** All lines as high as a sticky one. Lines: 1 2 2.1 2.2 2.3 2.3.1 … 2.3.8 2.4 2.5 3 — 4 end */
const above = (scrolled: number): string[] =>
  stickyLines(table, scrolled, HEIGHT, (offset) => {
    const line = Math.floor(offset / HEIGHT);
    return line < table.lines ? line : null;
  }).map(({ number }) => number);

describe('stickyLines', () => {
  it('are none in the chain itself', () => {
    expect(above(0)).toEqual([]);
    expect(above(HEIGHT)).toEqual([]);
  });

  it('keep the rule in sight that was opened, as soon as it is scrolled away', () => {
    expect(above(HEIGHT * 2)).toEqual(['2']);
    expect(above(HEIGHT * 3)).toEqual(['2']);
  });

  it('keep every level in sight, the outer above the inner', () => {
    // Below the first sticky line is 2.3.1 already.
    expect(above(HEIGHT * 4)).toEqual(['2', '2.3']);
    expect(above(HEIGHT * 8)).toEqual(['2', '2.3']);
  });

  it('drop a level where its chain ends below the others', () => {
    // 2.3.8 is hidden below the outer one; 2.4 comes next.
    expect(above(HEIGHT * 12)).toEqual(['2']);
    expect(above(HEIGHT * 15)).toEqual([]);
    expect(above(HEIGHT * 100)).toEqual([]);
  });

  it('know the rule that calls and the chain that is called', () => {
    const [outer, inner] = stickyLines(table, HEIGHT * 5, HEIGHT, (offset) => Math.floor(offset / HEIGHT));
    expect(outer).toEqual({ number: '2', path: '', index: 2, chain: 10 });
    expect(inner).toEqual({ number: '2.3', path: '2', index: 3, chain: 20 });
  });
});
