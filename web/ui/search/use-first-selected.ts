/** Keeps a command list's first entry selected whenever its entries change: they come from the worker, after cmdk has chosen. */
import { useEffect, useState } from 'react';

/** @param values of the entries, in order. Gives cmdk's `value` and `onValueChange`. */
export function useFirstSelected(values: readonly string[]): readonly [string, (value: string) => void] {
  const [value, setValue] = useState('');
  const key = values.join('\n');
  const first = values[0] ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: other entries with the same first one are a new list all the same
  useEffect(() => setValue(first), [key, first]);
  return [value, setValue];
}
