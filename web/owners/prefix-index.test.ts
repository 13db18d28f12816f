import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue/index.ts';
import { literalPrefixes, PrefixIndex } from './prefix-index.ts';

describe('literalPrefixes', () => {
  it.each([
    [/^KUBE-(SVC|SEP)-.+$/, ['KUBE-SVC', 'KUBE-SEP']],
    [/^ufw6?-/, ['ufw']],
    [/^AWS,? ?(SNAT|X)/, ['AWS']],
    [/^KUBE-NODE-PORT-(LOCAL-)?(TCP|UDP)$/, ['KUBE-NODE-PORT-']],
    [/^(?:tap|veth)[0-9]+i/, ['tap', 'veth']],
    [/^a(b|bc|d[0-9])/, ['ab', 'ad']],
    [/^io\.systemd\.nat$/, ['io.systemd.nat']],
    [/^a(\(x|y\))z/, ['a(x', 'ay)']],
    [/^(a|b+c)/, ['a', 'b']],
    [/^(a|[0-9])/, ['']],
    [/abc/, ['']],
  ] as const)('%s', (pattern, prefixes) => {
    expect(literalPrefixes(pattern)).toEqual(prefixes);
  });
});

describe('PrefixIndex', () => {
  const patterns = CATALOGUE.flatMap(({ chains, comments }) => [...chains, ...comments].map(({ pattern }) => pattern));
  const examples = CATALOGUE.flatMap(({ chains, comments }) => [...chains, ...comments].map(({ example }) => example));
  const index = new PrefixIndex(patterns.map((pattern, i) => [pattern, i]));

  it('finds what testing every pattern finds', () => {
    const name = fc.oneof(
      fc.constantFrom(...examples),
      fc.tuple(fc.constantFrom(...examples), fc.string({ maxLength: 6 })).map(([text, tail]) => text + tail),
      fc.tuple(fc.constantFrom(...examples), fc.nat(12)).map(([text, length]) => text.slice(0, length)),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(name, (text) => {
        expect(index.find(text)).toEqual(patterns.flatMap((pattern, i) => (pattern.test(text) ? [i] : [])));
      }),
      { numRuns: 2000 },
    );
  });
});
