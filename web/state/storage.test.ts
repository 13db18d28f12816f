import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStorage } from './storage.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A browser's databases, of which only the opening is there. */
function databases(open: () => Partial<IDBOpenDBRequest>): IDBFactory {
  return { open } as unknown as IDBFactory;
}

test('a storage that never answers is refused, and asked again the next time', async () => {
  const open = vi.fn(() => ({}));
  const storage = openStorage(databases(open));
  for (const times of [1, 2]) {
    const loaded = expect(storage.load('w1')).rejects.toThrow('does not answer');
    await vi.advanceTimersByTimeAsync(5000);
    await loaded;
    expect(open).toHaveBeenCalledTimes(times);
  }
});

test('a browser without a storage is refused at once', async () => {
  await expect(openStorage(undefined).list()).rejects.toThrow('there is no IndexedDB');
});
