/**
 * Evaluations over the number of Services: packets to some of them, evenly chosen, are traced; where each has a rule of its own, rules are compared one by
 * one, and a line goes through the points. A dump without Services, or with too few for a line, has the curve of its longest chain.
 */
import type { IpFamily } from '../../base/ip.ts';
import type { ServiceFact } from '../../facts/fact.ts';
import { nodeFacts } from '../../facts/node-facts.ts';
import { UNKNOWN } from '../../owners/owner.ts';
import type { ViewContext } from '../context.ts';
import { arrives, followPacket } from '../trace/build-trace.ts';
import { serviceVisitor } from '../trace/presets.ts';
import type { CostCurve, CostPacket, HookCost, LinearChain } from './cost-answer.ts';
import { evaluatedOn } from './evaluations.ts';
import { BRANCHES, servicesOf } from './packets.ts';

const TRACED = 12;
/** Fewer Services than this tell no line, nor do so few rules for each. */
const FEWEST = 4;
const LINEAR = 0.2;

export interface CurveInput {
  readonly packets: readonly CostPacket[];
  readonly hooks: readonly HookCost[];
  readonly chains: readonly LinearChain[];
}

export function buildCurve(context: ViewContext, family: IpFamily, input: CurveInput): CostCurve | null {
  const services = servicesOf(nodeFacts(context), family);
  return ofServices(context, family, services, input) ?? ofChain(input.chains, family);
}

function ofServices(
  context: ViewContext,
  family: IpFamily,
  services: readonly ServiceFact[],
  { packets, hooks }: CurveInput,
): CostCurve | null {
  const own = new Set(services.flatMap(({ rule }) => rule ?? []));
  const linear = own.size > services.length / 2;
  if (services.length < (linear ? FEWEST : 2)) return null;
  const points = tracedPoints(context, family, services);
  const last = packets.find(({ role }) => role === 'last');
  const { base, slope } = fitted(points);
  if (linear && slope <= LINEAR) return null;
  const mean = last ? meanOver(last, hooks) : null;
  const owner = services[0]?.owner ?? UNKNOWN;
  const partial = hooks.some(({ without }) => without !== '');
  const common = { subject: { kind: 'services' }, owner, count: services.length, points, mean, partial } as const;
  if (linear) return { ...common, mode: 'linear', base, slope, map: last?.converted ?? base };
  const level = points.reduce((sum, { evaluated }) => sum + evaluated, 0) / Math.max(1, points.length);
  // Nothing is compared one by one here: the line is what one rule for each Service would add. Of IPVS an ipset has the addresses.
  return { ...common, mode: own.size === 0 ? 'ipset' : 'map', base: level, slope: 1, map: level };
}

function tracedPoints(context: ViewContext, family: IpFamily, services: readonly ServiceFact[]): CostCurve['points'] {
  const visit = serviceVisitor(nodeFacts(context), family, (form) => arrives(context, form));
  const count = Math.min(TRACED, services.length);
  const places = Array.from({ length: count }, (_, i) =>
    Math.round((i * (services.length - 1)) / Math.max(1, count - 1)),
  );
  return places.flatMap((place) => {
    const run = followPacket(context, visit(services[place] as ServiceFact).packet, [], BRANCHES);
    const course = run?.courses[0];
    if (!run || !course) return [];
    return [{ at: place + 1, evaluated: evaluatedOn(run.packet, course) }];
  });
}

/** By the median of all pairs' slopes (Theil and Sen): a Service whose packets are dropped early, or pass more policies, bends no line. */
function fitted(points: CostCurve['points']): { base: number; slope: number } {
  const slopes = points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.evaluated - a.evaluated) / (b.at - a.at)));
  const slope = median(slopes);
  return { base: Math.max(0, median(points.map(({ at, evaluated }) => evaluated - slope * at))), slope };
}

/** 0 of nothing. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function meanOver({ hooks }: CostPacket, all: readonly HookCost[]): number | null {
  const means = hooks.map(({ hook }) => all.find((one) => one.hook === hook)?.mean ?? null);
  return means.every((mean) => mean !== null) ? means.reduce((sum, { connection }) => sum + connection, 0) : null;
}

function ofChain(chains: readonly LinearChain[], family: IpFamily): CostCurve | null {
  const other = family === 'ip' ? 'ip6 ' : 'ip ';
  const longest = chains.find(({ rules, after, table }) => after < rules && !table.startsWith(other));
  if (!longest) return null;
  const { chain, name, owner, rules, after, lookups } = longest;
  const entries = lookups.reduce((sum, one) => sum + one.rules, 0);
  return {
    subject: { kind: 'chain', chain, name },
    owner,
    count: entries,
    mode: 'linear',
    points: [],
    base: rules - entries,
    slope: 1,
    map: after,
    mean: null,
    partial: false,
  };
}
