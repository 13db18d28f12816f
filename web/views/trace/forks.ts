/**
 * Where the courses of a trace part: the tracer gives each possible course; seen together they are a tree, whose forks lie on the course that is
 * followed. Branches are told apart by their next step, so that a chain of random rules is one fork with as many branches as endpoints.
 */
import type { Choice, TraceStep } from '../../kernel/branch.ts';
import type { Course } from '../../kernel/trace.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Pin } from './trace-answer.ts';

export interface Fork {
  /** Index into the followed course's steps before which the ways part. */
  readonly step: number;
  /** The rule that asks; null where nothing is asked. */
  readonly rule: Rule | null;
  /** What is asked, in words. */
  readonly unknown: string;
  readonly branches: readonly Branch[];
  readonly rejoins: boolean;
}

export interface Branch {
  /** The likeliest first. */
  readonly courses: readonly Course[];
  /** Of 1, among the branches of this fork; null where it is not known. */
  readonly probability: number | null;
  readonly followed: boolean;
  readonly pins: readonly Pin[];
  /** The rule that the branch matches next. */
  readonly rule: Rule | null;
}

/** Along `followed`, in the packet's order. Cost: steps times courses. */
export function forksOf(courses: readonly Course[], followed: Course): Fork[] {
  const forks: Fork[] = [];
  const keys = new Map(courses.map((course) => [course, course.steps.map(keyOf)]));
  let group = courses;
  for (let at = 0; group.length > 1 && at <= followed.steps.length; at++) {
    const parts = partition(group, (course) => keys.get(course)?.[at] ?? 'end');
    if (parts.length < 2) continue;
    forks.push(forkAt(at, parts, followed));
    group = parts.find((part) => part.includes(followed)) ?? [];
  }
  return forks;
}

/** Two courses are at the same step where rule, verdict and the packet are the same. */
function keyOf(step: TraceStep): string {
  const { view, round, verdict } = step;
  const what = step.type === 'rule' ? `r${step.rule.id}` : step.type === 'return' ? `c${step.chain.id}` : 'p';
  return [
    what,
    verdict,
    round,
    step.site.base.chain.id,
    view.src,
    view.dst,
    portKey(view.dport),
    view.mark,
    view.oif,
  ].join(' ');
}

function portKey(port: TraceStep['view']['dport']): string {
  return port !== null && typeof port === 'object' ? `${port.from}-${port.to}` : String(port);
}

/** As keyOf, but for the packet: whether the same rules are met. */
function ruleKey(step: TraceStep): string {
  const what = step.type === 'rule' ? `r${step.rule.id}` : step.type === 'return' ? `c${step.chain.id}` : 'p';
  return `${what} ${step.site.base.chain.id} ${step.verdict}`;
}

function partition<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const parts = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const part = parts.get(name);
    if (part) part.push(item);
    else parts.set(name, [item]);
  }
  return [...parts.values()];
}

function forkAt(at: number, parts: readonly Course[][], followed: Course): Fork {
  const group = parts.flat();
  const from = firstDifference(group);
  const total = sum(group);
  const branches = parts
    .map((courses): Branch => {
      const step = courses[0]?.steps[at];
      const part = sum(courses);
      return {
        courses,
        probability: total === null || part === null || total === 0 ? null : part / total,
        followed: courses.includes(followed),
        pins: pinsInto(courses, group, from),
        rule: step?.type === 'rule' ? step.rule : null,
      };
    })
    .sort((a, b) => order(a) - order(b));
  const asked = followed.choices[from] ?? group[0]?.choices[from];
  return {
    step: at,
    rule: asked?.rule ?? null,
    unknown: asked?.unknown ?? '',
    branches,
    rejoins: rejoin(parts, at),
  };
}

function order({ rule, courses }: Branch): number {
  return rule ? rule.id : 1e9 + courses.length;
}

/** The first choice in which not all agree. */
function firstDifference(group: readonly Course[]): number {
  const [first] = group;
  const length = Math.max(...group.map(({ choices }) => choices.length));
  for (let at = 0; at < length; at++) {
    const choice = first?.choices[at];
    if (!group.every(({ choices }) => sameChoice(choices[at], choice))) return at;
  }
  return 0;
}

function sameChoice(a: Choice | undefined, b: Choice | undefined): boolean {
  return a?.unknown === b?.unknown && a?.value === b?.value;
}

function sum(courses: readonly Course[]): number | null {
  let total = 0;
  for (const { probability } of courses) {
    if (probability === null) return null;
    total += probability;
  }
  return total;
}

/** The shortest row of answers, from `from` on, that leaves only courses of this branch. */
function pinsInto(courses: readonly Course[], group: readonly Course[], from: number): readonly Pin[] {
  const [first] = courses;
  if (!first) return [];
  for (let count = 1; from + count <= first.choices.length; count++) {
    const wanted = first.choices.slice(from, from + count);
    const left = group.filter(({ choices }) => wanted.every((choice, at) => sameChoice(choices[from + at], choice)));
    if (left.every((course) => courses.includes(course))) return wanted.map(pinOf);
  }
  return first.choices.slice(from).map(pinOf);
}

function pinOf({ unknown, value }: Choice): Pin {
  return { unknown, value };
}

/** After the base chain in which they part, all branches meet the same rules. */
function rejoin(parts: readonly Course[][], at: number): boolean {
  const rests = parts.map(([course]) => {
    if (!course) return '';
    const base = course.steps[at]?.site.base.chain ?? course.steps[at - 1]?.site.base.chain;
    let next = at;
    while (next < course.steps.length && course.steps[next]?.site.base.chain === base) next++;
    return course.steps.slice(next).map(ruleKey).join('|') + course.end.kind;
  });
  return rests.every((rest) => rest === rests[0] && rest.includes('|'));
}
