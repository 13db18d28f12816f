import fc from 'fast-check';
import { expect, test } from 'vitest';
import { measureInter } from './inter-metrics.ts';
import { fitName, priorityText, ruleCount, shortCount } from './text-fit.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1204, '1.2k'],
  [5906, '5.9k'],
  [9949, '9.9k'],
  [9950, '10k'],
  [12_611, '13k'],
  [150_204, '150k'],
  [999_499, '999k'],
  [999_500, '1M'],
  [2_340_000, '2.3M'],
])('%d rules are written %s', (count, text) => {
  expect(shortCount(count)).toBe(text);
});

test('one rule, more rules', () => {
  expect([ruleCount(1), ruleCount(12), ruleCount(5906)]).toEqual(['1 rule', '12 rules', '5.9k rules']);
});

test.each([
  [-300, true, '-300'],
  [10, false, '+10'],
  [100, true, '100'],
  [0, false, '0'],
  [-5, false, '-5'],
] as const)('priority %d (standard: %s) is written %s', (priority, standard, text) => {
  expect(priorityText(priority, standard)).toBe(text);
});

/** A high surrogate without its partner. */
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])/;

const shorten = (name: string, width: number): string | null => fitName(name, width, 11, 500, measureInter);

test('what fits is left alone', () => {
  expect(shorten('FORWARD', 100)).toBe('FORWARD');
});

test('hashes keep what tells them apart', () => {
  expect(shorten('KUBE-SVC-ERIFXISQEP7F7OF4', 100)).toBe('KUBE-SVC-…OF4');
  expect(shorten('cali-fw-cali1234567890a', 80)).toBe('cali-fw-…');
});

test('no room for two characters: nothing', () => {
  expect(shorten('FORWARD', 12)).toBeNull();
});

test('what is shortened fits, begins as the name and never cuts a character in two', () => {
  const names = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.constant('😀'.repeat(30)));
  fc.assert(
    fc.property(names, fc.integer({ min: 0, max: 300 }), (name, width) => {
      const short = shorten(name, width);
      if (short === null) return;
      expect(measureInter(short, 11, 500)).toBeLessThanOrEqual(width);
      expect(name.startsWith(short.replace(/…$/, '')) || short === name).toBe(true);
      expect(LONE.test(short)).toBe(LONE.test(name));
    }),
  );
});

test('widths: a sum of advances, proportional to the size', () => {
  expect(measureInter('ab', 11, 500)).toBeCloseTo(measureInter('a', 11, 500) + measureInter('b', 11, 500), 6);
  expect(measureInter('FORWARD', 22, 650)).toBeCloseTo(2 * measureInter('FORWARD', 11, 650), 6);
  expect(measureInter('', 11, 400)).toBe(0);
});
