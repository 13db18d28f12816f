import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CarriedError, packCarried, unpackCarried } from './carried.ts';
import { composePage, DUMPS_ID, looksLikePage, type PageParts, packedDumpsOf } from './page-file.ts';

/** UTF-16 as it comes: halves of surrogate pairs, NUL, line separators, and what ends elements. */
const anyText = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom('</script>', '<!--', '\u2028', '\u0000', '\ud800', 'a\udc00b', '\r\n', '"&<>'),
);
const workspace = fc.record({
  documents: fc.array(fc.record({ name: anyText, text: anyText }), { maxLength: 4 }),
  view: anyText,
});

const PARTS: PageParts = { policy: "default-src 'none'", icon: 'data:,', boot: 'boot()', code: 'Y29kZQ==' };

describe('what a page file carries', () => {
  it('comes back as it was, character by character', async () => {
    await fc.assert(
      fc.asyncProperty(workspace, async (carried) => {
        expect(await unpackCarried(await packCarried(carried))).toEqual(carried);
      }),
      { numRuns: 200 },
    );
  });

  it('never becomes markup', async () => {
    const plain = composePage(PARTS, '').join('');
    await fc.assert(
      fc.asyncProperty(workspace, async (carried) => {
        const page = composePage(PARTS, await packCarried(carried)).join('');
        expect(page.replace(/(id="nfscope-dumps">)[A-Za-z0-9_-]*/, '$1')).toBe(plain);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['nothing', ''],
    ['no base64', '<b>'],
    ['no gzip', 'aGVsbG8'],
  ])('%s is refused in words', async (_what, packed) => {
    await expect(unpackCarried(packed)).rejects.toThrow(CarriedError);
  });

  it('cut off or changed anywhere, it is refused and not half of it shown', async () => {
    const packed = await packCarried({ documents: [{ name: 'a', text: '*filter\nCOMMIT\n' }], view: 'view=hooks' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: packed.length - 2 }), async (length) => {
        await expect(unpackCarried(packed.slice(0, length))).rejects.toThrow(CarriedError);
      }),
      { numRuns: 50 },
    );
  });

  it('unpacks no further than it may', async () => {
    const packed = await packCarried({ documents: [{ name: 'a', text: ' '.repeat(2_000_000) }], view: '' });
    await expect(unpackCarried(packed, 1_000_000)).rejects.toThrow('more than');
    await expect(unpackCarried(packed, 3_000_000)).resolves.toMatchObject({ view: '' });
  });
});

describe('a page file as text', () => {
  it('is known by its beginning, and gives what was put in', () => {
    const page = composePage(PARTS, 'QUJD').join('');
    expect(looksLikePage(page)).toBe(true);
    expect(packedDumpsOf(page)).toBe('QUJD');
    const empty = composePage(PARTS, null).join('');
    expect(looksLikePage(empty)).toBe(true);
    expect(packedDumpsOf(empty)).toBeNull();
    expect(looksLikePage('<!doctype html>\n<html lang="en"><p>nfscope-code</p>')).toBe(false);
    expect(looksLikePage('*filter\nCOMMIT\n')).toBe(false);
  });
});

describe('composePage', () => {
  it('has no place for dumps in an empty page', () => {
    expect(composePage(PARTS, null).join('')).not.toContain(DUMPS_ID);
  });

  it.each<[string, Partial<PageParts>, string | null]>([
    ['dumps', {}, '</script>'],
    ['code', { code: '</script>' }, null],
    ['boot script', { boot: 'a </script> b' }, null],
    ['policy', { policy: '"><script>' }, null],
    ['icon', { icon: '">' }, null],
  ])('refuses %s that would be markup', (_what, parts, dumps) => {
    expect(() => composePage({ ...PARTS, ...parts }, dumps)).toThrow();
  });
});
