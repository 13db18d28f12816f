import { describe, expect, it } from 'vitest';
import { curveOf, estimateIptables, estimateNft, growthOf, RECORDED_RELOAD, type RecordedPoint } from './reload.ts';

const NO_SETS = { namedSets: 0, namedMaps: 0, anonymousSets: 0 };

function countsOf({ rules, chains, anonymous, elements }: RecordedPoint) {
  return { ...NO_SETS, rules, chains, anonymousMaps: anonymous, elements };
}

describe('what was recorded', () => {
  it('is complete, and grows', () => {
    for (const { points } of RECORDED_RELOAD.curves) {
      expect(points.length).toBeGreaterThan(2);
      points.slice(1).forEach((point, i) => {
        expect(point.size).toBeGreaterThan(points[i]?.size ?? 0);
      });
    }
  });

  it('shows what grows faster than in proportion: anonymous maps, and nft with them', () => {
    expect(growthOf('anonymous')).toBeGreaterThan(1.6);
    expect(growthOf('nft')).toBeGreaterThan(1.4);
    for (const id of ['chains', 'rules', 'elements', 'iptables'] as const) expect(growthOf(id)).toBeLessThan(1.35);
  });
});

describe('a recorded ruleset', () => {
  it('is placed where it was recorded', () => {
    for (const point of curveOf(RECORDED_RELOAD, 'nft').points) {
      const { seconds, beyond } = estimateNft(countsOf(point));
      expect(Math.abs(seconds / point.seconds - 1)).toBeLessThan(0.35);
      expect(beyond).toBe(false);
    }
    for (const point of curveOf(RECORDED_RELOAD, 'iptables').points) {
      expect(estimateIptables(point.rules).seconds).toBeCloseTo(point.seconds, 6);
    }
  });

  it('costs less without its anonymous maps', () => {
    for (const point of curveOf(RECORDED_RELOAD, 'nft').points.slice(2)) {
      const without = estimateNft({ ...countsOf(point), anonymousMaps: 0 });
      expect(without.anonymous).toBe(0);
      expect(without.seconds).toBeLessThan(estimateNft(countsOf(point)).seconds);
    }
  });
});

it('says where the curve ends', () => {
  const last = curveOf(RECORDED_RELOAD, 'iptables').points.at(-1);
  expect(estimateIptables((last?.rules ?? 0) * 2)).toMatchObject({ beyond: true, below: false });
  expect(estimateIptables((last?.rules ?? 0) * 2).seconds).toBeGreaterThan(last?.seconds ?? 0);
  expect(estimateIptables(3)).toMatchObject({ beyond: false, below: true });
  expect(estimateIptables(0).seconds).toBe(0);
  expect(estimateNft({ ...NO_SETS, rules: 0, chains: 0, anonymousMaps: 0, elements: 0 }).seconds).toBe(0);
});
