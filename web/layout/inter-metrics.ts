/**
 * Widths of text in the map's fonts, from a table: the geometry is the same in every browser, in the worker and in tests. Advance widths of
 * Inter 4 with the features of the theme ("cv05", "ss03"; digits tabular), in thousandths of the font size, for U+0020 to U+007E and then "…".
 *
 * Does not model kerning (which only makes text narrower) nor fonts that the browser falls back to: other scripts are taken as wide.
 */

/** Weights for which there is a table. */
export type Weight = 400 | 500 | 650;

/** Width in pixels of `text` at `size` pixels. */
export type Measure = (text: string, size: number, weight: Weight) => number;

/** Advance of every JetBrains Mono glyph, in thousandths. */
const MONO = 600;
const FIRST = 0x20;
const ELLIPSIS = 0x2026;
/** Latin letters with accents and the like; and what is drawn full width (CJK, emoji). */
const OTHER = 640;
const WIDE = 1000;

// biome-ignore format: a table
const ADVANCE: Readonly<Record<Weight, readonly number[]>> = {
  400: [281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 648, 648, 648, 648, 648, 648, 648, 648, 648, 648, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662, 864],
  500: [267, 304, 494, 639, 646, 993, 653, 313, 369, 369, 521, 667, 303, 462, 303, 370, 648, 648, 648, 648, 648, 648, 648, 648, 648, 648, 303, 315, 667, 667, 667, 527, 982, 709, 657, 733, 722, 603, 589, 748, 745, 272, 575, 688, 565, 913, 756, 767, 642, 769, 648, 646, 653, 740, 709, 1003, 701, 696, 641, 369, 370, 369, 477, 463, 337, 568, 618, 577, 618, 587, 379, 620, 602, 252, 252, 559, 252, 888, 602, 604, 618, 618, 387, 539, 340, 602, 575, 829, 557, 575, 559, 440, 346, 440, 667, 910],
  650: [244, 330, 537, 646, 653, 1010, 667, 333, 375, 375, 549, 676, 326, 467, 326, 384, 646, 646, 646, 646, 646, 646, 646, 646, 646, 646, 326, 336, 676, 676, 676, 551, 1008, 737, 661, 738, 722, 606, 587, 750, 746, 279, 582, 711, 565, 927, 761, 770, 646, 775, 655, 653, 664, 734, 737, 1029, 729, 722, 658, 375, 384, 375, 484, 473, 358, 577, 627, 585, 627, 594, 394, 629, 618, 267, 267, 575, 267, 906, 617, 611, 627, 627, 402, 555, 360, 618, 593, 845, 575, 595, 569, 462, 365, 462, 676, 979],
};

/** Width of `text` in Inter. O(length). */
export const measureInter: Measure = (text, size, weight) => {
  const table = ADVANCE[weight];
  let sum = 0;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    sum += code === ELLIPSIS ? (table[95] as number) : (table[code - FIRST] ?? (code >= 0x1100 ? WIDE : OTHER));
  }
  return (sum * size) / 1000;
};

/** Width of `text` in JetBrains Mono. */
export function measureMono(text: string, size: number): number {
  return (text.length * MONO * size) / 1000;
}
