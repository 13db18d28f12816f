import { describe, expect, it } from 'vitest';
import { mayHide, visibleAnswer, visibleText } from './visible.ts';

describe('characters that nobody sees', () => {
  it.each([
    ['\u202etxt.exe', '‹U+202E›txt.exe'],
    ['acc\u200bept', 'acc‹U+200B›ept'],
    ['a\u0000\u0007b', 'a␀␇b'],
    ['\ud800x', '‹U+D800›x'],
    ['\u2028', '‹U+2028›'],
    ['\u{e0041}', '‹U+E0041›'],
  ])('%j is shown as %s', (text, shown) => {
    expect(mayHide(text)).toBe(true);
    expect(visibleText(text)).toBe(shown);
  });

  it.each(['plain', 'tab\there', 'línea ñ', '中文', '😀', 'שלום'])('%s stays', (text) => {
    expect(visibleText(text)).toBe(text);
  });

  it('shows them anywhere in an answer for the screen, and leaves what is saved alone', () => {
    const answer = { rules: [{ comment: 'a\u202eb', count: 2, bytes: new Uint8Array([1]) }], empty: null };
    expect(visibleAnswer('rows', answer)).toEqual({
      rules: [{ comment: 'a‹U+202E›b', count: 2, bytes: new Uint8Array([1]) }],
      empty: null,
    });
    expect(visibleAnswer('print', 'a\u202eb')).toBe('a\u202eb');
  });

  it('cuts what is too long for a screen, and says by how much', () => {
    const long = 'x'.repeat(10_000);
    expect(mayHide(`*filter\n${long}\nCOMMIT\n`)).toBe(true);
    expect(mayHide('line of a dump\n'.repeat(2000))).toBe(false);
    expect(visibleAnswer('rows', { comment: long })).toEqual({
      comment: `${'x'.repeat(4000)}… (6000 more characters)`,
    });
    expect(visibleAnswer('print', long)).toBe(long);
  });
});
