import { expect, it } from 'vitest';
import { count } from './words.ts';

it.each([
  [0, '0'],
  [1204, '1,204'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  [2 ** 54, '18.0 quadrillion'],
  [2 ** 63, '9.2 quintillion'],
  [1.5 * 2 ** 64, '27.6 quintillion'],
])('counts %d as %s', (value, words) => {
  expect(count(value)).toBe(words);
});
