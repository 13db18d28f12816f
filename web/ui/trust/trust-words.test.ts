import { expect, it } from 'vitest';
import { freshTotals, recordedWords, versionsWords } from './trust-words.ts';

const run = { generator: 'second', seed: 2, cases: 100, agree: 99, linux: '6.18', nft: '1.0.6', iptables: null };

it('adds the runs of one generator', () => {
  const totals = freshTotals([run, { ...run, seed: 1, cases: 10, agree: 10 }, { ...run, generator: 'own' }]);
  expect(totals.map(({ cases, agree }) => [cases, agree])).toEqual([
    [110, 109],
    [100, 99],
  ]);
  expect(totals[0]?.words).toContain('(seeds 1, 2)');
});

it('names versions once each, and says which it does not know', () => {
  expect(versionsWords([run, { ...run, linux: '6.1' }])).toBe(
    'Linux 6.1 and 6.18, nft 1.0.6, iptables unknown (nft and legacy).',
  );
});

it('names recordings that it has no words for', () => {
  expect(recordedWords('golden')).toContain('by hand');
  expect(recordedWords('more')).toBe('Recorded: more');
});
