import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChainLines,
  foldKey,
  layOutTable,
  lineAt,
  lineNumber,
  lineOfNumber,
  lineOfRule,
  nextRuleLine,
  type Table,
} from './runs.ts';

const none = { boundaries: [], opened: new Map<string, ChainLines>(), unfolded: new Set<string>() };
const chain = (id: number, rules: number, folds: ChainLines['folds'] = []): ChainLines => ({ chain: id, rules, folds });

/** The table as it reads: numbers, `…` for folds, `--` for boundaries. */
function read(table: Table): string[] {
  return Array.from({ length: table.lines }, (_, at) => {
    const line = lineAt(table, at);
    if (!line) return 'nothing';
    switch (line.kind) {
      case 'rule':
        return lineNumber(line.path, line.index);
      case 'fold':
        return `${lineNumber(line.path, line.fold.from)}…${line.fold.to}`;
      case 'boundary':
        return `--${line.segment}`;
      default:
        return line.kind;
    }
  });
}

describe('layOutTable', () => {
  it('numbers the rules and ends with the policy', () => {
    expect(read(layOutTable({ ...none, top: chain(1, 3) }))).toEqual(['1', '2', '3', 'end']);
  });

  it('says that an empty chain is empty', () => {
    expect(read(layOutTable({ ...none, top: chain(1, 0) }))).toEqual(['empty', 'end']);
  });

  it('puts boundaries before the rules that they precede, the last one before the policy', () => {
    const boundaries = [
      { segment: 0, before: 1 },
      { segment: 1, before: 2 },
      { segment: 2, before: 4 },
    ];
    expect(read(layOutTable({ ...none, top: chain(1, 3), boundaries }))).toEqual([
      '--0',
      '1',
      '--1',
      '2',
      '3',
      '--2',
      'end',
    ]);
  });

  it('opens jumps in place, inside each other, before the boundary that follows', () => {
    const opened = new Map([
      ['1', chain(2, 2)],
      ['1.2', chain(3, 1)],
      ['2', chain(4, 0)],
    ]);
    const boundaries = [{ segment: 1, before: 2 }];
    expect(read(layOutTable({ ...none, top: chain(1, 2), boundaries, opened }))).toEqual([
      '1',
      '1.1',
      '1.2',
      '1.2.1',
      '--1',
      '2',
      'empty',
      'end',
    ]);
  });

  it('folds, unfolds, and hides what was opened inside a fold', () => {
    const fold = { from: 2, to: 5, words: '' };
    const top = chain(1, 6, [fold]);
    expect(read(layOutTable({ ...none, top }))).toEqual(['1', '2…5', '6', 'end']);
    const opened = new Map([['3', chain(2, 1)]]);
    expect(read(layOutTable({ ...none, top, opened }))).toEqual(['1', '2…5', '6', 'end']);
    const unfolded = new Set([foldKey('', fold)]);
    expect(read(layOutTable({ ...none, top, opened, unfolded }))).toEqual(['1', '2', '3', '3.1', '4', '5', '6', 'end']);
  });

  it('folds inside an opened chain', () => {
    const opened = new Map([['1', chain(2, 8, [{ from: 2, to: 8, words: '' }])]]);
    expect(read(layOutTable({ ...none, top: chain(1, 2), opened }))).toEqual(['1', '1.1', '1.2…8', '2', 'end']);
  });

  it('does not cost by the rule', () => {
    const table = layOutTable({ ...none, top: chain(1, 10_000_000) });
    expect(table.runs).toHaveLength(2);
    expect(lineAt(table, 9_999_999)).toMatchObject({ kind: 'rule', index: 10_000_000 });
    expect(lineAt(table, 10_000_000)).toEqual({ kind: 'end' });
    expect(lineAt(table, 10_000_001)).toBeNull();
    expect(lineAt(table, -1)).toBeNull();
  });

  it('shows every rule of the chain once, in order, whatever is opened or marked', () => {
    const input = fc.record({
      rules: fc.integer({ min: 0, max: 30 }),
      cuts: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
      opened: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(input, ({ rules, cuts, opened }) => {
        const boundaries = cuts
          .filter((cut) => cut <= rules + 1)
          .sort((a, b) => a - b)
          .map((before, segment) => ({ segment, before }));
        const below = new Map(opened.map((index) => [String(index), chain(2, 2)]));
        const table = layOutTable({ ...none, top: chain(1, rules), boundaries, opened: below });
        const numbers = read(table).filter((line) => /^\d+$/.test(line));
        expect(numbers).toEqual(Array.from({ length: rules }, (_, at) => String(at + 1)));
        for (let index = 1; index <= rules; index++) {
          expect(lineAt(table, lineOfRule(table, 1, index) as number)).toMatchObject({ chain: 1, path: '', index });
        }
        expect(read(table).filter((line) => line.startsWith('--'))).toHaveLength(boundaries.length);
      }),
    );
  });
});

describe('lineOfRule', () => {
  it('prefers the chain itself to an opened copy of it', () => {
    const table = layOutTable({ ...none, top: chain(1, 3), opened: new Map([['1', chain(1, 3)]]) });
    expect(lineOfRule(table, 1, 2)).toBe(4);
    expect(lineOfRule(table, 1, 9)).toBeNull();
    expect(lineOfRule(table, 5, 1)).toBeNull();
  });
});

describe('lineOfNumber', () => {
  const table = layOutTable({ ...none, top: chain(1, 3), opened: new Map([['2', chain(2, 2)]]) });
  it.each([
    ['1', 0],
    ['2', 1],
    ['2.1', 2],
    ['2.2', 3],
    ['3', 4],
    ['4', null],
    ['2.3', null],
    ['1.1', null],
  ])('%s is line %s', (number, line) => {
    expect(lineOfNumber(table, number)).toBe(line);
  });
});

describe('nextRuleLine', () => {
  const table = layOutTable({ ...none, top: chain(1, 2), boundaries: [{ segment: 1, before: 2 }] });
  it('skips what is no rule', () => {
    expect(nextRuleLine(table, 1, 1)).toBe(2);
    expect(nextRuleLine(table, 1, -1)).toBe(0);
    expect(nextRuleLine(table, 3, 1)).toBeNull();
    expect(nextRuleLine(table, -1, -1)).toBeNull();
  });
});

describe('a filter', () => {
  const filtered = (only: number[], opened = new Map<string, { chain: number; rules: number; folds: [] }>()) =>
    layOutTable({
      top: { chain: 1, rules: 10, folds: [{ from: 2, to: 9, words: '' }] },
      boundaries: [{ segment: 1, before: 3 }],
      opened,
      unfolded: new Set(),
      only: Uint32Array.from(only),
    });
  const shown = (table: ReturnType<typeof layOutTable>) =>
    Array.from({ length: table.lines }, (_, at) => {
      const line = lineAt(table, at);
      return line?.kind === 'rule' ? lineNumber(line.path, line.index) : line?.kind;
    });

  it('leaves its rules and the end, without folds and boundaries', () => {
    expect(shown(filtered([1, 4, 5, 10]))).toEqual(['1', '4', '5', '10', 'end']);
    expect(shown(filtered([]))).toEqual(['end']);
    expect(shown(filtered([3]))).toEqual(['3', 'end']);
  });

  it('keeps what is opened below a rule that is left', () => {
    const below = { chain: 2, rules: 2, folds: [] } as const;
    const opened = new Map([
      ['4', { ...below, folds: [] as [] }],
      ['6', { ...below, folds: [] as [] }],
    ]);
    expect(shown(filtered([4, 8], opened))).toEqual(['4', '4.1', '4.2', '8', 'end']);
  });
});
