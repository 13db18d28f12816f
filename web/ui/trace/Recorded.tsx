/** A kernel's own trace, pasted or among the documents: the packets that it tells of. One of them is shown in the place of what is traced. */
import { type ReactElement, useState } from 'react';
import type { RecordedAnswer, RecordedPacket } from '../../worker/protocol.ts';
import { plural } from '../shell/words.ts';
import { useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';

/** So many are listed before somebody narrows them down. */
const SHOWN = 60;
/** With fewer there is nothing to narrow down. */
const FEW = 8;

export function RecordedPart(): ReactElement {
  const { text, packet } = useStore((state) => state.trace.recorded);
  const { answer, status, error } = useAnswer('recorded', { text });
  const some = (answer?.packets.length ?? 0) > 0;
  const [open, setOpen] = useState(false);
  return (
    <details className="recorded" open={open || some} onToggle={(event) => setOpen(event.currentTarget.open)}>
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
      {answer && some ? <Packets answer={answer} chosen={packet} waiting={status === 'waiting'} /> : null}
    </details>
  );
}

function paste(text: string): void {
  const { setTrace } = store.getState();
  setTrace({ recorded: { text, packet: null }, step: null });
}

interface PacketsProps {
  readonly answer: RecordedAnswer;
  readonly chosen: number | null;
  readonly waiting: boolean;
}

function Packets({ answer, chosen, waiting }: PacketsProps): ReactElement {
  const [query, setQuery] = useState('');
  const all = answer.packets.map((packet, at) => ({ packet, at }));
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
