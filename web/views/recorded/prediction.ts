/**
 * What the tracer makes of a packet that a kernel trace tells of. The trace does not say to whom the packet was addressed and what conntrack knew of it:
 * each likely answer is tried, and of all courses the one is taken that goes along with the kernel the longest.
 */

import { nodeFacts } from '../../facts/node-facts.ts';
import type { TraceStep } from '../../kernel/branch.ts';
import { type Fate, fateOf } from '../../kernel/fate.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { type Course, tracePacket } from '../../kernel/trace.ts';
import type { Hook } from '../../model/hook.ts';
import type { Chain } from '../../model/ruleset.ts';
import { type PacketForm, type PacketPath, tidyForm } from '../../packet/form.ts';
import { packetJson } from '../../packet/read.ts';
import type { ViewContext } from '../context.ts';
import { tracerOf } from '../trace/build-trace.ts';
import { FactTables } from '../trace/routes.ts';
import { withoutCopies } from '../trace/walk-steps.ts';
import type { ToldStep } from './told-steps.ts';

export interface Prediction {
  readonly form: PacketForm;
  readonly packet: TracePacket;
  readonly course: Course;
  readonly fate: Fate;
  /** The steps that the trace could have told, from its first one on. */
  readonly steps: readonly TraceStep[];
  /** The packet comes in again: what is met then is told under another number, and is not among the steps. */
  readonly loops: boolean;
}

const STATES = ['new', 'established', 'related', 'untracked', 'invalid'] as const;

/** What a packet meets that the node sends, before it is out. Kernel: a packet that is looped back is another one for the trace (loopback.trace). */
const SENT: readonly Hook[] = ['output', 'postrouting', 'egress'];

/** Courses of each guess that are looked at. */
const BRANCHES = 128;

/** `forms`: the packet as it is told, with each protocol that it may have. Null where it cannot be traced. Cost: at most ten traces for each. */
export function predict(
  context: ViewContext,
  forms: readonly PacketForm[],
  oif: string | null,
  told: readonly ToldStep[],
): Prediction | null {
  const tells = tellsOf(told);
  let best: { readonly prediction: Prediction; readonly agreed: number } | null = null;
  for (const guess of guessesOf(forms, told, oif)) {
    for (const prediction of coursesOf(context, guess, tells)) {
      const agreed = agreement(told, prediction.steps);
      if (!best || agreed > best.agreed) best = { prediction, agreed };
    }
  }
  return best?.prediction ?? null;
}

function* guessesOf(
  forms: readonly PacketForm[],
  told: readonly ToldStep[],
  oif: string | null,
): Generator<PacketForm> {
  for (const form of forms) {
    for (const path of pathsOf(told, form)) {
      for (const ctstate of STATES) yield tidyForm({ ...form, path, ctstate, ...(oif === null ? {} : { oif }) });
    }
  }
}

function* coursesOf(context: ViewContext, form: PacketForm, tells: Tells): Generator<Prediction> {
  const { packet } = readPacket(packetJson(form));
  if (!packet) return;
  const routing = new FactTables(packet, nodeFacts(context), form.oif !== undefined);
  for (const whole of tracePacket(tracerOf(context), packet, { routing, maxBranches: BRANCHES }).courses) {
    const course = withoutCopies(whole);
    const fate = fateOf(course, packet, routing);
    const { steps, loops } = ownSteps(course.steps, tells);
    yield { form, packet, course, fate, steps: comparable(steps, tells), loops };
  }
}

/** Of a packet that comes in again the part that the trace is of. */
function ownSteps(steps: readonly TraceStep[], { first }: Tells): Pick<Prediction, 'steps' | 'loops'> {
  const isSent = ({ site }: TraceStep): boolean => SENT.includes(site.hook);
  const sent = steps.findIndex(isSent);
  const again = sent < 0 ? -1 : steps.findIndex((step, at) => at > sent && !isSent(step));
  if (again < 0) return { steps, loops: false };
  const second = first !== undefined && first.kind !== 'absent' && !SENT.includes(first.site.hook);
  return second ? { steps: steps.slice(again), loops: false } : { steps: steps.slice(0, again), loops: true };
}

/** A trace of nft's tables does not tell of legacy ones, a kernel log of nothing else; and it begins where a rule began it. */
interface Tells {
  readonly legacy: boolean;
  readonly first: ToldStep | undefined;
  readonly chains: ReadonlySet<Chain>;
}

function tellsOf(told: readonly ToldStep[]): Tells {
  const first = told.find(({ kind }) => kind !== 'absent');
  const chains = new Set(told.flatMap((step) => (step.kind === 'policy' ? step.site.base.chain : [])));
  return { legacy: first !== undefined && first.kind !== 'absent' && isLegacy(first.site), first, chains };
}

function isLegacy({ base }: TraceStep['site']): boolean {
  return base.chain.table.backend === 'iptables-legacy';
}

function comparable(steps: readonly TraceStep[], { legacy, first, chains }: Tells): readonly TraceStep[] {
  const able = steps.filter(
    (step) =>
      step.type !== 'return' && isLegacy(step.site) === legacy && !(isIdle(step) && !chains.has(step.site.base.chain)),
  );
  const at = first ? able.findIndex((step) => isSameStep(first, step)) : -1;
  return at < 0 ? able : able.slice(at);
}

/** An empty chain that accepts: iptables-nft lists built-in chains that the kernel does not have yet, and then the kernel tells nothing of them. */
function isIdle(step: TraceStep): boolean {
  return step.type === 'policy' && step.verdict === 'accept' && step.site.base.chain.rules.length === 0;
}

/** Steps from the beginning on that are the same. */
function agreement(told: readonly ToldStep[], steps: readonly TraceStep[]): number {
  let at = 0;
  while (at < told.length && at < steps.length && isSameStep(told[at] as ToldStep, steps[at] as TraceStep)) at++;
  return at;
}

export function isSameStep(told: ToldStep, step: TraceStep): boolean {
  switch (told.kind) {
    case 'absent':
      return false;
    case 'rule':
      return (
        step.type === 'rule' &&
        told.rules.includes(step.rule) &&
        (told.verdict === null || told.verdict === step.verdict)
      );
    case 'policy':
      return step.type === 'policy' && step.site.base.chain === told.site.base.chain && step.verdict === told.verdict;
  }
}

/** A destination behind a translation is an address of the node, or that of a Service: both are tried. */
function pathsOf(told: readonly ToldStep[], form: PacketForm): readonly PacketPath[] {
  const hooks = new Set<Hook>(told.flatMap((step) => (step.kind === 'absent' ? [] : [step.site.hook])));
  if (hooks.has('output') || form.iif === undefined) return ['output'];
  return hooks.has('input') ? ['input', 'forward'] : ['forward', 'input'];
}
