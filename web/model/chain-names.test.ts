import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChainNames } from './chain-names.ts';
import type { Chain } from './ruleset.ts';

const chain = (name: string): Chain => ({ name }) as Chain;

/** As ChainNames hashes: names for which this is equal are made to collide. */
function hash(name: string): number {
  let value = (0x811c9dc5 | 0) ^ name.length;
  for (const char of name) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193);
  return (value ^ (value >>> 15)) & 0x3fffffff;
}

describe('ChainNames', () => {
  it('finds what a Map finds, however chains and questions follow each other', () => {
    const name = fc.oneof(fc.constantFrom('INPUT', '__proto__', '', 'a', 'é'), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.record({ name, add: fc.boolean() }), { maxLength: 200 }),
        (asked, steps) => {
          const chains: Chain[] = [];
          const names = new ChainNames(chains, asked);
          const map = new Map<string, Chain>();
          for (const step of steps) {
            if (step.add) {
              const made = chain(step.name);
              chains.push(made);
              if (!map.has(step.name)) map.set(step.name, made);
            } else expect(names.get(step.name)).toBe(map.get(step.name));
          }
          for (const [each, made] of map) expect(names.get(each)).toBe(made);
          expect(names.has('no such chain')).toBe(false);
        },
      ),
    );
  });

  it('finds many names that were made to collide', () => {
    const place = hash('x') & 0xfff;
    const chains: Chain[] = [];
    for (let i = 0; chains.length < 200; i++) if ((hash(`c${i}`) & 0xfff) === place) chains.push(chain(`c${i}`));
    const names = new ChainNames(chains, false);
    for (const each of chains) expect(names.get(each.name)).toBe(each);
    expect(names.get('x')).toBeUndefined();
    const late = chain('late');
    chains.push(late, chain(chains[0]?.name ?? ''));
    expect(names.get('late')).toBe(late);
    expect(names.get(chains[0]?.name ?? '')).toBe(chains[0]);
  });
});
