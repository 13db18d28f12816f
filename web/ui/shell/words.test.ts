import { expect, it } from 'vitest';
import { count } from './words.ts';

it.each([
  [0, '0'],
  [1204, '1,204'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  [2 ** 63, '9.2 × 10¹⁸'],
  [1.5 * 2 ** 64, '2.7 × 10¹⁹'],
])('counts %d as %s', (value, words) => {
  expect(count(value)).toBe(words);
});
