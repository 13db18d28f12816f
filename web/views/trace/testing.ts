/** For the tests of traces: answers as short lines. */
import type { PacketForm } from '../../packet/form.ts';
import { contextOf } from '../testing.ts';
import { buildTrace } from './build-trace.ts';
import type { Change, PassageView, Pin, StepEntry } from './trace-answer.ts';

export const SYN: PacketForm = {
  path: 'input',
  iif: 'eth0',
  src: '192.0.2.1',
  dst: '192.0.2.2',
  proto: 'tcp',
  dport: '80',
};

/** The first packet of the form, SYN's fields where it has none. */
export function trace(dump: string, form: PacketForm = {}, pins: readonly Pin[] = []): PassageView {
  const [passage] = passages(dump, form, pins, false);
  if (!passage) throw new Error('nothing was traced');
  return passage;
}

export function passages(
  dump: string,
  form: PacketForm = {},
  pins: readonly Pin[] = [],
  connection = true,
): readonly PassageView[] {
  return buildTrace(contextOf(dump), { form: { ...SYN, ...form }, pins, connection }).passages;
}

/** `input: 1 tcp dport 80, accept, decides`; folds as `input: . nothing matches: rules 1–2`. */
export function stepLines({ hooks }: PassageView): string[] {
  return hooks.flatMap(({ hook, entries }) => entries.map((entry) => `${hook}: ${entryLine(entry)}`));
}

function entryLine(entry: StepEntry): string {
  switch (entry.kind) {
    case 'folded':
      return `. ${entry.title}`;
    case 'fork':
      return `${entry.number} ${entry.title}: ${entry.branches
        .map(({ letter, title, probability, changes, fate, followed }) =>
          [
            `${letter} ${title}`,
            ...(probability === null ? [] : [probability.toFixed(2)]),
            ...changes.map(changeLine),
            fate,
            ...(followed ? ['followed'] : []),
          ].join(', '),
        )
        .join(' | ')}`;
    default:
      return [
        `${entry.number} ${entry.title}`,
        entry.verdict,
        ...(entry.kind === 'hit' ? entry.changes.map(changeLine) : []),
        ...(entry.decides === null ? [] : ['decides']),
      ].join(', ');
  }
}

export function changeLine({ field, before, after }: Change): string {
  return before === null ? `${field} ${after}` : `${field} ${before} → ${after}`;
}

/** What the deciding step says of itself; null where none decides. */
export function sentence({ hooks }: PassageView): string | null {
  for (const { entries } of hooks) {
    for (const entry of entries) if ('decides' in entry && entry.decides !== null) return entry.decides;
  }
  return null;
}
