/**
 * The lines of the rules table as runs: pieces of chains with what stands between them. A chain of 150,000 rules is one run, so that
 * nothing here costs by the rule; a line is found by binary search. Pure.
 */
import { assertNever } from '../../base/assert.ts';
import type { Fold } from './fold.ts';

/** What of a chain the table needs to lay it out. */
export interface ChainLines {
  readonly chain: number;
  readonly rules: number;
  readonly folds: readonly Fold[];
}

export type Run =
  /** `from` counts from 1. `path` is the number of the line that was opened: empty at the top, then `7`, `7.2`. */
  | {
      readonly kind: 'rules';
      readonly chain: number;
      readonly path: string;
      readonly depth: number;
      readonly from: number;
      readonly count: number;
    }
  | {
      readonly kind: 'fold';
      readonly chain: number;
      readonly path: string;
      readonly depth: number;
      readonly fold: Fold;
    }
  /** A line between the segments `segment - 1` and `segment`; 0 is the chain's upper edge, the number of segments its end. */
  | { readonly kind: 'boundary'; readonly segment: number }
  | { readonly kind: 'empty'; readonly path: string; readonly depth: number }
  | { readonly kind: 'end' };

export interface TableInput {
  readonly top: ChainLines;
  /** Segment numbers at whose upper edge a line stands, with the rule index (from 1) before which it stands. Ascending. */
  readonly boundaries: readonly { readonly segment: number; readonly before: number }[];
  /** Opened lines by their number (`7`, `7.2`). */
  readonly opened: ReadonlyMap<string, ChainLines>;
  /** Folds that the user opened: `path:from`. */
  readonly unfolded: ReadonlySet<string>;
  /** Indexes (from 1, ascending) of the chain's own rules that a filter leaves; null: all. With a filter nothing is folded. */
  readonly only?: Uint32Array | null;
}

export type Line =
  | {
      readonly kind: 'rule';
      readonly chain: number;
      readonly path: string;
      readonly depth: number;
      readonly index: number;
    }
  | Exclude<Run, { readonly kind: 'rules' }>;

export interface Table {
  readonly runs: readonly Run[];
  /** Line number at which each run starts. */
  readonly starts: readonly number[];
  readonly lines: number;
}

export function foldKey(path: string, { from }: Fold): string {
  return `${path}:${from}`;
}

/** `3`, `7.1`: what stands in the first column. */
export function lineNumber(path: string, index: number): string {
  return path === '' ? String(index) : `${path}.${index}`;
}

/** Characters of a number that the first column has room for: longer ones are cut in front. */
export const WIDEST_NUMBER = 9;

/** Characters of the longest number that the table shows. */
export function longestNumber({ runs }: Pick<Table, 'runs'>): number {
  return runs.reduce(
    (longest, run) =>
      run.kind === 'rules' ? Math.max(longest, lineNumber(run.path, run.from + run.count - 1).length) : longest,
    1,
  );
}

/** Cost: linear in boundaries, folds and opened lines. */
export function layOutTable(input: TableInput): Table {
  const runs: Run[] = [];
  emitChain(input, input.top, '', 0, runs);
  runs.push({ kind: 'end' });
  const starts: number[] = [];
  let lines = 0;
  for (const run of runs) {
    starts.push(lines);
    lines += run.kind === 'rules' ? run.count : 1;
  }
  return { runs, starts, lines };
}

/** A place where the plain sequence of rules is interrupted. */
interface Stop {
  /** Rules before this index come first. */
  readonly at: number;
  /** The next rule to show. */
  readonly resume: number;
  readonly emit: (runs: Run[]) => void;
}

function emitChain(input: TableInput, lines: ChainLines, path: string, depth: number, runs: Run[]): void {
  const { chain, rules } = lines;
  if (rules === 0) {
    runs.push({ kind: 'empty', path, depth });
  }
  let next = 1;
  for (const stop of stopsOf(input, lines, path, depth)) {
    if (stop.at > next) runs.push({ kind: 'rules', chain, path, depth, from: next, count: stop.at - next });
    stop.emit(runs);
    next = Math.max(next, stop.resume);
  }
  if (next <= rules) runs.push({ kind: 'rules', chain, path, depth, from: next, count: rules - next + 1 });
}

