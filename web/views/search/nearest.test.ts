import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Nearest, RANKS } from './nearest.ts';

describe('Nearest', () => {
  it('takes what sorting all would give', () => {
    const offers = fc.array(fc.record({ holder: fc.nat(30), rank: fc.nat(RANKS - 1), reason: fc.nat(99) }));
    fc.assert(
      fc.property(offers, fc.integer({ min: 1, max: 20 }), (all, most) => {
        const nearest = new Nearest(31);
        const best = new Map<number, { holder: number; rank: number; reason: number }>();
        for (const one of all) {
          nearest.offer(one.holder, one.rank, one.reason);
          const known = best.get(one.holder);
          if (!known || one.rank < known.rank) best.set(one.holder, one);
        }
        const sorted = [...best.values()].sort((a, b) => a.rank - b.rank || a.holder - b.holder);
        expect(nearest.take(most)).toEqual(sorted.slice(0, most));
        expect(nearest.count).toBe(sorted.length);
      }),
    );
  });

  it('forgets', () => {
    const nearest = new Nearest(3);
    nearest.offer(1, 5, 0);
    nearest.delete(1);
    nearest.delete(2);
    expect([nearest.count, nearest.has(1), nearest.take(9)]).toEqual([0, false, []]);
  });
});
