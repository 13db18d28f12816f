import { describe, expect, it } from 'vitest';
import { BudgetExceeded } from './budget.ts';
import { NodeTable } from './node-table.ts';

/** Nodes of one variable each, one on top of the other, from variable `count` up to 1. */
function chain(table: NodeTable, count: number): number[] {
  const refs: number[] = [];
  let below = 1;
  for (let variable = count; variable > 0; variable--) {
    below = table.make(variable, 0, below);
    refs.push(below);
  }
  return refs;
}

describe('the table of nodes', () => {
  it('has every node once, also after it has grown', () => {
    const grown: number[] = [];
    const table = new NodeTable(10_000, 16, (capacity) => grown.push(capacity));
    const refs = chain(table, 1000);
    expect(table.used).toBe(1001);
    expect(grown).toEqual([32, 64, 128, 256, 512, 1024]);
    expect(chain(table, 1000)).toEqual(refs);
    expect(table.used).toBe(1001);
    expect(table.bytes).toBe(1024 * (12 + 8));
  });

  it('keeps low edges free of complements', () => {
    const table = new NodeTable(100, 16, () => undefined);
    const plain = table.make(3, 0, 1);
    expect(table.make(3, 1, 0)).toBe(plain ^ 1);
    expect(table.make(2, plain ^ 1, 0)).toBe(table.make(2, plain, 1) ^ 1);
    expect(table.make(2, plain, plain)).toBe(plain);
    expect(table.used).toBe(3);
  });

  it('uses freed numbers again, the lowest first, and those at the end as new ones', () => {
    const table = new NodeTable(10_000, 16, () => undefined);
    const refs = chain(table, 100);
    const kept = refs[49] as number;
    expect(table.collect([[kept]])).toEqual({ kept: 51, freed: 50 });
    expect(refs.map((ref) => table.isUsed(ref))).toEqual(refs.map((_, i) => i < 50));
    const others = Array.from({ length: 10 }, (_, i) => table.make(200 + i, 0, 1));
    const alone = others[9] as number;
    table.collect([Int32Array.of(alone)]);
    expect(table.make(300, 0, 1) >>> 1).toBe(1);
    expect(table.make(209, 0, 1)).toBe(alone);
    expect(table.capacity).toBe(128);
  });

  it('refuses the node above the limit, and only that', () => {
    const table = new NodeTable(11, 16, () => undefined);
    const refs = chain(table, 10);
    expect(() => table.make(11, 0, 1)).toThrow(BudgetExceeded);
    expect(chain(table, 10)).toEqual(refs);
    table.collect([[refs[8] as number]]);
    expect(table.make(11, 0, 1)).toBe(refs[9]);
    expect(() => new NodeTable(0, 16, () => undefined)).toThrow('node limit');
  });

  it('refuses roots that an earlier collection freed', () => {
    const table = new NodeTable(100, 16, () => undefined);
    const [gone] = chain(table, 1);
    table.collect([]);
    expect(() => table.collect([[gone as number]])).toThrow('freed by an earlier collection');
  });
});
