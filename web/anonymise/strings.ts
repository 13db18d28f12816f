/** Anonymises data about a workspace (a view, a packet): every string in it, and nothing else. */

/** A copy of plain data (as JSON has it), its strings through `text`. Names of fields stay. Cost: linear. */
export function withStrings<Data>(data: Data, text: (text: string) => string): Data {
  return changed(data, text) as Data;
}

function changed(data: unknown, text: (text: string) => string): unknown {
  if (typeof data === 'string') return text(data);
  if (Array.isArray(data)) return data.map((each: unknown) => changed(each, text));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, each]: [string, unknown]) => [name, changed(each, text)]));
}
