/** What a kernel told of a packet, as a course of the tracer: the same list of steps and the same map show both. */
import type { PacketView, TraceStep } from '../../kernel/branch.ts';
import type { End } from '../../kernel/domain.ts';
import type { Course } from '../../kernel/trace.ts';
import type { Rule } from '../../model/ruleset.ts';
import { type ToldStep, verdictOfRule } from './told-steps.ts';

export interface ToldCourse {
  readonly course: Course;
  /** For each told step its index in the course; null for those that the dump does not have. */
  readonly indexes: readonly (number | null)[];
  /** null: nothing is told behind the last step. */
  readonly end: End | null;
}

/**
 * `predicted`: for each told step the rule that it was taken for in the prediction; null: none. `silent`: where an accepted packet ends of which nothing
 * more is told: later hooks may have no chain for it.
 */
export function toldCourse(
  told: readonly ToldStep[],
  predicted: readonly (Rule | null)[],
  silent: End | null,
): ToldCourse {
  const steps: TraceStep[] = [];
  const indexes = told.map((step, at) => {
    if (step.kind === 'absent') return null;
    steps.push(courseStep(step, predicted[at] ?? null, steps));
    return steps.length - 1;
  });
  const last = steps.at(-1);
  const end = endOf(last) ?? (last?.verdict === 'accept' ? silent : null);
  return { course: courseOf(steps, end), indexes, end };
}

function courseStep(
  told: Exclude<ToldStep, { kind: 'absent' }>,
  predicted: Rule | null,
  before: readonly TraceStep[],
): TraceStep {
  const base = { site: told.site, view: told.view, round: 0, copy: 0 };
  switch (told.kind) {
    case 'rule': {
      const rule = predicted ?? likeliest(told.rules, before);
      return { ...base, type: 'rule', rule, verdict: told.verdict ?? verdictOfRule(rule) };
    }
    case 'policy':
      return { ...base, type: 'policy', verdict: told.verdict };
  }
}

/** Of several that say the same: the first behind the rule of its chain that was met last. */
function likeliest(rules: readonly Rule[], before: readonly TraceStep[]): Rule {
  const [first] = rules as readonly [Rule, ...Rule[]];
  for (let at = before.length - 1; at >= 0; at--) {
    const step = before[at];
    if (step?.type !== 'rule' || step.rule.chain !== first.chain) continue;
    const last = step.rule.index;
    return rules.find(({ index }) => index > last) ?? first;
  }
  return first;
}

function endOf(last: TraceStep | undefined): End | null {
  if (!last) return null;
  const { site, verdict } = last;
  if (last.type === 'rule') {
    const { rule } = last;
    const reject = rule.body.find((statement) => statement.kind === 'reject');
    if (verdict === 'drop') return reject ? { kind: 'rejected', rule, site, reject } : { kind: 'dropped', rule, site };
    if (verdict === 'queue') return { kind: 'queued', rule, site, text: '' };
  } else if (last.type === 'policy' && verdict === 'drop') return { kind: 'dropped', rule: null, site };
  if (verdict !== 'accept' || site.stack !== 'l3') return null;
  if (site.hook === 'postrouting') return { kind: 'delivered', to: 'out' };
  return site.hook === 'input' ? { kind: 'delivered', to: 'local' } : null;
}

function courseOf(steps: readonly TraceStep[], end: End | null): Course {
  const hooks = steps.flatMap((step, at) => {
    const before = steps[at - 1];
    return before?.site.hook === step.site.hook && before.site.stack === step.site.stack
      ? []
      : [{ site: step.site, view: step.view }];
  });
  return {
    steps,
    hooks,
    effects: [],
    copies: [],
    end: end ?? { kind: 'lost', why: 'no-route' },
    last: steps.at(-1)?.view ?? NOTHING,
    toSelf: false,
    choices: [],
    idle: new Set(),
    probability: 1,
    weight: 1,
    notes: [],
    connection: null,
    sets: new Map(),
  };
}

const NOTHING: PacketView = {
  src: null,
  dst: null,
  sport: null,
  dport: null,
  ttl: null,
  tos: null,
  mark: null,
  iif: null,
  oif: null,
  ct: null,
};
