import { describe, expect, it } from 'vitest';
import { row, service, token } from './fixtures.ts';
import { findFolds, shapeOf, stemOf } from './fold.ts';

const services = (from: number, count: number, stem = 'KUBE-SVC') =>
  Array.from({ length: count }, (_, at) => service(from + at, `${stem}-${String(at).padStart(16, 'A')}`));

describe('findFolds', () => {
  it('keeps the first of a run and folds the rest', () => {
    const rows = [row(1), ...services(2, 18), row(20)];
    expect(findFolds(rows)).toEqual([{ from: 3, to: 19, words: 'dst, tcp dport: jump KUBE-SVC-…' }]);
  });

  it('leaves short runs alone: a line for two rules saves nothing', () => {
    expect(findFolds(services(1, 4))).toEqual([]);
    expect(findFolds(services(1, 5))).toEqual([{ from: 2, to: 5, words: 'dst, tcp dport: jump KUBE-SVC-…' }]);
  });

  it('folds a run at the end of the chain, and none in an empty one', () => {
    expect(findFolds([row(1), ...services(2, 6)])).toHaveLength(1);
    expect(findFolds([])).toEqual([]);
  });

  it('does not fold over another owner, another field or another kind of chain', () => {
    const mixed = [...services(1, 4), ...services(5, 4, 'KUBE-EXT'), row(9, { owner: 'calico-iptables' })];
    expect(findFolds(mixed)).toEqual([]);
  });

  it('never folds one rule twice, and only rules that are there', () => {
    const rows = [...services(1, 9), row(10), ...services(11, 9, 'KUBE-EXT')];
    const folds = findFolds(rows);
    expect(folds.map(({ from, to }) => [from, to])).toEqual([
      [2, 9],
      [12, 19],
    ]);
  });
});

describe('shapeOf', () => {
  it('does not mind values, but minds what is tested', () => {
    expect(shapeOf(service(1, 'KUBE-SVC-AAA'))).toBe(shapeOf(service(2, 'KUBE-SVC-BBB')));
    expect(shapeOf(row(1, { match: [token('in', 'eth0')] }))).not.toBe(
      shapeOf(row(1, { match: [token('out', 'eth0')] })),
    );
  });

  it('tells opaque texts apart: they have no field', () => {
    expect(shapeOf(row(1, { match: [token('', '-m foo')] }))).not.toBe(
      shapeOf(row(1, { match: [token('', '-m bar')] })),
    );
  });
});

describe('stemOf', () => {
  it.each([
    ['KUBE-SVC-ERIFXISQEP7F7OF4', 'KUBE-SVC'],
    ['cali-tw-cali1234', 'cali-tw'],
    ['DOCKER', 'DOCKER'],
    ['-odd', '-odd'],
  ])('%s: %s', (name, stem) => {
    expect(stemOf(name)).toBe(stem);
  });
});
