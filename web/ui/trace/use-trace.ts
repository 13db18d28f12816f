/** What the trace view draws, out of the store's input and the worker's answers. */
import { useEffect } from 'react';
import type { FindingWitness } from '../../findings/finding.ts';
import { EMPTY_FORM, familyOf, type PacketForm } from '../../packet/form.ts';
import { formOfJson } from '../../packet/read.ts';
import type {
  ComparisonAnswer,
  MapFamily,
  PacketFacts,
  PassageView,
  StepEntry,
  TraceAnswer,
} from '../../worker/protocol.ts';
import { askOrNull } from '../source/ask-or-null.ts';
import { type AnswerState, useAnswer } from '../use-answer.ts';
import { store, useStore } from '../use-store.ts';

const NOTHING: Record<string, never> = {};

export function usePacketFacts(): PacketFacts | null {
  return useAnswer('packetFacts', NOTHING).answer;
}

export interface TraceShown {
  readonly answer: TraceAnswer | null;
  readonly status: AnswerState<'trace'>['status'];
  readonly error: string | null;
  /** The packet of the connection that is looked at; null: none, or the packet has errors. */
  readonly passage: PassageView | null;
  readonly passageIndex: number;
  /** The passage is what a kernel told, beside what was predicted. */
  readonly comparison: ComparisonAnswer | null;
  readonly family: MapFamily;
}

export function useTrace(): TraceShown {
  const predicted = usePrediction();
  const recorded = useRecorded();
  return recorded ?? predicted;
}

/** null: what is traced is shown, not what a kernel told. */
function useRecorded(): TraceShown | null {
  const { text, packet } = useStore((state) => state.trace.recorded);
  const present = useStore((state) => state.family);
  const { answer, status, error } = useAnswer('comparison', packet === null ? null : { text, packet });
  if (packet === null || (status === 'ready' && answer === null)) return null;
  return {
    answer: null,
    status,
    error: error?.message ?? null,
    passage: answer?.passage ?? null,
    passageIndex: 0,
    comparison: answer,
    family: answer?.form ? mapFamilyOf(answer.form) : present,
  };
}

function usePrediction(): TraceShown {
  const traced = useStore((state) => state.trace.traced);
  const pins = useStore((state) => state.trace.pins);
  const connection = useStore((state) => state.trace.connection);
  const wanted = useStore((state) => state.trace.passage);
  const witness = useStore((state) => state.trace.witness);
  const side = useStore((state) => state.trace.side);
  const asked = witness && { packet: witness.packet, change: witness.change };
  const { answer, status, error } = useAnswer(
    'trace',
    traced === null ? null : { form: traced, pins, connection, witness: asked },
  );
  const passageIndex = Math.min(wanted, Math.max(0, (answer?.passages.length ?? 1) - 1));
  return {
    answer: traced === null ? null : answer,
    status,
    error: error?.message ?? null,
    passage: traced === null ? null : shownPassage(answer, side, passageIndex),
    passageIndex,
    comparison: null,
    family: traced ? mapFamilyOf(traced) : 'ip',
  };
}

function shownPassage(answer: TraceAnswer | null, side: 'as-is' | 'changed', index: number): PassageView | null {
  if (side === 'changed' && answer?.changed) return answer.changed;
  return answer?.passages[index] ?? null;
}

/** Traces a finding's packet, and beside it what another order would do. */
export function replayWitness(witness: FindingWitness, side: 'as-is' | 'changed' = 'as-is'): void {
  const { setView, setTrace } = store.getState();
  startTrace(formOfJson(witness.packet));
  setTrace({ pins: witness.pins.map(({ unknown, value }) => ({ unknown, value })), witness, side, connection: false });
  setView('trace');
}

/** Steps that have a number, in order. */
export function numberedSteps(passage: PassageView | null): readonly Exclude<StepEntry, { kind: 'folded' }>[] {
  if (!passage) return [];
  return passage.hooks.flatMap(({ entries }) =>
    entries.filter((entry): entry is Exclude<StepEntry, { kind: 'folded' }> => entry.kind !== 'folded'),
  );
}

/** Looks at a step, and selects its rule everywhere. */
export function lookAtStep(passage: PassageView, number: number | null): void {
  const { setTrace, select } = store.getState();
  setTrace({ step: number });
  const step = number === null ? undefined : numberedSteps(passage).find((one) => one.number === number);
  if (!step || step.chain === null) return;
  const rule = step.kind === 'policy' ? null : step.rule;
  select(rule === null ? { kind: 'chain', chain: step.chain } : { kind: 'rule', chain: step.chain, rule }, 'trace');
}

export function mapFamilyOf(form: PacketForm): MapFamily {
  return familyOf(form) === 6 ? 'ip6' : 'ip';
}

/** Traces a packet and shows the family's map. */
export function startTrace(form: PacketForm): void {
  const { tracePacket, setFamily, family, overview, select } = store.getState();
  const wanted = mapFamilyOf(form);
  if (family !== wanted && overview?.maps.some((map) => map.family === wanted)) setFamily(wanted);
  select(null, 'trace');
  tracePacket(form);
}

/** Shows the other family: its first suggested packet, or an empty form where there is none. */
export async function traceFamily(family: MapFamily): Promise<void> {
  const { setFamily, setPacket, trace } = store.getState();
  setFamily(family);
  if (mapFamilyOf(trace.form) === family) return;
  const facts = await askOrNull('packetFacts', NOTHING);
  const preset = facts?.presets.find((one) => one.family === family);
  if (preset) startTrace(preset.packet);
  else setPacket(emptyForm(family));
}

export function emptyForm(family: MapFamily): PacketForm {
  return family === 'ip6' ? { family: '6' } : EMPTY_FORM;
}

/** Nothing is asked yet: the first packet that the dump suggests. Null: wait. */
export function useFirstPreset(facts: PacketFacts | null): void {
  const fresh = useStore(
    ({ trace }) => trace.traced === null && trace.recorded.packet === null && Object.keys(trace.form).length === 0,
  );
  const family = useStore((state) => state.family);
  useEffect(() => {
    if (!fresh || !facts) return;
    const first = facts.presets.find((preset) => preset.family === family) ?? facts.presets[0];
    if (first) startTrace(first.packet);
  }, [fresh, facts, family]);
}
