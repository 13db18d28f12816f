/** Lists of any length: the arguments of a call have to fit on the stack, a hundred thousand of them do not. */

/** As `list.push(...items)`. */
export function pushAll<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}

/** The largest number, or `least` where none is larger. */
export function largest(numbers: Iterable<number>, least = Number.NEGATIVE_INFINITY): number {
  let found = least;
  for (const number of numbers) if (number > found) found = number;
  return found;
}
