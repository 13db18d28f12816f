import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IntMap } from './int-map.ts';

it('does what a Map does', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat()), { maxLength: 600 }), (entries) => {
      const map = new IntMap();
      for (const [key, value] of entries) map.set(key, value);
      const expected = new Map(entries);
      expect(map.size).toBe(expected.size);
      for (let key = 0; key <= 500; key++) expect(map.get(key)).toBe(expected.get(key) ?? -1);
    }),
  );
});
