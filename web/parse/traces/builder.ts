/** Puts the events of one packet together. */
import type { Trace, TraceEvent, TracePlace } from '../../model/trace.ts';

interface OpenTrace {
  readonly id: string | null;
  readonly events: TraceEvent[];
  readonly start: number;
  end: number;
  /** Where in the kernel's order the last built-in chain of iptables was; -1: none yet. */
  stage: number;
  /** A verdict has ended the packet. */
  over: boolean;
  /** The base chains that it has come to. */
  readonly entered: Set<string>;
}

export class TraceBuilder {
  private readonly all: OpenTrace[] = [];
  private readonly current = new Map<string, OpenTrace>();

  /** Adds an event of the packet `key`; `id`: what the output calls it. */
  add(key: string, id: string | null, event: TraceEvent): void {
    const { start, end } = event.span;
    const place = 'place' in event ? event.place : null;
    const stage = place ? stageOf(place) : -1;
    let trace = this.current.get(key);
    const entered = event.kind === 'packet' && place ? `${place.family} ${place.table} ${place.chain}` : null;
    // A number is used again after its packet is gone; a packet does not come to a hook a second time.
    const again =
      trace && (trace.over || (stage >= 0 && stage < trace.stage) || (entered !== null && trace.entered.has(entered)));
    if (!trace || again) {
      trace = { id, events: [], start, end, stage: -1, over: false, entered: new Set() };
      this.all.push(trace);
      this.current.set(key, trace);
    }
    if (entered !== null) trace.entered.add(entered);
    trace.events.push(event);
    trace.end = Math.max(trace.end, end);
    if (stage >= 0) trace.stage = stage;
    trace.over = isOver(event);
  }

  /** In the order of their first events. */
  finish(): Trace[] {
    return this.all.map(({ id, events, start, end }) => ({ id, events, span: { start, end } }));
  }
}

/** Dropped: by a rule or by a policy. */
function isOver(event: TraceEvent): boolean {
  return (event.kind === 'rule' || event.kind === 'policy') && event.verdict?.kind === 'drop';
}

const CHAINS = ['PREROUTING', 'FORWARD', 'INPUT', 'OUTPUT', 'POSTROUTING'];

/** In the order in which a packet meets the built-in chains; the local process begins anew. -1 for other chains. */
function stageOf({ chain }: TracePlace): number {
  return CHAINS.indexOf(chain);
}
