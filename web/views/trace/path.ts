/** The way of a course over the hook map: hooks, base chains, and the numbered steps by segment. */
import type { End } from '../../kernel/domain.ts';
import type { Course } from '../../kernel/trace.ts';
import type { PathEnd, PathStop, PathVisit, TracePathModel } from '../../layout/trace-path-model.ts';
import type { Hook } from '../../model/hook.ts';
import type { Rule } from '../../model/ruleset.ts';
import { segmentsOf } from '../../owners/segments.ts';
import type { ViewContext } from '../context.ts';
import type { Placed } from './entries.ts';
import type { Change, FateView } from './trace-answer.ts';
import type { Visit } from './walk-steps.ts';

/** Branches of a fork that are told beside the stripe. */
const BRANCHES = 3;

export function buildPath(
  context: ViewContext,
  { hooks, end }: Pick<TracePathModel, 'hooks' | 'end'>,
  visits: readonly Visit[],
  placed: readonly Placed[],
  fate: Pick<FateView, 'kind' | 'title' | 'detail'>,
): TracePathModel {
  const last = visits.at(-1)?.site.hook;
  return {
    hooks: last === undefined || hooks.includes(last) ? hooks : [...hooks, last],
    visits: visits.map((visit) => pathVisit(context, visit, placed)),
    end,
    label: fate.kind === 'delivered' ? [] : [fate.title, ...fate.detail.split('; ')].filter((line) => line !== ''),
  };
}

/** Those with base chains and those without, each once, in the packet's order. */
export function hooksOf(course: Course): readonly Hook[] {
  return [...new Set(course.hooks.map(({ site }) => site.hook))];
}

export function pathEndOf(end: End): PathEnd {
  switch (end.kind) {
    case 'delivered':
      return { kind: 'delivered', to: end.to };
    case 'lost':
    case 'unfinished':
      return { kind: 'lost' };
    case 'queued':
    case 'stolen':
      return { kind: 'taken' };
    default:
      return { kind: 'refused' };
  }
}

function pathVisit(context: ViewContext, visit: Visit, placed: readonly Placed[]): PathVisit {
  const { chain } = visit.site.base;
  const segments = segmentsOf(chain, context.analysis.attribution);
  const segmentOf = (rule: Rule | null): number | null => {
    const at = rule ? segments.findIndex(({ from, to }) => from <= rule.index && rule.index <= to) : -1;
    return at < 0 ? null : at;
  };
  const ended = visit.events.at(-1);
  const last = ended?.kind === 'hit' ? segmentOf(ended.way[0] ?? ended.rule) : null;
  return {
    hook: visit.site.hook,
    chain: chain.id,
    stops: placed.filter((one) => one.visit === visit).map((one) => stopOf(one, segmentOf(one.baseRule))),
    until: last,
  };
}

function stopOf({ entry }: Placed, segment: number | null): PathStop {
  if (entry.kind === 'fork') {
    const values = entry.branches.map(({ changes, title }) => short(changes) ?? title);
    const common = commonStart(values);
    const lines = entry.branches
      .slice(0, BRANCHES)
      .map(({ letter }, at) => `${letter} · ${(values[at] ?? '').slice(common)}`);
    const more = entry.branches.length > BRANCHES ? [`and ${entry.branches.length - BRANCHES} more`] : [];
    return {
      segment,
      number: entry.number,
      title: 'fork',
      detail: [...lines, ...more],
      fork: true,
      decides: false,
      differs: false,
    };
  }
  const decides = entry.decides !== null;
  const changes = entry.kind === 'hit' ? entry.changes : [];
  const [first] = changes;
  const verdict = decides ? `${entry.verdict}, decides` : entry.verdict;
  const mark =
    first?.field === 'mark'
      ? [`${first.before} → ${first.after}`]
      : first
        ? [isNat(entry.verdict) ? first.after : `${first.field} ${first.after}`]
        : [];
  const isPass = entry.verdict === 'continue' || entry.verdict === 'jump' || entry.verdict === 'goto';
  return {
    segment,
    number: entry.number,
    title: isPass && first ? first.field : verdict,
    detail: entry.differs ? [...mark, 'not predicted'] : mark,
    fork: false,
    decides,
    differs: entry.differs,
  };
}

function isNat(verdict: string): boolean {
  return verdict === 'dnat' || verdict === 'snat' || verdict === 'masquerade' || verdict === 'redirect';
}

/** What all addresses begin with, up to a dot or colon: beside the stripe their difference is told. */
function commonStart(values: readonly string[]): number {
  const [first = ''] = values;
  let length = values.length > 1 ? first.length : 0;
  for (const value of values) while (length > 0 && !value.startsWith(first.slice(0, length))) length--;
  while (length > 0 && !/[.:]/.test(first[length - 1] as string)) length--;
  return length;
}

function short(changes: readonly Change[]): string | null {
  return changes.find(({ field }) => field === 'dst')?.after ?? changes[0]?.after ?? null;
}
