/**
 * Probabilities in 65,536ths and their logarithms of odds, as tables. By series, because Math.log and Math.exp may differ in their last bit from
 * engine to engine.
 */

/** ln(p/(1-p)) of a probability in 4,096ths. */
export const STRETCH = new Float32Array(4096);
const SQUASH = new Int32Array(4096);
/** Steps of SQUASH for 1: it reaches from -12 to 12. */
const STEPS = 170.65;
const LN_2 = 6_931_471_805_599_453 / 10_000_000_000_000_000;

for (let at = 0; at < 4096; at++) {
  STRETCH[at] = logarithm((at + 0.5) / (4095.5 - at));
  const power = exponential((at - 2048) / STEPS);
  SQUASH[at] = Math.min(65_535, Math.max(1, Math.floor((power / (1 + power)) * 65_536)));
}

/** The probability of a logarithm of odds, in 65,536ths: 1..65,535. */
export function squash(odds: number): number {
  const at = Math.floor(odds * STEPS) + 2048;
  return SQUASH[at < 0 ? 0 : at > 4095 ? 4095 : at] as number;
}

/** Mixes two integers into one of 32 bits. */
export function hash(a: number, b: number): number {
  const mixed = Math.imul(a ^ (a >>> 15), 0x2c1b3c6d) + Math.imul(b + 0x1e3779b9, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

function logarithm(value: number): number {
  let twos = 0;
  let rest = value;
  for (; rest > 1.5; rest /= 2) twos++;
  for (; rest < 0.75; rest *= 2) twos--;
  const x = (rest - 1) / (rest + 1);
  let sum = 0;
  let power = x;
  for (let n = 1; n < 40; n += 2) {
    sum += power / n;
    power *= x * x;
  }
  return 2 * sum + twos * LN_2;
}

function exponential(value: number): number {
  const small = value / 4096;
  let power = 1 + small + (small * small) / 2 + (small * small * small) / 6;
  for (let n = 0; n < 12; n++) power *= power;
  return power;
}
