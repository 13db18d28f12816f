/** Counts in words, the same everywhere. */

/** `1,204`; of what a number cannot hold to the last digit, `9.2 quintillion`. */
export function count(value: number): string {
  if (value <= Number.MAX_SAFE_INTEGER) return value.toLocaleString('en-US');
  const [unit, name] = value < 1e18 ? [1e15, 'quadrillion'] : [1e18, 'quintillion'];
  return `${(Math.floor(value / (unit / 10)) / 10).toFixed(1)} ${name}`;
}

/** `1 rule`, `2 rules`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `41 ms`, `2.3 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1) return 'under 1 ms';
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `812 bytes`, `14 kB`, `2.3 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function ago(then: number, now: number): string {
  const minutes = Math.round((now - then) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${plural(minutes, 'minute')} ago`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${plural(hours, 'hour')} ago` : `${plural(Math.round(hours / 24), 'day')} ago`;
}
