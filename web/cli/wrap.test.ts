import { expect, it } from 'vitest';
import { wrap } from './wrap.ts';

it('breaks at blanks, and indents', () => {
  const text = wrap(Array.from({ length: 60 }, (_, i) => `word${i}`).join(' '), '  ', 2);
  const lines = text.split('\n');
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines[0]).toMatch(/^ {2}word0 /);
  expect(lines.slice(1).every((line) => /^ {4}word/.test(line))).toBe(true);
  expect(text.replace(/\s+/g, ' ').trim().split(' ')).toHaveLength(60);
});

it('keeps long words whole', () => {
  const long = 'x'.repeat(150);
  expect(wrap(`a ${long} b`, '')).toBe(`a\n${long}\nb`);
});
