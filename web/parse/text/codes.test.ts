import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOf, OTHER } from './codes.ts';

function slowly(text: string): number[] {
  return [...Array(text.length).keys()].map((at) => Math.min(text.charCodeAt(at), OTHER));
}

describe('codesOf', () => {
  it.each([
    '',
    'a',
    'é',
    '\u007f\u0080',
    '…x',
    '\ud83d\ude00',
    '\ud83d',
    'a'.repeat(70_000),
    `${'a'.repeat(32_767)}\ud83d\ude00b`,
  ])('has one byte for each UTF-16 unit (%#)', (text) => expect([...codesOf(text)]).toEqual(slowly(text)));

  it('has one byte for each UTF-16 unit of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...codesOf(text)]).toEqual(slowly(text));
      }),
    );
  });

  it('reads the section that is asked for', () => {
    expect([...codesOf('abcdef', 2, 4)]).toEqual([0, 0, 0x63, 0x64]);
  });
});
