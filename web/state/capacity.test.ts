import { expect, test } from 'vitest';
import { CAPACITY, fitting } from './capacity.ts';

const large = { text: { length: CAPACITY - 10 } as string };
const small = { text: '12345' };

test('what does not fit beside the others is left, what follows may fit', () => {
  expect(fitting([large, small, small, small], 0)).toEqual({ fit: [large, small, small], left: [small] });
  expect(fitting([small, large, small], 0)).toEqual({ fit: [small, large, small], left: [] });
  expect(fitting([large, small], 11)).toEqual({ fit: [small], left: [large] });
  expect(fitting([], CAPACITY)).toEqual({ fit: [], left: [] });
});
