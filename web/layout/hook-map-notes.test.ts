import { describe, expect, test } from 'vitest';
import { card, exampleLook, model } from './example-models.ts';
import { layoutHookMap } from './hook-map.ts';
import { layoutNotes, type MapNote } from './hook-map-notes.ts';
import { layoutRuleLines } from './hook-map-rules.ts';

const FORWARD = card('FORWARD', 'ip filter', 0, [
  ['calico', 2, 9],
  ['kube-proxy', 3, 400],
]);
const INPUT = card('INPUT', 'ip filter', 0, [['kube-proxy', 1, 400]]);
const node = model('ip', { forward: [FORWARD], input: [INPUT] });
const on = (rule: number, ...bases: readonly (readonly [chain: number, index: number])[]): MapNote => ({
  kind: 'rule',
  chain: bases[0]?.[0] ?? 99,
  rule,
  name: `rule ${rule}`,
  text: `about ${rule}`,
  bases: bases.map(([chain, index]) => ({ chain, index })),
});

function laidOut(notes: readonly MapNote[], open = false) {
  const opened = new Map(open ? [[FORWARD.chain, new Map()]] : []);
  const geometry = layoutHookMap(node, { width: 863, look: exampleLook, opened });
  const lines = layoutRuleLines({
    cards: geometry.cards.filter((one) => one.open !== null),
    zoom: 1,
    words: (_chain, index) => ({
      rule: 100 + index,
      owner: 'calico-iptables',
      packets: null,
      match: [],
      verdict: 'accept',
      detail: '',
      target: null,
      source: '',
    }),
    look: exampleLook,
    mostPackets: 0,
  });
  return { geometry, lines, marks: layoutNotes(geometry, lines, notes, 1) };
}

describe('notes on the map', () => {
  test('stand on the stripe that holds the rule, on the left edge', () => {
    const { geometry, marks } = laidOut([on(104, [FORWARD.chain, 4])]);
    const stripe = geometry.cards.find(({ chain }) => chain === FORWARD.chain)?.stripes[1];
    expect(marks).toHaveLength(1);
    expect(marks[0]?.y).toBeCloseTo((stripe?.rect.y ?? 0) + (stripe?.rect.height ?? 0) / 2, 1);
    expect(Math.abs((marks[0]?.x ?? 0) - (stripe?.rect.x ?? 0))).toBeLessThan(3);
    expect(marks[0]?.label).toBe('Note on rule 104: about 104');
  });

  test('a rule below jumps has one on each base chain that leads there', () => {
    const { marks } = laidOut([on(7, [FORWARD.chain, 3], [INPUT.chain, 1])]);
    expect(marks.map((mark) => mark.card)).toEqual([FORWARD.chain, INPUT.chain]);
  });

  test('several in one place are one, in their order', () => {
    const { marks } = laidOut([on(103, [FORWARD.chain, 3]), on(105, [FORWARD.chain, 5])]);
    expect(marks).toHaveLength(1);
    expect(marks[0]?.notes.map((note) => note.kind === 'rule' && note.rule)).toEqual([103, 105]);
    expect(marks[0]?.label).toBe('Note on rule 103: about 103; Note on rule 105: about 105');
  });

  test('an open card has it at the rule’s line, or at the jump that leads there', () => {
    const { lines, marks } = laidOut([on(103, [FORWARD.chain, 3]), on(7, [FORWARD.chain, 5])], true);
    const line = (index: number) => lines.find((one) => one.index === index && one.chain === FORWARD.chain);
    const middles = [3, 5].map((index) => (line(index)?.rect.y ?? 0) + (line(index)?.rect.height ?? 0) / 2);
    expect(marks).toHaveLength(2);
    marks.forEach(({ y }, at) => {
      expect(y).toBeCloseTo(middles[at] ?? 0, 1);
    });
  });

  test('of a rule that nothing reaches there is none', () => {
    expect(laidOut([on(7)]).marks).toEqual([]);
  });
});
