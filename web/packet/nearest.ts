/** The names that somebody may have meant. */

/** At most three, the nearest first: few typing errors away (two; three for long names), or the same beginning. */
export function nearest(typed: string, names: readonly string[]): readonly string[] {
  const most = typed.length > 8 ? 3 : 2;
  const ranked: { name: string; distance: number }[] = [];
  for (const name of names) {
    const begins = typed.length >= 3 && name.startsWith(typed);
    const distance = begins ? 1 : Math.abs(name.length - typed.length) > most ? most + 1 : editDistance(typed, name);
    if (distance <= most) ranked.push({ name, distance });
  }
  return ranked
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein's. Cost: product of the lengths. */
function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (before[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    before = row;
  }
  return before[b.length] as number;
}
