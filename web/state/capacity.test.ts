import { expect, test } from 'vitest';
import { MOST_DOCUMENTS } from '../permalink/brought.ts';
import { CAPACITY, fitting, leftOut } from './capacity.ts';

const large = { name: 'large', text: { length: CAPACITY - 10 } as string };
const small = { name: 'small', text: '12345' };

test('what does not fit beside the others is left, what follows may fit', () => {
  expect(fitting([large, small, small, small], [])).toEqual({ fit: [large, small, small], left: [small] });
  expect(fitting([small, large, small], [])).toEqual({ fit: [small, large, small], left: [] });
  expect(fitting([large, small], [small, small, small])).toEqual({ fit: [small], left: [large] });
  expect(fitting([], [large])).toEqual({ fit: [], left: [] });
  expect(leftOut([large], [large])).toMatch(/^“large” has 200 MB, and what is open has 200 MB\. More than 200 MB/);
});

test('more dumps than tabs can be drawn for are left', () => {
  const many = Array.from({ length: MOST_DOCUMENTS + 7 }, () => small);
  const { fit, left } = fitting(many, [small, small]);
  expect([fit.length, left.length]).toEqual([MOST_DOCUMENTS - 2, 9]);
  expect(leftOut(left, [small, small])).toMatch(/^(“small”, ){4}“small” and 4 more: left out.*1,000 dumps at most/);
});
