import { expect, test } from 'vitest';
import { createLineStarts } from '../base/span.ts';

test('a text that many dumps share is counted once', () => {
  const linesOf = createLineStarts();
  expect([...linesOf('a\nbc\n')]).toEqual([0, 2, 5]);
  expect(linesOf('a\nbc\n')).toBe(linesOf('a\nbc\n'));
  expect([...linesOf('a')]).toEqual([0]);
});
