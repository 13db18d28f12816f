/** The words at the end of a packet's way: whole, and never over a card, a row's name or another step's words. */
import { describe, expect, test } from 'vitest';
import { EXAMPLES, exampleLook } from './example-models.ts';
import type { Rect, TextItem } from './hook-map-geometry.ts';
import type { HookMapModel } from './hook-map-model.ts';
import { measureInter } from './inter-metrics.ts';
import { layoutTraceMap, modelOfPath, type TraceMap } from './trace-map.ts';
import type { PathEnd, TracePathModel } from './trace-path-model.ts';

const LABEL = ['Dropped by rule 12 of KUBE-FIREWALL', 'policy of FORWARD', 'the sender hears nothing'];

/** A way that ends in the chain, after it has met all chains before. */
function wayTo(model: HookMapModel, hookAt: number, cardAt: number, end: PathEnd, label = LABEL): TracePathModel {
  const hooks = model.hooks.slice(0, hookAt + 1);
  const stop = { segment: null, title: 'drop, decides', detail: ['0x0 → 0x80000'], fork: false, differs: false };
  const visits = hooks.flatMap(({ hook, cards }, at) =>
    cards
      .slice(0, at === hookAt ? cardAt + 1 : undefined)
      .map(({ chain }) => ({ hook, chain, until: null, stops: [{ ...stop, number: 0, decides: false }] })),
  );
  visits.forEach((visit, at) => {
    visit.stops = visit.stops.map((one) => ({ ...one, number: at + 1, decides: at === visits.length - 1 }));
  });
  return { hooks: hooks.map(({ hook }) => hook), visits, end, label };
}

function* ways(end: PathEnd, label?: string[]): Generator<{ name: string; laid: TraceMap }> {
  for (const [name, make] of Object.entries(EXAMPLES)) {
    const model = make();
    for (const [hookAt, { cards }] of model.hooks.entries()) {
      for (const cardAt of cards.keys()) {
        const path = wayTo(model, hookAt, cardAt, end, label);
        if (modelOfPath(model, path).hooks.some((hook) => hook.cards.length === 0 && hookAt === 0)) continue;
        yield {
          name: `${name} ${hookAt} ${cardAt}`,
          laid: layoutTraceMap(model, path, { width: 652, look: exampleLook }),
        };
      }
    }
  }
}

const box = ({ x, y, text, size }: TextItem): Rect => ({
  x,
  y: y - size * 0.75,
  width: measureInter(text, size, 650),
  height: size * 0.9,
});
const meet = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe.each([{ kind: 'refused' }, { kind: 'lost' }, { kind: 'untold' }] as const)(
  'the end of a way that is $kind',
  (end) => {
    test('stands clear of everything else', () => {
      const clashes: string[] = [];
      let seen = 0;
      for (const { name, laid } of ways(end)) {
        const texts = laid.path.end?.texts ?? [];
        seen += texts.length;
        const others = [
          ...laid.map.cards.map(({ rect }) => rect),
          ...laid.map.rows.flatMap((row) => row.texts.filter(({ anchor }) => anchor === 'start').map(box)),
          ...laid.path.callouts.flatMap((one) => one.texts.map(box)),
          ...laid.path.notCalled.map(box),
        ];
        for (const text of texts)
          if (others.some((other) => meet(box(text), other))) clashes.push(`${name}: ${text.text}`);
      }
      expect(seen).toBeGreaterThan(50);
      expect(clashes).toEqual([]);
    });

    test('says all of a short label', () => {
      for (const { laid } of ways(end, ['Dropped by a rule', 'rule 2 of INPUT'])) {
        expect(laid.path.end?.texts.map(({ text }) => text).join(' ')).toBe('Dropped by a rule rule 2 of INPUT');
      }
    });
  },
);
