import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChainNames } from './chain-names.ts';
import type { Chain } from './ruleset.ts';

test('finds what a Map finds, however chains and questions follow each other', () => {
  const name = fc.oneof(fc.constantFrom('INPUT', '__proto__', '', 'a', 'é'), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(fc.record({ name, add: fc.boolean() }), { maxLength: 200 }), (steps) => {
      const chains: Chain[] = [];
      const names = new ChainNames(chains);
      const map = new Map<string, Chain>();
      for (const step of steps) {
        if (step.add) {
          const chain = { name: step.name } as Chain;
          chains.push(chain);
          if (!map.has(step.name)) map.set(step.name, chain);
        } else expect(names.get(step.name)).toBe(map.get(step.name));
      }
      for (const [each, chain] of map) expect(names.get(each)).toBe(chain);
      expect(names.has('no such chain')).toBe(false);
    }),
  );
});
