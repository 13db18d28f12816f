import { describe, expect, it } from 'vitest';
import type { OrderChange } from '../findings/finding.ts';
import { answered, canRedo, canUndo, NOTHING_SUPPOSED, step, suppose, supposedNow } from './asked.ts';

const first: OrderChange = { kind: 'without', program: 'calico' };
const second: OrderChange = { kind: 'move', chain: 3, segment: 0, to: 2 };

describe('supposed orders', () => {
  it('are undone and done again', () => {
    const both = suppose(suppose(NOTHING_SUPPOSED, first), second);
    expect([canUndo(both), canRedo(both)]).toEqual([true, false]);
    const back = step(both, -1);
    expect(supposedNow(back)?.question).toBe(first);
    const none = step(back, -1);
    expect([supposedNow(none), canUndo(none), canRedo(none)]).toEqual([null, false, true]);
    expect(step(none, -1)).toBe(none);
    expect(supposedNow(step(step(none, 1), 1))?.question).toBe(second);
  });

  it('forget what was undone when something else is supposed', () => {
    const other = suppose(step(suppose(suppose(NOTHING_SUPPOSED, first), second), -1), {
      kind: 'without',
      program: 'docker',
    });
    expect(other.history.map(({ question }) => question.kind)).toEqual(['without', 'without']);
  });

  it('keep their answers, and are not asked twice', () => {
    const asked = suppose(NOTHING_SUPPOSED, first);
    const ready = answered(asked, first, { status: 'ready', answer: null });
    expect(suppose(ready, { ...first })).toBe(ready);
    const failed = answered(asked, first, { status: 'failed', message: 'no' });
    const again = suppose(failed, { ...first });
    expect(again.history).toMatchObject([{ status: 'waiting', message: null }]);
  });
});
