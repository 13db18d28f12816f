import { describe, expect, it } from 'vitest';
import { keepSpare } from './spare-worker.ts';

class FakeWorker {
  readonly listeners: (() => void)[] = [];
  terminate = (): void => undefined;
  addEventListener = (_type: 'error', listener: () => void): void => void this.listeners.push(listener);
}

function kept(spawn?: () => FakeWorker) {
  const made: FakeWorker[] = [];
  const waiting: (() => void)[] = [];
  const take = keepSpare(
    spawn ??
      (() => {
        const worker = new FakeWorker();
        made.push(worker);
        return worker;
      }),
    (run) => waiting.push(run),
  );
  const pause = (): void => {
    for (const run of waiting.splice(0)) run();
  };
  return { take, made, waiting, pause };
}

describe('a spare worker', () => {
  it('is made when there is time, taken once, and followed by another', () => {
    const { take, made, pause } = kept();
    expect(made).toHaveLength(0);
    pause();
    expect(made).toHaveLength(1);
    expect(take()).toBe(made[0]);
    expect(made).toHaveLength(1);
    pause();
    expect(made).toHaveLength(2);
    expect(take()).toBe(made[1]);
  });

  it('is not waited for', () => {
    const { take, made, waiting, pause } = kept();
    const [first, second] = [take(), take()];
    expect(made).toEqual([first, second]);
    expect(waiting).toHaveLength(1);
    pause();
    expect(made).toHaveLength(3);
  });

  it('that failed before its use is not handed out', () => {
    const { take, made, pause } = kept();
    pause();
    for (const listener of made[0]?.listeners ?? []) listener();
    expect(take()).not.toBe(made[0]);
  });

  it('that cannot be made is told to whoever wants one', () => {
    const { take, pause } = kept(() => {
      throw new Error('no workers here');
    });
    expect(pause).not.toThrow();
    expect(take).toThrow('no workers here');
  });
});
