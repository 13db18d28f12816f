/** The traces of a context: those of a pasted text, then those that stand in its documents. */
import type { Dump } from '../../model/ruleset.ts';
import type { Trace, TraceEvent } from '../../model/trace.ts';
import { readDocument } from '../../parse/read.ts';
import type { ViewContext } from '../context.ts';
import type { RecordedAnswer } from './recorded-answer.ts';
import { toldLine } from './told-packet.ts';

export interface KnownTrace {
  readonly trace: Trace;
  /** What its spans are offsets of. */
  readonly text: string;
  readonly document: string | null;
}

interface Pasted {
  readonly text: string;
  readonly traces: readonly KnownTrace[];
  readonly problems: readonly string[];
}

const pasted = new WeakMap<ViewContext, Pasted>();

/** So many packets are listed: a monitor that ran for an hour tells of more than anybody reads. */
const PACKETS = 2000;
const PROBLEMS = 3;

/** Cost: linear in the text, once per text. */
export function tracesOf(context: ViewContext, text: string): readonly KnownTrace[] {
  const inDocuments = context.analysis.ruleset.dumps.flatMap((dump) => tracesIn(dump, dump.name));
  return [...readPasted(context, text).traces, ...inDocuments].slice(0, PACKETS);
}

/** Never throws. */
export function buildRecorded(context: ViewContext, text: string): RecordedAnswer {
  const packets = tracesOf(context, text).map(({ trace, document }) => ({
    id: trace.id,
    line: toldLine(trace),
    steps: trace.events.filter((event) => isStep(event) && hasTable(context, event)).length,
    document,
  }));
  return { packets, problems: readPasted(context, text).problems };
}

function isStep({ kind }: TraceEvent): boolean {
  return kind === 'rule' || kind === 'number' || kind === 'policy';
}

function hasTable({ analysis }: ViewContext, event: TraceEvent): boolean {
  if (!('place' in event) || !event.place) return false;
  const { family, table } = event.place;
  return analysis.ruleset.tables.some((each) => each.family === family && each.name === table);
}

function tracesIn({ traces, text }: Dump, document: string | null): KnownTrace[] {
  return (traces ?? []).map((trace) => ({ trace, text, document }));
}

function readPasted(context: ViewContext, text: string): Pasted {
  const known = pasted.get(context);
  if (known?.text === text) return known;
  const dumps = text.trim() === '' ? [] : readDocument(0, 'pasted', text);
  const traces = dumps.flatMap((dump) => tracesIn(dump, null));
  const said = dumps.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message));
  const nothing = 'This is no trace: paste what nft monitor trace or xtables-monitor --trace prints.';
  const problems = text.trim() === '' ? [] : traces.length === 0 ? [nothing] : [...new Set(said)].slice(0, PROBLEMS);
  const made = { text, traces, problems };
  pasted.set(context, made);
  return made;
}
