import { describe, expect, test } from 'vitest';
import { crowdedNode, emptyNode, exampleLook, healthyNode } from '../layout/example-models.ts';
import { layoutHookMap } from '../layout/hook-map.ts';
import { indexTargets, neighbour, type TargetEntry } from './hook-map-target.ts';

const index = indexTargets(layoutHookMap(healthyNode(), { width: 900, look: exampleLook }));
const at = (label: string): TargetEntry => {
  const entry = index.order.find((one) => one.label.startsWith(label));
  if (!entry) throw new Error(`nothing is labelled ${label}`);
  return entry;
};

describe('the order of the arrow keys', () => {
  test("is the packet's: hook by hook, down each column, marks before the stripe below them", () => {
    expect(index.order.map((entry) => entry.label.split(/[;:,]/)[0]).slice(0, 7)).toEqual([
      'prerouting',
      'prerouting',
      'prerouting',
      'Calico',
      'benign at boundary 1',
      'kube-proxy',
      'forward',
    ]);
  });
  test('visits everything once, forwards and backwards', () => {
    let here: TargetEntry | null = index.order[0] ?? null;
    const seen: string[] = [];
    while (here) {
      seen.push(here.id);
      here = neighbour(index, here.id, 'down');
    }
    expect(seen).toEqual(index.order.map((entry) => entry.id));
    expect(new Set(seen).size).toBe(seen.length);
    here = index.order.at(-1) ?? null;
    const back: string[] = [];
    while (here) {
      back.unshift(here.id);
      here = neighbour(index, here.id, 'up');
    }
    expect(back).toEqual(seen);
  });
  test('sideways stays in the row where the next column has a card there', () => {
    const forward = at('forward, 0: FORWARD');
    expect(neighbour(index, forward.id, 'right')?.label).toMatch(/^input, 0: INPUT/);
    const input = at('input, 0: INPUT');
    expect(neighbour(index, input.id, 'right')?.label).toMatch(/^output, 0: OUTPUT/);
    expect(neighbour(index, input.id, 'left')?.id).toBe(forward.id);
  });
  test('sideways from the last column leads nowhere', () => {
    expect(neighbour(index, at('postrouting, 100').id, 'right')).toBeNull();
  });
  test('home, end, and an id that is gone', () => {
    const some = index.order[4] as TargetEntry;
    expect(neighbour(index, some.id, 'first')).toBe(index.order[0]);
    expect(neighbour(index, some.id, 'last')).toBe(index.order.at(-1));
    expect(neighbour(index, 'c9999', 'down')).toBe(index.order[0]);
  });
});

test('a single line is one target; ids are unique', () => {
  const crowded = indexTargets(layoutHookMap(crowdedNode(), { width: 900, look: exampleLook }));
  const preraw = crowded.order.filter((entry) => entry.target.chain === crowded.order[0]?.target.chain);
  expect(preraw.map((entry) => entry.target.kind)).toEqual(['card']);
  expect(crowded.byId.size).toBe(crowded.order.length);
});

test('an empty map has no targets', () => {
  const empty = indexTargets(layoutHookMap(emptyNode(), { width: 900, look: exampleLook }));
  expect(empty.order).toEqual([]);
  expect(neighbour(empty, 'c1', 'down')).toBeNull();
});
