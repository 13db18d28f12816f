/** Counters as bars: logarithmic, because a node's rules differ by factors of a million. Pure. */

/**
 * Length of the bar for `packets`, 0..1 of the full width; `top` is the count that fills it. One packet is visible, none is not.
 * More than `top` fills it: a chain that several rules call counts more than any of them.
 */
export function barLength(packets: number, top: number): number {
  if (packets <= 0) return 0;
  if (packets >= top) return 1;
  return Math.log10(1 + packets) / Math.log10(1 + top);
}

/** `1,204`, `9,999,999`, `277.4M`, `12.1G`, `18.4E`: whole as long as the column holds it. */
export function shortCount(packets: number): string {
  if (packets < 1e7) return packets.toLocaleString('en-US');
  const [unit, sign] = UNITS.find(([size]) => packets >= size) ?? MILLION;
  return `${(Math.floor(packets / (unit / 10)) / 10).toLocaleString('en-US', { minimumFractionDigits: 1 })}${sign}`;
}

const MILLION = [1e6, 'M'] as const;
/** A counter has 64 bits. */
const UNITS = [[1e18, 'E'], [1e15, 'P'], [1e12, 'T'], [1e9, 'G'], MILLION] as const;
