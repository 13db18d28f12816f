/**
 * In which ways fates differ, of an order that is known to matter (order-sensitivity.ts ends with the first packet that shows it): for each kind that is asked for
 * a packet that the tracer replays, or the proof that there is none. Where every packet that differs in one way differs in a more important one, too, it is
 * shown with such a packet.
 */
import { DPORT, IP_DADDR, IP6_DADDR } from '../../kernel/fields.ts';
import type { HookOrder } from '../../kernel/order.ts';
import { Plan } from '../../kernel/plan.ts';
import { BudgetExceeded } from '../diagram/budget.ts';
import type { PacketSpace } from '../packet-space.ts';
import { haveSameDestinations } from '../symbolic/divergence.ts';
import type { Concern, FamilySpace, Run } from '../symbolic/execute.ts';
import type { Part } from '../symbolic/space.ts';
import { type DifferenceKind, differencesOf, suspiciousParts, unknownsIn } from './compare-runs.ts';
import { compareOrder, LIMITS, NOT_SHOWN, type OrderResult, TOO_MANY, tryFew } from './order-sensitivity.ts';
import {
  addWitness,
  askedMarkBits,
  KINDS,
  type OrderWitness,
  shownBy,
  type Tracers,
  witnessOfKind,
} from './order-witness.ts';

export interface KindsResult {
  /** One for each kind that was asked for and found, replayed. */
  readonly witnesses: readonly OrderWitness[];
  readonly unknowns: readonly string[];
  /** Kinds that were asked for and are neither shown nor ruled out. */
  readonly open: readonly DifferenceKind[];
  /** Why; null: none is open. */
  readonly undecided: string | null;
}

/** Cost: both orders from the change on, with the packets that pass it in both in another form; for verdicts with all of which it makes something else. */
export function findKinds(
  space: PacketSpace,
  order: readonly HookOrder[],
  wanted: readonly DifferenceKind[],
): KindsResult {
  const search = new KindSearch(space, order, wanted);
  for (const family of space.families) {
    for (const origin of ['received', 'sent'] as const) {
      if (!search.isDone) search.among(space.family(family), space.run(family, origin));
    }
  }
  return search.result();
}

/** compareOrder, and all kinds of difference that it has left open. */
export function compareFully(space: PacketSpace, order: readonly HookOrder[]): OrderResult {
  const decided = compareOrder(space, order);
  if (decided.sensitive !== true || decided.open.length === 0) return decided;
  const more = findKinds(space, order, decided.open);
  return {
    ...decided,
    witnesses: [...decided.witnesses.filter(({ replayed }) => replayed), ...more.witnesses],
    open: more.open,
    unknowns: [...new Set([...decided.unknowns, ...more.unknowns])],
  };
}

class KindSearch {
  private readonly plan: Plan;
  private readonly tracers: Tracers;
  private readonly found: OrderWitness[] = [];
  private readonly unknowns = new Set<string>();
  private readonly open = new Set<DifferenceKind>();
  private undecided: string | null = null;

  constructor(
    { ruleset, tracer }: PacketSpace,
    order: readonly HookOrder[],
    private readonly wanted: readonly DifferenceKind[],
  ) {
    this.plan = new Plan(ruleset, order);
    this.tracers = { asIs: tracer, swapped: { program: tracer.program, plan: this.plan } };
  }

  get isDone(): boolean {
    return this.left().length === 0;
  }

  /** Kinds that no packet shows yet. */
  private left(): DifferenceKind[] {
    return this.wanted.filter((kind) => !this.found.some((each) => each.kind === kind));
  }

  private leave(kinds: readonly DifferenceKind[], why: string): void {
    for (const kind of kinds) this.open.add(kind);
    this.undecided ??= why;
  }

  private add(witnesses: readonly OrderWitness[]): void {
    for (const witness of witnesses) {
      if (!witness.replayed || !this.left().includes(witness.kind)) continue;
      addWitness(this.found, witness);
      for (const { unknown } of witness.answers) this.unknowns.add(unknown);
    }
  }

  /** The packets of one family and origin. */
  among(own: FamilySpace, run: Run): void {
    if (run.undecided !== null) {
      this.leave(this.left(), run.undecided);
      return;
    }
    const possible = (): DifferenceKind[] => this.left().filter((kind) => this.isPossible(own, kind));
    const asked = concernOf(possible());
    if (asked === null) return;
    const seen = (parts: readonly Part[]) => {
      const tried: OrderWitness[] = [];
      tryFew(own, this.tracers, run.origin, parts, tried);
      this.add(tried);
      return concernOf(possible());
    };
    const pair = own.divergence(run, this.plan, asked, seen);
    if (!pair) return;
    const { before, after } = pair;
    try {
      const cut = before.undecided ?? after.undecided;
      if (cut === null) this.compare(own, before, after, possible);
      else this.leave(possible(), cut);
    } finally {
      if (before !== run) own.release(before);
      own.release(after);
    }
  }

  /** Where rules that change places can make such a difference at all: most are in filter chains, behind which no destination is changed any more. */
  private isPossible(own: FamilySpace, kind: DifferenceKind): boolean {
    if (kind === 'mark') return askedMarkBits(own) !== 0;
    if (kind !== 'dnat') return true;
    const { writes } = own.layout.usage;
    return (
      [IP_DADDR, IP6_DADDR, DPORT].some((variable) => writes.has(variable)) ||
      !haveSameDestinations(own.plan, this.plan, own.family)
    );
  }

  private compare(own: FamilySpace, before: Run, after: Run, possible: () => DifferenceKind[]): void {
    let parts: readonly Part[];
    try {
      parts = own.diagrams.within(LIMITS, () => suspiciousParts(own, before, after));
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      this.leave(possible(), TOO_MANY);
      return;
    }
    // Where destinations are new ones, packets may be a relation of many lines: what is decided without them, stands.
    for (const isMoved of [false, true]) {
      const group = parts.filter(({ view }) => view.daddr === isMoved);
      for (const kind of possible()) if (group.length > 0) this.kindAmong(own, before, after, group, kind);
    }
  }

  private kindAmong(own: FamilySpace, before: Run, after: Run, parts: readonly Part[], kind: DifferenceKind): void {
    try {
      const list = own.diagrams.within(LIMITS, () => differencesOf(own, before, after, parts, kind));
      for (const { packets } of list) {
        for (const text of unknownsIn(own, packets.set)) this.unknowns.add(text);
        const witness = witnessOfKind(own, this.tracers, before.origin, kind, packets);
        this.add(witness ? [witness] : []);
        if (witness) return;
      }
      if (list.length > 0) this.leave([kind], NOT_SHOWN);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      // They are too many to be had as one set: some of those are tried of which something differs.
      for (const part of parts.slice(0, MOST_TRIED)) this.add(shownBy(own, this.tracers, before.origin, part));
      if (this.left().includes(kind)) this.leave([kind], TOO_MANY);
    }
  }

  result(): KindsResult {
    const open = KINDS.filter((kind) => this.open.has(kind) && this.left().includes(kind));
    const undecided = open.length > 0 ? this.undecided : null;
    return { witnesses: this.found, unknowns: [...this.unknowns], open, undecided };
  }
}

/** null: there is nothing to be asked. */
function concernOf(kinds: readonly DifferenceKind[]): Concern | null {
  if (kinds.length === 0) return null;
  if (kinds.includes('verdict')) return 'fates';
  return kinds.includes('mark') ? 'forms' : 'addresses';
}

/** Sets of which some packets are tried, where they cannot be had as one. */
const MOST_TRIED = 12;
