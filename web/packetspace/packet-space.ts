/**
 * All packets of a node: executed once for each family and origin, and asked from then on. What the findings, the worker and the page use.
 */
import type { Instruction } from '../kernel/action.ts';
import { effectiveOrder, type HookOrder } from '../kernel/order.ts';
import { createTracer, type Tracer } from '../kernel/trace.ts';
import type { Rule, Ruleset } from '../model/ruleset.ts';
import { type ExecuteOptions, FamilySpace, type Run, rulesOf } from './symbolic/execute.ts';
import type { Family } from './symbolic/layout.ts';
import { MergedProgram } from './symbolic/merged-program.ts';
import type { Origin } from './symbolic/universe.ts';

/** About how much of a family's time each origin takes: chains that both meet are gone through once. */
const SHARES: Readonly<Record<Origin, number>> = { received: 0.8, sent: 0.2 };

const FAMILIES: readonly Family[] = ['ip', 'ip6'];

export class PacketSpace {
  readonly order: readonly HookOrder[];
  /** Families with rules. */
  readonly families: readonly Family[];
  readonly tracer: Tracer;
  private readonly program: MergedProgram;
  private readonly spaces = new Map<Family, FamilySpace>();
  private readonly runs = new Map<string, Run>();
  /** Of all runs, by about how long they take. */
  private done = 0;
  private share = 0;

  /** Nothing is executed yet. */
  constructor(
    readonly ruleset: Ruleset,
    private readonly options: ExecuteOptions = {},
  ) {
    this.order = options.order ?? effectiveOrder(ruleset);
    this.program = new MergedProgram(ruleset);
    this.tracer = createTracer(ruleset, this.order);
    this.families = FAMILIES.filter((family) => !rulesOf(ruleset, family).next().done);
  }

  /** Cost at the first call: linear in the rules. */
  family(family: Family): FamilySpace {
    const known = this.spaces.get(family);
    if (known) return known;
    const made = new FamilySpace(this.program, family, { ...this.options, order: this.order, ...this.progress() });
    this.spaces.set(family, made);
    return made;
  }

  /** All packets of a family that come in, or that the node sends. Executed at the first call. */
  run(family: Family, origin: Origin): Run {
    const key = `${family} ${origin}`;
    const known = this.runs.get(key);
    if (known) return known;
    const before = this.done;
    this.share = SHARES[origin] / this.families.length;
    const made = this.family(family).run(origin);
    this.done = before + this.share;
    this.runs.set(key, made);
    return made;
  }

  /** Of each run the part that it is of all. */
  private progress(): Pick<ExecuteOptions, 'onProgress'> {
    const { onProgress } = this.options;
    if (!onProgress) return {};
    return { onProgress: (rules, fraction) => onProgress(rules, Math.min(1, this.done + fraction * this.share)) };
  }

  /** What a rule does, as the walk goes through it. */
  instructionsOf(rule: Rule): readonly Instruction[] {
    return this.program.rule(rule).instructions;
  }

  /** Executes everything. */
  execute(): readonly Run[] {
    return this.families.flatMap((family) => (['received', 'sent'] as const).map((origin) => this.run(family, origin)));
  }
}
