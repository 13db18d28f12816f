import { describe, expect, test } from 'vitest';
import { card, exampleLook, model } from './example-models.ts';
import { layoutHookMap } from './hook-map.ts';
import { layoutEdges } from './hook-map-edges.ts';
import { layoutRuleLines } from './hook-map-rules.ts';

const PREROUTING = card('PREROUTING', 'ip nat', -100, [
  ['calico', 1, 9],
  ['kube-proxy', 2, 400],
]);
const OUTPUT = card('OUTPUT', 'ip nat', -100, [['kube-proxy', 1, 400]]);
const node = model('ip', { prerouting: [PREROUTING], output: [OUTPUT] });
const opened = new Map([[PREROUTING.chain, new Map()]]);
const geometry = layoutHookMap(node, { width: 863, look: exampleLook, opened });
const lines = layoutRuleLines({
  cards: geometry.cards.filter(({ open }) => open !== null),
  zoom: 1,
  words: () => undefined,
  look: exampleLook,
  mostPackets: 0,
});
const from = { chain: PREROUTING.chain, index: 2 };
const place = (chain: number, index: number, direct = true) => ({ chain, index, direct });
const edges = (...places: readonly ReturnType<typeof place>[]) =>
  layoutEdges(geometry, lines, from, { name: 'KUBE-SERVICES', places, more: 0 });

describe('the edges of a jump', () => {
  test('join the rule of an open card and the stripe of a closed one over one line above the row', () => {
    const found = edges(place(PREROUTING.chain, 2), place(OUTPUT.chain, 1));
    expect(found?.dots.map(({ id }) => id)).toEqual([`c${PREROUTING.chain}/r2`, `c${OUTPUT.chain}/s0`]);
    expect(found?.paths.map(({ id }) => id)).toContain('bus');
    expect(found?.text?.text).toBe('KUBE-SERVICES is reached from 2 rules');
    const row = geometry.rows.find(({ priority, kind }) => priority === -100 && kind === 'priority');
    expect(found?.text?.y).toBeLessThan(row?.y ?? 0);
    for (const { rect } of geometry.cards) {
      for (const { path } of found?.paths ?? []) {
        const bus = Number(/[VH\s](-?[\d.]+)$/.exec(path.replace(/H[\d.]+$/, ''))?.[1]);
        expect(bus < rect.y || bus > rect.y + rect.height).toBe(true);
      }
    }
  });
  test('are none where there is nothing to join', () => {
    expect(edges(place(PREROUTING.chain, 2))).toBeNull();
    expect(edges()).toBeNull();
    expect(edges(place(999, 1), place(PREROUTING.chain, 2))).toBeNull();
  });
  test('several rules of one closed stripe are one end, direct if one of them is', () => {
    const found = edges(place(PREROUTING.chain, 2), place(OUTPUT.chain, 1, false), place(OUTPUT.chain, 1));
    expect(found?.dots).toHaveLength(2);
    expect(found?.dots[1]?.direct).toBe(true);
  });
});
