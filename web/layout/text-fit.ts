/** Words in small places: how counts, chain names and priorities are written on the map (VISUAL.md, "Words in small places"). */
import type { Measure, Weight } from './inter-metrics.ts';

/** `1204` as `1.2k`, `150000` as `150k`; below 1,000 as it is. */
export function shortCount(count: number): string {
  if (count < 1000) return String(count);
  const [scale, unit] = count < 999_500 ? [1000, 'k'] : [1_000_000, 'M'];
  const scaled = count / scale;
  return `${scaled < 9.95 ? (Math.round(scaled * 10) / 10).toFixed(1).replace('.0', '') : Math.round(scaled)}${unit}`;
}

/** `1 rule`, `12 rules`, `5.9k rules`. */
export function ruleCount(count: number): string {
  return count === 1 ? '1 rule' : `${shortCount(count)} rules`;
}

/** Hashes say nothing: what stands before them is kept, and for Services the last three characters, by which people tell them apart. */
function shortenHash(name: string): string | null {
  const service = /^((?:KUBE-)?(?:SVC|SEP|FW|XLB|EXT|SVL)-)[A-Z0-9]{13}([A-Z0-9]{3})$/.exec(name);
  if (service) return `${service[1]}…${service[2]}`;
  const calico = /^(cali-[a-z]{2}-)/.exec(name);
  return calico && name.length > 14 ? `${calico[1]}…` : null;
}

/** The longest beginning of `name` that fits into `width` pixels with `…`, or null if not even two characters do. Measures O(log length) times. */
export function fitName(name: string, width: number, size: number, weight: Weight, measure: Measure): string | null {
  if (measure(name, size, weight) <= width) return name;
  const hash = shortenHash(name);
  if (hash && measure(hash, size, weight) <= width) return hash;
  let low = 0;
  let high = Math.min(name.length - 1, 400);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${name.slice(0, middle)}…`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  // Never cut a surrogate pair in two.
  if (low > 0 && isHighSurrogate(name.charCodeAt(low - 1))) low--;
  return low < 2 ? null : `${name.slice(0, low)}…`;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** A priority on the axis: standard ones as nft(8) lists them, offsets with their sign (`+10`). */
export function priorityText(priority: number, standard: boolean): string {
  return standard || priority <= 0 ? String(priority) : `+${priority}`;
}
