import { describe, expect, it, vi } from 'vitest';
import { findInChain } from './find.ts';
import { row, token } from './fixtures.ts';
import { type AskRows, createRowPages, WHOLE } from './row-pages.ts';

/** A chain of `rules` rules; answers when it is asked. */
function chainOf(rules: number): AskRows {
  return ({ from, count }) =>
    Promise.resolve(
      Array.from({ length: Math.max(0, Math.min(count, rules - from + 1)) }, (_, at) =>
        row(from + at, { comment: `service ${from + at}`, match: [token('dst', `10.0.${from + at}.1`)] }),
      ),
    );
}

describe('createRowPages', () => {
  it('asks for each page once, and for no other', async () => {
    const ask = vi.fn(chainOf(1000));
    const pages = createRowPages(ask);
    pages.need(7, 150, 250);
    pages.need(7, 201, 201);
    expect(ask.mock.calls.map(([{ from, count }]) => [from, count])).toEqual([
      [101, 100],
      [201, 100],
    ]);
    await vi.waitFor(() => expect(pages.version()).toBe(2));
    expect(pages.row(7, 150)?.index).toBe(150);
    expect(pages.row(7, 99)).toBeUndefined();
    expect(pages.row(8, 150)).toBeUndefined();
  });

  it('has a small chain as a whole after one answer, and never a big one', async () => {
    const ask = vi.fn(chainOf(300));
    const pages = createRowPages(ask);
    expect(pages.whole(7, 300)).toBeNull();
    await vi.waitFor(() => expect(pages.whole(7, 300)).toHaveLength(300));
    expect(ask).toHaveBeenCalledTimes(1);
    expect(pages.whole(7, WHOLE + 1)).toBeNull();
    expect(pages.whole(9, 0)).toEqual([]);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('knows which chains came in one answer', async () => {
    for (const [rules, whole] of [
      [10, true],
      [99, true],
      [250, false],
    ] as const) {
      const pages = createRowPages(chainOf(rules));
      pages.need(7, 1, 5);
      expect(pages.isWhole(7)).toBe(false);
      await vi.waitFor(() => expect(pages.version()).toBe(1));
      expect([rules, pages.isWhole(7)]).toEqual([rules, whole]);
    }
  });

  it('tells of a failure, and asks again', async () => {
    const ask = vi.fn<AskRows>().mockRejectedValueOnce(new Error('lost')).mockImplementation(chainOf(10));
    const pages = createRowPages(ask);
    const told = vi.fn();
    pages.subscribe(told);
    pages.need(7, 1, 5);
    await vi.waitFor(() => expect(pages.failure()).toBe('lost'));
    pages.need(7, 1, 5);
    await vi.waitFor(() => expect(pages.row(7, 5)?.index).toBe(5));
    expect(pages.failure()).toBeNull();
    expect(told).toHaveBeenCalledTimes(2);
  });
});

describe('findInChain', () => {
  const signal = new AbortController().signal;
  const find = (query: string, after: number, rules = 2500) =>
    findInChain({ ask: chainOf(rules), chain: 7, rules, query, after, signal });

  it.each([
    ['service 1800', 0, 1800],
    ['SERVICE  2400', 0, 2400],
    ['service 2', 2, 20],
    ['service 7 ', 2400, 7],
    ['dst 10.0.12.1', 12, 12],
    ['service', 2500, 1],
    ['nothing', 0, undefined],
    ['   ', 0, undefined],
  ])('%j after %d is rule %s', async (query, after, index) => {
    expect((await find(query, after))?.index).toBe(index);
  });

  it('asks nothing of an empty chain, and stops when it is told to', async () => {
    expect(await find('service', 0, 0)).toBeNull();
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const asked = vi.fn(chainOf(10));
    const search = findInChain({ ask: asked, chain: 7, rules: 10, query: 'x', after: 0, signal: controller.signal });
    await expect(search).rejects.toThrow('enough');
    expect(asked).not.toHaveBeenCalled();
  });
});
