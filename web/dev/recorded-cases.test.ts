/** Recorded answers of the kernel: the tracer gives the same steps, marks, packets, hooks and fate. `compare-kernel.ts` records more. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CaseRunner } from '../cli/trace-case.ts';
import { compareCase } from './compare-cases.ts';

type Json = Readonly<Record<string, unknown>>;

function casesOf(name: string): Json[] {
  return readFileSync(new URL(`../kernel/cases/${name}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

describe.each([
  ['golden', 219],
  ['random', 115],
  ['replayed', 64],
])('the kernel on %s cases', (name, count) => {
  const cases = casesOf(name);
  const runner = new CaseRunner();

  it('has them all', () => {
    expect(cases).toHaveLength(count);
  });

  it.each(cases.map((recorded) => [String(recorded['name']), recorded] as const))('%s', (_name, recorded) => {
    expect(compareCase(runner, recorded)).toEqual([]);
  });

  it('would notice another verdict', () => {
    const traces = cases.map(({ trace }) => trace as readonly Json[]);
    const at = traces.findIndex(({ length }) => length > 0);
    const changed = { ...cases[at], trace: traces[at]?.map((step) => ({ ...step, verdict: 'queue' })) };
    expect(compareCase(runner, changed)).not.toEqual([]);
  });
});
