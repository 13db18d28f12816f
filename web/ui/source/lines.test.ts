import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editorLineStarts, editorPosition, editorRange, offsetOf } from './lines.ts';

describe('editorLineStarts', () => {
  it.each([
    ['', [0]],
    ['a\nb', [0, 2]],
    ['a\r\nb\n', [0, 3, 5]],
    ['a\rb', [0, 2]],
    ['\ufeffa\nb', [1, 3]],
  ])('%j', (text, starts) => {
    expect([...editorLineStarts(text)]).toEqual(starts);
  });

  it('turns offsets into positions and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', ' ') }), fc.nat(), (text, number) => {
        const starts = editorLineStarts(text);
        const offset = number % (text.length + 1);
        expect(offsetOf(starts, editorPosition(starts, offset))).toBe(offset);
      }),
    );
  });

  it('gives ranges of spans', () => {
    expect(editorRange(editorLineStarts('ab\ncd'), { start: 1, end: 4 })).toEqual({
      startLineNumber: 1,
      startColumn: 2,
      endLineNumber: 2,
      endColumn: 2,
    });
  });
});
