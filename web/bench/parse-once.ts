/**
 * Reads one dump once, in a process of its own, and prints what it took as JSON: what a user waits for who drops a file on a page that has just
 * been opened, before the engine has compiled anything. `parse.ts` bundles and starts it:
 *
 *   node --expose-gc parse-once.mjs FILE [REPEAT] [--practised]
 *
 * With REPEAT the dump is read so many times, and the last time counts: the engine's best. With --practised it does first what the page's worker does
 * before a file is dropped.
 */
import { readFileSync } from 'node:fs';
import { readDocument } from '../parse/read.ts';
import { practise } from '../worker/practice.ts';

export interface ParsedOnce {
  readonly milliseconds: number;
  readonly characters: number;
  readonly rules: number;
  readonly elements: number;
  readonly errors: number;
  /** Of the model and the text after collection; null without --expose-gc. */
  readonly heapBytes: number | null;
  /** The most that the process ever held, over what it held before it read the file: the text, the model and all that was in between. */
  readonly peakBytes: number;
}

function measure(file: string, repeat: number, isPractised: boolean): ParsedOnce {
  const collect = globalThis.gc;
  collect?.();
  const before = process.memoryUsage();
  // Not before the collection, which would shrink what was grown: nothing forces one on a page.
  if (isPractised) for (const _ of practise());
  const text = readFileSync(file, 'utf8');
  let milliseconds = 0;
  let dumps = readDocument(0, file, '');
  for (let i = 0; i < repeat; i++) {
    const start = performance.now();
    dumps = readDocument(0, file, text);
    milliseconds = performance.now() - start;
  }
  const peakBytes = process.resourceUsage().maxRSS * 1024 - before.rss;
  collect?.();
  const heapBytes = collect ? process.memoryUsage().heapUsed - before.heapUsed : null;
  let rules = 0;
  let elements = 0;
  let errors = 0;
  for (const { tables, diagnostics } of dumps) {
    for (const { severity } of diagnostics) if (severity === 'error') errors++;
    for (const { chains, sets } of tables) {
      for (const chain of chains) rules += chain.rules.length;
      for (const set of sets) elements += set.elements.length;
    }
  }
  return { milliseconds, characters: text.length, rules, elements, errors, heapBytes, peakBytes };
}

const given = process.argv.slice(2);
const [file, repeat = '1'] = given.filter((each) => !each.startsWith('--'));
if (file === undefined) {
  process.stderr.write('usage: parse-once FILE [REPEAT]\n');
  process.exitCode = 2;
} else process.stdout.write(JSON.stringify(measure(file, Number(repeat), given.includes('--practised'))));
