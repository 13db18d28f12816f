/** A kernel's own trace, pasted or among the documents: the packets that it tells of. One of them is shown in the place of what is traced. */
import { type ReactElement, useEffect, useState } from 'react';
import type { PacketFacts, RecordedAnswer, RecordedPacket } from '../../worker/protocol.ts';
import { plural } from '../shell/words.ts';
import { type AnswerState, useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';
import { useFirstPreset } from './use-trace.ts';

/** So many are listed before somebody narrows them down. */
const SHOWN = 60;
/** With fewer there is nothing to narrow down. */
const FEW = 8;

/** A document of the workspace is a trace: then its packets come before those that are made up. */
export function useHasTraces(): boolean {
  return useStore((state) => state.overview?.documents.some(({ dumps }) => dumps.some(isTraced)) ?? false);
}

const isTraced = ({ packets }: { readonly packets: number }): boolean => packets > 0;

/** What both lists show: asked once. */
export function useRecordedPackets(): AnswerState<'recorded'> {
  const text = useStore((state) => state.trace.recorded.text);
  return useAnswer('recorded', { text });
}

export interface RecordedProps {
  readonly recorded: AnswerState<'recorded'>;
}

interface KernelPacketsProps extends RecordedProps {
  readonly facts: PacketFacts | null;
}

/** Those of pasted texts, or those of documents, each with its place among all. */
function listed(answer: RecordedAnswer | null, isPasted: boolean): Listed[] {
  return (answer?.packets ?? []).flatMap((packet, at) =>
    (packet.document === null) === isPasted ? [{ packet, at }] : [],
  );
}

/** The packets of the workspace's own traces; the first is shown if nothing else was asked. Where none meets the dump, the dump's own is. */
export function KernelPackets({ recorded: { answer, status, error }, facts }: KernelPacketsProps): ReactElement | null {
  const packet = useStore((state) => state.trace.recorded.packet);
  const fresh = useStore(({ trace }) => trace.traced === null && Object.keys(trace.form).length === 0);
  const own = listed(answer, false);
  const first = own.find((one) => one.packet.steps > 0)?.at ?? null;
  useEffect(() => {
    if (fresh && packet === null && first !== null) choose(first);
  }, [fresh, packet, first]);
  const known = status === 'failed' || (status === 'ready' && answer !== null);
  useFirstPreset(known && first === null ? facts : null);
  if (error) return <p className="error-text">The trace could not be read: {error.message}</p>;
  return (
    <section className="kernel-packets" aria-label="Packets that the kernel traced">
      <h3 className="packet-heading">From the kernel’s trace</h3>
      <Packets packets={own} chosen={packet} waiting={status === 'waiting'} />
    </section>
  );
}

export function RecordedPart({ recorded: { answer, status, error } }: RecordedProps): ReactElement {
  const { text, packet } = useStore((state) => state.trace.recorded);
  const pasted = listed(answer, true);
  const [open, setOpen] = useState(text !== '');
  return (
    <details className="recorded" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Compare with a kernel’s trace</summary>
      <label className="recorded-label" htmlFor="recorded-text">
        Output of <span className="mono">nft monitor trace</span> or{' '}
        <span className="mono">xtables-monitor --trace</span>
      </label>
      <textarea
        id="recorded-text"
        className="input mono recorded-text"
        rows={4}
        spellCheck={false}
        placeholder="trace id c1528a03 inet filter input packet: …"
        value={text}
        onChange={(event) => paste(event.target.value)}
      />
      {error ? <p className="error-text">It could not be read: {error.message}</p> : null}
      {(answer?.problems ?? []).map((problem) => (
        <p key={problem} className="packet-note quiet">
          {problem}
        </p>
      ))}
      {pasted.length > 0 ? <Packets packets={pasted} chosen={packet} waiting={status === 'waiting'} /> : null}
    </details>
  );
}

function paste(text: string): void {
  const { setTrace } = store.getState();
  setTrace({ recorded: { text, packet: null }, step: null });
}

/** `at`: its place among all packets. */
interface Listed {
  readonly packet: RecordedPacket;
  readonly at: number;
}

interface PacketsProps {
  readonly packets: readonly Listed[];
  readonly chosen: number | null;
  readonly waiting: boolean;
}

function Packets({ packets: all, chosen, waiting }: PacketsProps): ReactElement {
  const [query, setQuery] = useState('');
  const known = all.filter(({ packet }) => packet.steps > 0);
  const fitting = known.filter(({ packet, at }) => at === chosen || fits(packet, query));
  const shown = fitting.slice(0, SHOWN);
  const rest = all.length - known.length;
  return (
    <>
      {known.length > FEW ? (
        <input
          type="search"
          className="input"
          aria-label="Narrow the packets down"
          placeholder="address, port, id"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      ) : null}
      <ul className="presets recorded-packets" aria-label="Packets of the trace" aria-busy={waiting}>
        {shown.map(({ packet, at }) => (
          <li key={at} data-chosen={at === chosen || undefined}>
            <button type="button" className="preset" aria-pressed={at === chosen} onClick={() => choose(at)}>
              <span className="preset-title mono">{packet.line}</span>
              <span className="quiet">
                {packet.id === null ? '' : `${packet.id}, `}
                {plural(packet.steps, 'step')}
                {packet.document === null ? '' : `, ${packet.document}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {fitting.length > shown.length ? <p className="packet-note quiet">{fitting.length - shown.length} more</p> : null}
      {rest > 0 ? <p className="packet-note quiet">{plural(rest, 'packet')} met none of the dump’s tables.</p> : null}
    </>
  );
}

function choose(packet: number): void {
  const { setTrace, trace } = store.getState();
  setTrace({ recorded: { ...trace.recorded, packet }, step: null });
}

function fits({ id, line }: RecordedPacket, query: string): boolean {
  const text = `${id ?? ''} ${line}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
