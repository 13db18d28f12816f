import { describe, expect, test } from 'vitest';
import type { Finding } from '../../findings/finding.ts';
import { card, model } from '../../layout/example-models.ts';
import { highlightOf, selectionOf } from './map-selection.ts';

const forward = card('FORWARD', 'ip filter', 0, [
  ['calico', 1, 10],
  ['kube-proxy', 3],
  ['calico', 2],
]);
const input = card('INPUT', 'ip filter', 0, [['kube-proxy', 2]]);
const map = model('ip', { forward: [forward], input: [input] });
const finding: Finding = {
  id: 'same-chain-order/1',
  mechanism: 'same-chain-order',
  severity: 'warning',
  title: 'Calico is first',
  why: '',
  owners: ['calico'],
  orderSensitive: null,
  where: [],
  marks: [
    { chain: forward.chain, segment: 1 },
    { chain: input.chain, segment: 0 },
  ],
  sign: 'undecided',
  remedy: null,
  catalogue: [],
  references: [],
  unknowns: [],
  proof: null,
};
const ids = (...args: Parameters<typeof highlightOf> extends [unknown, ...infer R] ? R : never): string[] => [
  ...highlightOf(map, ...args).ids,
];
const c = `c${forward.chain}`;

describe('what lights up on the map', () => {
  test('nothing', () => expect(ids(null, [])).toEqual([]));
  test('a chain', () => expect(ids({ kind: 'chain', chain: forward.chain }, [])).toEqual([c]));
  test('a segment', () => expect(ids({ kind: 'segment', chain: forward.chain, segment: 2 }, [])).toEqual([`${c}/s2`]));
  test.each([
    [1, 's0'],
    [2, 's1'],
    [4, 's1'],
    [6, 's2'],
  ])('rule %d lights the stripe that holds it', (index, stripe) => {
    expect(ids({ kind: 'rule', chain: forward.chain, rule: 77 }, [], index)).toEqual([`${c}/${stripe}`]);
  });
  test('a rule whose place is not known lights its card; of a chain that is no base chain, nothing', () => {
    expect(ids({ kind: 'rule', chain: forward.chain, rule: 77 }, [])).toEqual([c]);
    expect(ids({ kind: 'rule', chain: 999, rule: 77 }, [])).toEqual([]);
  });
  test('an owner lights all of its stripes', () => {
    expect(ids({ kind: 'owner', owner: 'kube-proxy' }, [])).toEqual([`${c}/s1`, `c${input.chain}/s0`]);
  });
  test('a finding lights its marks and their cards', () => {
    const light = highlightOf(map, { kind: 'finding', finding: finding.id }, [finding]);
    expect([...light.ids]).toEqual([c, `c${input.chain}`]);
    expect([...light.findings]).toEqual([finding.id]);
  });
});

describe('what a click selects', () => {
  test('cards, stripes, the empty map', () => {
    expect(selectionOf({ kind: 'card', chain: 3 }, null)).toEqual({ kind: 'chain', chain: 3 });
    expect(selectionOf({ kind: 'segment', chain: 3, segment: 1 }, null)).toEqual({
      kind: 'segment',
      chain: 3,
      segment: 1,
    });
    expect(selectionOf(null, { kind: 'chain', chain: 3 })).toBeNull();
  });
  test('a merged mark goes through its findings, click by click', () => {
    const mark = { kind: 'mark', chain: 3, findings: ['a', 'b'] } as const;
    const first = selectionOf(mark, null);
    expect(first).toEqual({ kind: 'finding', finding: 'a' });
    const second = selectionOf(mark, first);
    expect(second).toEqual({ kind: 'finding', finding: 'b' });
    expect(selectionOf(mark, second)).toEqual(first);
  });
});
