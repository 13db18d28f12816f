/** From a rule, a chain or a segment to the trace of a packet that gets there. */
import type { Requests } from '../../worker/protocol.ts';
import { askOrNull } from '../source/ask-or-null.ts';
import { store } from '../use-store.ts';
import { lookAtStep, numberedSteps, startTrace } from './use-trace.ts';

/** Looks for a packet, traces it and looks at the step at its rule. Where none was found, a notice says how it was looked for. */
export async function traceTo(goal: Requests['packetFor']): Promise<void> {
  const { notify, setView, setTrace, select } = store.getState();
  try {
    const found = await askOrNull('packetFor', goal);
    if (!found) return;
    if (!found.matches) notify({ severity: 'info', text: found.words });
    if (!found.form || !found.place) return;
    startTrace(found.form);
    setTrace({ pins: found.pins });
    setView('trace');
    select({ kind: 'rule', ...found.place }, 'trace');
    await lookAtRule(found.place.rule);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    notify({ severity: 'warning', text: `No packet could be looked for: ${why}` });
  }
}

/** Once the trace has come. A rule without effect has no step of its own. */
async function lookAtRule(rule: number): Promise<void> {
  const { traced, pins, connection } = store.getState().trace;
  if (!traced) return;
  const answer = await askOrNull('trace', { form: traced, pins, connection });
  // Something else may have been asked meanwhile.
  if (!answer || store.getState().trace.traced !== traced) return;
  const [passage] = answer.passages;
  const step = numberedSteps(passage ?? null).find((one) => one.kind === 'hit' && one.rule === rule);
  if (passage && step) lookAtStep(passage, step.number);
}
