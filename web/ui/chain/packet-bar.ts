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
