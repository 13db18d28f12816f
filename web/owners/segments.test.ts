import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../parse/read.ts';
import { attribute, saved } from './fixtures.ts';
import { ownersIn, segmentAt, segmentsOf } from './segments.ts';

const RULES = [
  'FORWARD -j cali-FORWARD',
  'FORWARD -j KUBE-FORWARD',
  'FORWARD -p tcp -m tcp --dport 22 -j ACCEPT',
  'FORWARD -j DOCKER-FORWARD',
];

describe('segmentsOf', () => {
  it('joins neighbours of one owner', () => {
    const [a, b, c] = RULES as [string, string, string, string];
    const { ruleset, attribution } = attribute(readDocument, [
      saved('filter', [a, a, b, c, a], ['cali-FORWARD', 'KUBE-FORWARD']),
    ]);
    const chain = ruleset.chains.find(({ name }) => name === 'FORWARD');
    const segments = segmentsOf(chain as never, attribution);
    expect(segments).toEqual([
      { owner: 'calico-iptables', from: 1, to: 2 },
      { owner: 'kube-proxy-iptables', from: 3, to: 3 },
      { owner: 'unknown', from: 4, to: 4 },
      { owner: 'calico-iptables', from: 5, to: 5 },
    ]);
    expect(ownersIn(chain as never, attribution)).toEqual(['calico-iptables', 'kube-proxy-iptables', 'unknown']);
    expect(segmentAt(segments, 2)?.owner).toBe('calico-iptables');
    expect(segmentAt(segments, 6)).toBeNull();
  });

  it('covers every rule once, and neighbours differ', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...RULES), { maxLength: 12 }), (rules) => {
        const { ruleset, attribution, ownerOf } = attribute(readDocument, [
          saved('filter', rules, ['cali-FORWARD', 'KUBE-FORWARD', 'DOCKER-FORWARD']),
        ]);
        const chain = ruleset.chains.find(({ name }) => name === 'FORWARD');
        const segments = segmentsOf(chain as never, attribution);
        const spread = segments.flatMap(({ owner, from, to }) => new Array<string>(to - from + 1).fill(owner));
        expect(spread).toEqual(chain?.rules.map(ownerOf));
        for (const [i, segment] of segments.entries()) {
          expect(segment.from).toBe((segments[i - 1]?.to ?? 0) + 1);
          expect(segment.owner).not.toBe(segments[i - 1]?.owner);
        }
      }),
      { numRuns: 100 },
    );
  });
});
