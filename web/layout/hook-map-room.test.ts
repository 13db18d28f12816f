/** How large the map is drawn where it has room, and how its rows and stripes take what is left. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crowdedNode, exampleLook, healthyNode, model, nftRouter } from './example-models.ts';
import { layoutHookMap, levelZoom } from './hook-map.ts';
import type { HookMapModel } from './hook-map-model.ts';
import { firstScale, ROOMY_MAX, type Room, roomyScale } from './hook-map-room.ts';

const lay = (node: HookMapModel) => (room: Room) => layoutHookMap(node, { ...room, look: exampleLook });
const scaleOf = (node: HookMapModel, width: number, height: number): number => roomyScale({ width, height }, lay(node));

describe('the scale of a map', () => {
  test('is 1 beside both panels of a laptop, and twice that on a 4K screen', () => {
    expect(scaleOf(healthyNode(), 700, 690)).toBe(1);
    expect(scaleOf(healthyNode(), 3070, 2050)).toBe(ROOMY_MAX);
  });
  test('is as large as the height allows, not larger', () => {
    const scale = scaleOf(crowdedNode(), 3070, 1200);
    const { height } = lay(crowdedNode())({ width: 3070 / scale, height: 1200 / scale });
    expect(scale).toBeGreaterThan(1);
    expect(height * scale).toBeLessThanOrEqual(1200);
    expect(height * (scale + 0.1)).toBeGreaterThan(1200);
  });
  test('costs no name and no count', () => {
    const narrow = scaleOf(crowdedNode(), 1400, 4000);
    const said = (scale: number): number => {
      const { cards } = lay(crowdedNode())({ width: 1400 / scale, height: 4000 / scale });
      const stripes = cards.flatMap((card) => card.stripes);
      return (
        cards.filter(({ title, name }) => title?.text === name).length +
        stripes.filter(({ name, look }) => name?.text === look.name).length +
        stripes.filter(({ count }) => count !== null).length
      );
    };
    expect(said(narrow)).toBe(said(1));
    expect(said(narrow + 0.1)).toBeLessThan(said(1));
  });
  test('of nothing is the largest', () => {
    expect(scaleOf(model('ip', {}), 2000, 1000)).toBe(ROOMY_MAX);
    expect(scaleOf(model('ip', {}), 0, 0)).toBe(1);
  });
  test('whatever the room, the map fits into it or is drawn as it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(crowdedNode(), healthyNode(), nftRouter()),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 3000 }),
        (node, width, height) => {
          const scale = scaleOf(node, width, height);
          expect(scale).toBeGreaterThanOrEqual(1);
          expect(scale).toBeLessThanOrEqual(ROOMY_MAX);
          if (scale === 1) return;
          const map = lay(node)({ width: width / scale, height: height / scale });
          expect(map.width * scale).toBeLessThanOrEqual(width + scale);
          expect(map.height * scale).toBeLessThanOrEqual(height);
        },
      ),
      { numRuns: 60 },
    );
  });
  test('what comes with a closer look comes above it', () => {
    expect([1, 1.9, 2.9].map((scale) => levelZoom(scale, 2))).toEqual([1, 1, 1]);
    expect(levelZoom(3.2, 2)).toBe(levelZoom(1.6));
    expect(levelZoom(0.5, 2)).toBe(levelZoom(0.5));
  });
});

describe('height to spare', () => {
  const heights = [500, 560, 620, 680, 760, 900, 1200];
  const at = (height: number) => lay(healthyNode())({ width: 900, height });
  test('moves rows apart and makes stripes thicker, up to a limit, and never leaves the room', () => {
    const thick = (height: number): number =>
      at(height).cards.find(({ single }) => !single)?.stripes[0]?.rect.height ?? 0;
    for (const [index, height] of heights.entries()) {
      if (index > 0) expect(at(height).height).toBeGreaterThanOrEqual(at(heights[index - 1] ?? 0).height);
      if (at(height).rows.some(({ kind }) => kind === 'empty')) expect(at(height).height).toBeLessThanOrEqual(height);
    }
    expect(thick(1200)).toBeGreaterThan(thick(500) * 1.2);
    expect(at(3000).height).toBe(at(1200).height);
  });
  test('is the same for cards that are open: opening one moves only what is below it', () => {
    const open = layoutHookMap(healthyNode(), {
      width: 900,
      height: 760,
      look: exampleLook,
      opened: new Map([[at(760).cards.find(({ empty }) => !empty)?.chain ?? -1, new Map()]]),
    });
    const first = open.cards.find((card) => card.open === 'user');
    const same = at(760).cards.find(({ id }) => id === first?.id);
    expect(first?.rect.y).toBe(same?.rect.y);
    expect(open.rows[0]?.y).toBe(at(760).rows[0]?.y);
  });
});

describe('the first look', () => {
  test('is at the whole width, no larger than what the height allows', () => {
    const map = lay(healthyNode())({ width: 700, height: 690 });
    expect(firstScale(map, { width: 700, height: 690 }, 1.25)).toBeCloseTo(1, 1);
    expect(firstScale(map, { width: 600, height: 690 }, 1.25)).toBeCloseTo(600 / map.width, 5);
    expect(firstScale(map, { width: 2000, height: map.height / 2 }, 2)).toBe(1);
    expect(firstScale(map, { width: 2000, height: map.height * 3 }, 1.25)).toBe(1.25);
  });
  test('is never at a map without a word: of many columns as many as can be read', () => {
    const map = { width: 1420, height: 500, cardWidth: 86 };
    expect(firstScale(map, { width: 700, height: 690 }, 1.25)).toBe(1);
    expect(firstScale(map, { width: 1250, height: 690 }, 1.25)).toBeCloseTo(1250 / 1420, 5);
  });
});
