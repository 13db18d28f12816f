import { describe, expect, it } from 'vitest';
import type { Overview } from '../../worker/protocol.ts';
import { reasons } from './export-reasons.ts';

const OVERVIEW = {
  counts: { tables: 1, chains: 1, rules: 1, sets: 0, elements: 0 },
  maps: [{ family: 'ip', hooks: [{ hook: 'input', cards: [{}], ties: [] }] }],
  findings: [{}],
  searching: false,
} as unknown as Overview;
const all = (over: Partial<Overview> | null, view: 'hooks' | 'source' = 'hooks') =>
  reasons({ overview: over === null ? null : { ...OVERVIEW, ...over }, family: 'ip', view });

describe('reasons', () => {
  it('has none for a node with findings', () => {
    expect(Object.values(all({}))).toEqual([null, null, null, null, null]);
  });
  it('says for everything that nothing is read', () => {
    expect(new Set(Object.values(all(null)))).toEqual(new Set(['Nothing is read yet']));
  });
  it('lets rules without chains be printed', () => {
    const counts = { ...OVERVIEW.counts, chains: 0, rules: 0, sets: 2 };
    expect(all({ counts })).toMatchObject({ graph: 'No chain was found in the text', ruleset: null });
  });
  it('waits for findings, and says when there are none', () => {
    expect(all({ searching: true }).findings).toBe('Still looking for findings');
    expect(all({ findings: [] }).findings).toBe('There are none');
  });
  it('has no slide of a family without base chains, and no picture of the source', () => {
    expect(all({ maps: [] }).slide).toBe('No base chains in this family');
    expect(all({}, 'source').view).toContain('below');
  });
});
