import { describe, expect, it } from 'vitest';
import { NodeTable } from './node-table.ts';
import { CachedOperation, OperationCache, tagOf } from './operation-cache.ts';

const AND = tagOf(CachedOperation.and, 0);

describe('remembered results', () => {
  it('tell operations and their ids apart from each other and from references', () => {
    const tags = [0, 1, 2, 100].flatMap((id) =>
      Object.values(CachedOperation).map((operation) => tagOf(operation, id)),
    );
    expect(new Set(tags).size).toBe(tags.length);
    expect(tags.every((tag) => tag < 0)).toBe(true);
  });

  it('are kept when the cache grows', () => {
    const cache = new OperationCache(1 << 12);
    for (let i = 0; i < 20; i++) cache.store(i, 7, AND, i + 1);
    const known = Array.from({ length: 20 }, (_, i) => i).filter((i) => cache.find(i, 7, AND) === i + 1);
    expect(known.length).toBeGreaterThan(15);
    const before = cache.bytes;
    cache.fit(1 << 20);
    expect(cache.bytes).toBe(16 << 12);
    expect(cache.bytes).toBeGreaterThan(before);
    for (const i of known) expect(cache.find(i, 7, AND)).toBe(i + 1);
    cache.clear();
    for (const i of known) expect(cache.find(i, 7, AND)).toBe(-1);
  });

  it('are dropped with any node that they name', () => {
    const table = new NodeTable(100, 16, () => undefined);
    const kept = table.make(1, 0, 1);
    const freed = table.make(2, 0, 1);
    const cache = new OperationCache(1 << 10);
    const entries: [number, number, number, number][] = [
      [freed, kept, kept, kept],
      [kept, freed, kept, kept],
      [kept, kept, freed, kept],
      [kept, kept, AND, freed],
      [kept, kept, kept, kept],
      [kept, 0, AND, kept ^ 1],
    ];
    for (const [a, b, c, result] of entries) cache.store(a, b, c, result);
    for (const [a, b, c, result] of entries) expect(cache.find(a, b, c)).toBe(result);
    table.collect([[kept]]);
    cache.dropFreed(table);
    expect(entries.map(([a, b, c]) => cache.find(a, b, c))).toEqual([-1, -1, -1, -1, kept, kept ^ 1]);
  });
});
