/**
 * How many rules a traced packet was compared with, by hook and owner; and how many look-ups and rules it would be if chains were sets and maps. The
 * tracer's course tells which rules matched, walk-steps.ts which were compared before them.
 */
import type { TracePacket } from '../../kernel/packet.ts';
import type { Course } from '../../kernel/trace.ts';
import type { Hook } from '../../model/hook.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { OwnerId } from '../../owners/owner.ts';
import type { ViewContext } from '../context.ts';
import { countEvaluated, startOf, type Visit, visitsOf, withoutCopies } from '../trace/walk-steps.ts';
import { conversionOf } from './conversions.ts';
import type { HookEvaluations, OwnerShare } from './cost-answer.ts';

/** Hooks in the order in which the packet meets them. Cost: linear in the rules evaluated. */
export function evaluationsOf(context: ViewContext, packet: TracePacket, whole: Course): readonly HookEvaluations[] {
  const course = withoutCopies(whole);
  const hooks = new Map<Hook, { evaluated: number; converted: number; owners: Map<OwnerId, number> }>();
  for (const visit of visitsOf(course, startOf(packet, course))) {
    const { hook } = visit.site;
    const at = hooks.get(hook) ?? { evaluated: 0, converted: 0, owners: new Map<OwnerId, number>() };
    hooks.set(hook, at);
    for (const use of usesOf(visit)) {
      at.evaluated += use.evaluated;
      at.converted += convertedUse(context, use);
      addOwners(context, use, at.owners);
    }
  }
  return [...hooks].map(([hook, { evaluated, converted, owners }]) => ({
    hook,
    evaluated,
    converted,
    owners: sharesOf(owners),
  }));
}

/** Rules evaluated in all. */
export function evaluatedOn(packet: TracePacket, whole: Course): number {
  const course = withoutCopies(whole);
  return countEvaluated(visitsOf(course, startOf(packet, course)));
}

export function sharesOf(owners: ReadonlyMap<OwnerId, number>): OwnerShare[] {
  return [...owners].map(([owner, rules]) => ({ owner, rules })).sort((a, b) => b.rules - a.rules);
}

/** What a packet met of one chain during one visit. */
interface ChainUse {
  readonly chain: Chain;
  /** Rules from..to, counted from 1. */
  readonly spans: { readonly from: number; readonly to: number }[];
  evaluated: number;
  /** The rule at which it left the chain for good; null: it came to the end. */
  leftAt: number | null;
}

function usesOf({ events }: Visit): ChainUse[] {
  const uses = new Map<Chain, ChainUse>();
  const use = (chain: Chain): ChainUse => {
    const known = uses.get(chain) ?? { chain, spans: [], evaluated: 0, leftAt: null };
    uses.set(chain, known);
    return known;
  };
  const add = (chain: Chain, from: number, to: number, leftAt: number | null): void => {
    const one = use(chain);
    one.spans.push({ from, to });
    one.evaluated += to - from + 1;
    one.leftAt = leftAt;
  };
  for (const event of events) {
    if (event.kind === 'miss') add(event.chain, event.from, event.to, null);
    else if (event.kind === 'hit') {
      // Unless another event of the chain follows, the packet has left it here.
      const { rule } = event;
      add(rule.chain, rule.index, rule.index, event.verdict === 'continue' ? null : rule.index);
    }
  }
  // A jump in the last rule came back to the end of its chain.
  for (const one of uses.values()) if (one.leftAt === one.chain.rules.length) one.leftAt = null;
  return [...uses.values()];
}

/** Chains that are met more than once in a visit (a chain that marks) are counted as they are: they are short. */
function convertedUse(context: ViewContext, { chain, spans, evaluated, leftAt }: ChainUse): number {
  if (chain.rules.length < 3 || evaluated > chain.rules.length) return evaluated;
  const { slots, slotOf } = conversionOf(context, chain);
  if (slots.length === chain.rules.length) return evaluated;
  if (leftAt !== null) return (slotOf[leftAt - 1] as number) + 1;
  const first = Math.min(...spans.map(({ from }) => from));
  // From the middle on only behind a goto's return, which starts nothing anew.
  return first === 1 ? slots.length : Math.min(slots.length, evaluated);
}

function addOwners(context: ViewContext, { chain, spans }: ChainUse, owners: Map<OwnerId, number>): void {
  for (const { from, to } of spans) {
    for (let index = from; index <= to; index++) {
      const rule = chain.rules[index - 1];
      if (!rule) continue;
      const owner = context.ownerOfRule(rule);
      owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
  }
}
