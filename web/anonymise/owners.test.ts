/** Whatever a signature of the catalogue takes, it takes when it is anonymised, and no other one does: owners stay owners. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../owners/catalogue/index.ts';
import { createKeyedHash } from './keyed-hash.ts';
import { Limits } from './limits.ts';
import { Renamer } from './rename.ts';
import { Scanner } from './scan.ts';

interface Signature {
  readonly pattern: RegExp;
  readonly example: string;
}

/** A pattern that ends within a word says nothing of the rest of it. */
function endsAWord({ pattern }: Signature, name: string): boolean {
  return new RegExp(`${pattern.source.replace(/([A-Za-z0-9)])\.\*\$$/, '$1')}(?![A-Za-z0-9])`).test(name);
}

const KINDS = ['chains', 'nftTables', 'comments', 'sets', 'interfaces'] as const;

const ALL: readonly (readonly [string, string, Signature])[] = CATALOGUE.flatMap((owner) =>
  KINDS.flatMap((kind) => owner[kind].map((signature) => [owner.id, kind, signature] as const)),
);

function renamer(key: Uint8Array): Renamer {
  return new Renamer(createKeyedHash(key), new Limits(), new Scanner());
}

/** Which signatures of that kind take it. */
function takers(kind: string, name: string): string[] {
  return ALL.filter(([, other, { pattern }]) => other === kind && pattern.test(name)).map(
    ([id, , { pattern }]) => `${id} ${pattern.source}`,
  );
}

describe.each(KINDS)('%s', (kind) => {
  it('that are examples', () => {
    const map = renamer(new Uint8Array(32).fill(2));
    for (const [, other, { example }] of ALL)
      if (other === kind) expect([example, takers(kind, map.text(example))]).toEqual([example, takers(kind, example)]);
  });

  it('that are like them', () => {
    const signatures = ALL.filter(([, other]) => other === kind);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc
          .constantFrom(...signatures)
          .chain(([, , { pattern }]) => fc.stringMatching(new RegExp(pattern.source, 'u'), { size: '-1' })),
        (key, name) => {
          fc.pre(/^[ -~]*$/.test(name) && !name.includes('\\'));
          // No program writes these: what stands behind them is always there, or always parted from them.
          fc.pre(!/^(?:cali[46]0(?![a-z])|AWS[A-Za-z])/.test(name));
          // The identifier of a port or group is the beginning of a UUID.
          fc.pre(!/^neutron-.*-[ios][0-9a-f-]*$/.test(name) || /-[ios][0-9a-f]{8}-[0-9a-f]{1,2}$/.test(name));
          fc.pre(signatures.every(([, , one]) => !one.pattern.test(name) || endsAWord(one, name)));
          expect([name, takers(kind, renamer(key).text(name))]).toEqual([name, takers(kind, name)]);
        },
      ),
      { numRuns: 1500 },
    );
  });
});
