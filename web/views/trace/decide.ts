/**
 * Which step decides, and what would be without it. The question is put to the tracer again, with a program in which that rule never matches: so the
 * sentence is as true as the trace.
 */

import type { CompiledRule } from '../../kernel/action.ts';
import { Program } from '../../kernel/compile.ts';
import { FALSE } from '../../kernel/condition.ts';
import { fateOf } from '../../kernel/fate.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import { type Course, type TraceOptions, type Tracer, tracePacket } from '../../kernel/trace.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { ViewContext } from '../context.ts';
import { type FateWords, fateWords } from './fate-words.ts';
import type { Hit, PolicyMet, Visit } from './walk-steps.ts';

/** The rules of another program, but for one that never matches. */
class ProgramWithout extends Program {
  constructor(
    private readonly all: Program,
    private readonly left: Rule,
  ) {
    super(all.ruleset);
  }

  override rule(rule: Rule): CompiledRule {
    if (rule !== this.left) return this.all.rule(rule);
    return { rule, instructions: [{ kind: 'match', condition: FALSE }], first: FALSE };
  }
}

export type Decider = { readonly visit: Visit; readonly event: Hit | PolicyMet };

/** The last verdict: of a refusal the rule or policy, of a delivery the last accept in a filter chain of the way. */
export function deciderOf(course: Course, visits: readonly Visit[]): Decider | null {
  const last = visits.at(-1);
  if (!last) return null;
  if (course.end.kind === 'lost') return null;
  if (course.end.kind !== 'delivered') {
    const event = last.events.filter((one): one is Hit | PolicyMet => one.kind !== 'miss').at(-1);
    return event ? { visit: last, event } : null;
  }
  for (const visit of [...visits].reverse()) {
    const { hook, base } = visit.site;
    if (base.chain.base?.type !== 'filter' || !(hook === 'forward' || hook === 'input' || hook === 'output')) continue;
    const event = visit.events.find((one): one is Hit => one.kind === 'hit' && one.verdict === 'accept');
    if (event) return { visit, event };
  }
  return null;
}

export interface Asked {
  readonly context: ViewContext;
  readonly tracer: Tracer;
  readonly packet: TracePacket;
  readonly options: TraceOptions;
}

/** One sentence after `Decides.`: what happens without that step, on the course that is followed. */
export function decidingSentence(asked: Asked, course: Course, { event, visit }: Decider): string {
  if (event.kind === 'policy') {
    return `No rule of ${visit.site.base.chain.name} settled it, and the policy is ${event.verdict}.`;
  }
  const now = fateWords(asked.context, fateOf(course, asked.packet, asked.options.routing), asked.packet);
  const without = fateWithout(asked, course, event.rule);
  if (without === null)
    return course.end.kind === 'delivered' ? 'No later chain refuses it.' : 'Nothing after it runs.';
  if (without.title === now.title && without.detail === now.detail) return 'Without it, the fate would be the same.';
  const title = `${without.title.charAt(0).toLowerCase()}${without.title.slice(1)}`;
  return `Without it: ${title}${without.kind === 'delivered' || without.detail === '' ? '' : ` (${without.detail})`}.`;
}

/** The fate if the rule did not match; null where that cannot be told. */
function fateWithout({ context, tracer, packet, options }: Asked, course: Course, rule: Rule): FateWords | null {
  const program = new ProgramWithout(tracer.program, rule);
  const pins = new Map([
    ...(options.pins ?? []),
    ...course.choices.map(({ unknown, value }) => [unknown, value] as const),
  ]);
  const run = tracePacket({ ...tracer, program }, packet, { ...options, pins, maxBranches: 64 });
  const words = run.courses.map((one) => fateWords(context, fateOf(one, packet, options.routing), packet));
  const [first] = words;
  return first && words.every(({ title }) => title === first.title) ? first : null;
}