function stopsOf(input: TableInput, lines: ChainLines, path: string, depth: number): Stop[] {
  const stops: Stop[] = [];
  const only = depth === 0 ? (input.only ?? null) : null;
  if (only) stops.push(...gapsOf(only, lines.rules));
  else if (depth === 0) {
    for (const { segment, before } of input.boundaries) {
      stops.push({ at: before, resume: before, emit: (runs) => runs.push({ kind: 'boundary', segment }) });
    }
  }
  const folded: Fold[] = [];
  for (const fold of only ? [] : lines.folds) {
    if (input.unfolded.has(foldKey(path, fold))) continue;
    folded.push(fold);
    stops.push({
      at: fold.from,
      resume: fold.to + 1,
      emit: (runs) => runs.push({ kind: 'fold', chain: lines.chain, path, depth, fold }),
    });
  }
  for (const [opened, below] of input.opened) {
    const index = indexWithin(opened, path);
    if (index === null || index > lines.rules || (only && !only.includes(index))) continue;
    if (folded.some(({ from, to }) => index >= from && index <= to)) continue;
    stops.push({
      at: index + 1,
      resume: index + 1,
      emit: (runs) => emitChain(input, below, opened, depth + 1, runs),
    });
  }
  // What an opened line shows comes before the boundary or fold that follows it: opened ones were pushed last, so they go first.
  return stops.reverse().sort((a, b) => a.at - b.at);
}

/** What a filter leaves out. */
function gapsOf(only: Uint32Array, rules: number): Stop[] {
  const gaps: Stop[] = [];
  let next = 1;
  for (const index of [...only, rules + 1]) {
    if (index > next) gaps.push({ at: next, resume: index, emit: () => {} });
    next = index + 1;
  }
  return gaps;
}

/** The index of an opened line if it belongs directly to `path`. */
function indexWithin(opened: string, path: string): number | null {
  const prefix = path === '' ? '' : `${path}.`;
  if (!opened.startsWith(prefix)) return null;
  const rest = opened.slice(prefix.length);
  return rest.includes('.') ? null : Number(rest);
}

/** O(log runs). */
export function lineAt({ runs, starts, lines }: Table, line: number): Line | null {
  let low = 0;
  let high = runs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= line) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  if (!run || line < 0 || line >= lines) return null;
  switch (run.kind) {
    case 'rules': {
      const offset = line - (starts[low] as number);
      if (offset >= run.count) return null;
      return { kind: 'rule', chain: run.chain, path: run.path, depth: run.depth, index: run.from + offset };
    }
    case 'fold':
    case 'boundary':
    case 'empty':
    case 'end':
      return run;
    default:
      return assertNever(run, 'run');
  }
}

/** The first line that shows the rule, in the chain itself before any opened copy; null if it is folded away or not there. */
export function lineOfRule({ runs, starts }: Table, chain: number, index: number): number | null {
  let found: number | null = null;
  let depth = Number.POSITIVE_INFINITY;
  runs.forEach((run, at) => {
    if (run.kind !== 'rules' || run.chain !== chain || index < run.from || index >= run.from + run.count) return;
    if (run.depth >= depth) return;
    depth = run.depth;
    found = (starts[at] as number) + index - run.from;
  });
  return found;
}

/** The line with this number (`7`, `7.2`); null if it is not shown. */
export function lineOfNumber({ runs, starts }: Table, number: string): number | null {
  const cut = number.lastIndexOf('.');
  const path = cut === -1 ? '' : number.slice(0, cut);
  const index = Number(number.slice(cut + 1));
  for (let at = 0; at < runs.length; at++) {
    const run = runs[at] as Run;
    if (run.kind !== 'rules' || run.path !== path || index < run.from || index >= run.from + run.count) continue;
    return (starts[at] as number) + index - run.from;
  }
  return null;
}

/** The next line in `direction` that is a rule, from `line` on; null at the end. */
export function nextRuleLine(table: Table, line: number, direction: 1 | -1): number | null {
  for (let at = line; at >= 0 && at < table.lines; at += direction) {
    if (lineAt(table, at)?.kind === 'rule') return at;
  }
  return null;
}
