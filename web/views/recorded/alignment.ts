/** Two rows of steps side by side: which of the one are also in the other, in the same order. */

export interface Pair {
  /** Indexes; null where the other row has nothing for it. */
  readonly a: number | null;
  readonly b: number | null;
}

/** So many cells are looked at between the first and the last difference; beyond that nothing there is taken to be alike. */
const CELLS = 4_000_000;

/**
 * All of both rows in order, as much as can be in pairs (a longest common subsequence).
 * Cost: linear where the rows are alike, else quadratic in what lies between the first and the last difference.
 */
export function align<A, B>(a: readonly A[], b: readonly B[], same: (a: A, b: B) => boolean): Pair[] {
  const alike = (i: number, j: number): boolean => same(a[i] as A, b[j] as B);
  let start = 0;
  while (start < a.length && start < b.length && alike(start, start)) start++;
  let tail = 0;
  const most = Math.min(a.length, b.length) - start;
  while (tail < most && alike(a.length - 1 - tail, b.length - 1 - tail)) tail++;
  const [endA, endB] = [a.length - tail, b.length - tail];
  const pairs: Pair[] = [];
  for (let at = 0; at < start; at++) pairs.push({ a: at, b: at });
  pairs.push(...middle(start, endA, endB, alike));
  for (let at = 0; at < tail; at++) pairs.push({ a: endA + at, b: endB + at });
  return pairs;
}

function middle(start: number, endA: number, endB: number, alike: (a: number, b: number) => boolean): Pair[] {
  const [rows, columns] = [endA - start, endB - start];
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  if (rows * columns > 0 && rows * columns <= CELLS) {
    const width = columns + 1;
    /** The longest common rest from (i, j) on. */
    const rest = new Uint16Array((rows + 1) * width);
    const at = (x: number, y: number): number => rest[x * width + y] as number;
    for (let x = rows - 1; x >= 0; x--) {
      for (let y = columns - 1; y >= 0; y--) {
        rest[x * width + y] = alike(start + x, start + y) ? at(x + 1, y + 1) + 1 : Math.max(at(x + 1, y), at(x, y + 1));
      }
    }
    while (i < rows && j < columns) {
      if (alike(start + i, start + j)) pairs.push({ a: start + i++, b: start + j++ });
      else if (at(i + 1, j) >= at(i, j + 1)) pairs.push({ a: start + i++, b: null });
      else pairs.push({ a: null, b: start + j++ });
    }
  }
  while (i < rows) pairs.push({ a: start + i++, b: null });
  while (j < columns) pairs.push({ a: null, b: start + j++ });
  return pairs;
}
