/**
 * The tracer's domain: a set of packets is the list of branches that one packet may be on. See domain.ts for what each operation means; this puts
 * together where ways fork (trace-forks.ts), what statements do (trace-statements.ts), the kernel's stations (trace-stations.ts) and routes (trace-routes.ts).
 */
import type { Rule } from '../model/ruleset.ts';
import type { Statement } from '../model/statement.ts';
import type { Assign, CompiledRule, EndAction, Instruction, NatAction, SetAction, TemplateAction } from './action.ts';
import { type Branch, linked } from './branch.ts';
import type { Condition } from './condition.ts';
import type { ChainSite, Domain, End, HookSite, Manip, Step } from './domain.ts';
import type { Routing } from './journey.ts';
import { settleCopies } from './trace-copies.ts';
import { type Branches, Forks, type TraceSettings } from './trace-forks.ts';
import { Routes } from './trace-routes.ts';
import { Statements } from './trace-statements.ts';
import { Stations } from './trace-stations.ts';
import { viewOf } from './view.ts';

export class TraceDomain implements Domain<Branches>, Routing<Branches> {
  readonly done: Branch[] = [];
  private readonly forks: Forks;
  private readonly statements: Statements;
  private readonly stations: Stations;
  private readonly routes: Routes;
  private unfinished = false;

  constructor(readonly settings: TraceSettings) {
    this.forks = new Forks(settings);
    this.statements = new Statements(settings, this.forks);
    this.stations = new Stations(settings);
    this.routes = new Routes(settings, (set, end) => this.leave(set, end));
  }

  /** There is more than was followed. */
  get cut(): boolean {
    return this.forks.cut || this.unfinished;
  }

  /** Every question that came up. */
  get asked(): ReadonlySet<string> {
    return this.forks.asked;
  }

  join = (a: Branches, b: Branches) => this.forks.join(a, b);
  mayMatch = (set: Branches, rule: CompiledRule) => this.forks.mayMatch(set, rule);
  split = (set: Branches, condition: Condition, rule: Rule) => this.forks.split(set, condition, rule);

  assign = (set: Branches, action: Assign, rule: Rule) => this.statements.assign(set, action, rule);
  lookUp = (set: Branches, action: Extract<Instruction, { kind: 'vmap' }>, rule: Rule) =>
    this.statements.lookUp(set, action, rule);
  updateSet = (set: Branches, action: SetAction, rule: Rule) => this.statements.updateSet(set, action, rule);
  notrack = (set: Branches) => this.statements.notrack(set);
  template = (set: Branches, action: TemplateAction) => this.statements.template(set, action);
  effect = (set: Branches, source: Statement, rule: Rule) => this.statements.effect(set, source, rule);
  nat = (set: Branches, action: NatAction, rule: Rule, site: ChainSite) => this.statements.nat(set, action, rule, site);
  end = (set: Branches, action: EndAction, rule: Rule, site: ChainSite) => this.statements.end(set, action, rule, site);
  queue = (set: Branches, verdict: { readonly text: string }, rule: Rule) => this.statements.queue(set, verdict, rule);

  enterHook = (set: Branches, site: HookSite) => this.stations.enterHook(set, site);
  leaveHook = (set: Branches, site: HookSite) => this.stations.leaveHook(set, site);
  track = (set: Branches, site: HookSite) => this.stations.track(set, site);
  needsMapping = (set: Branches, manip: Manip) => this.stations.needsMapping(set, manip);
  bindUnmapped = (set: Branches, manip: Manip) => this.stations.bindUnmapped(set, manip);
  translate = (set: Branches, manip: Manip) => this.stations.translate(set, manip);
  confirm = (set: Branches) => this.stations.confirm(set);

  routeFirst = (branch: Branch) => this.routes.routeFirst(branch);
  byDevice = (set: Branches, side: 'in' | 'out') => this.routes.byDevice(set, side);
  routeIn = (set: Branches) => this.routes.routeIn(set);
  beforeForward = (set: Branches) => this.routes.beforeForward(set);
  routeOut = (set: Branches) => this.routes.routeOut(set);
  transmit = (set: Branches) => this.routes.transmit(set);

  record(set: Branches, step: Step): void {
    const { watch } = this.settings;
    if (watch && step.type === 'rule' && set.some(({ copiedFrom }) => !copiedFrom)) watch.matches(step.rule);
    // Kernel: the legacy engine tells of a rule before its target runs, nft after the rule.
    const late = step.site.base.chain.table.backend === 'iptables-legacy';
    for (const branch of set) {
      if (!late) settleCopies(branch);
      const base = { site: step.site, view: viewOf(branch), round: branch.round, copy: 0 };
      const verdict = step.type === 'return' ? 'return' : step.verdict;
      const made =
        step.type === 'rule'
          ? { ...base, verdict, type: step.type, rule: step.rule }
          : step.type === 'return'
            ? { ...base, verdict, type: step.type, chain: step.chain }
            : { ...base, verdict, type: step.type };
      branch.steps = linked(branch.steps, made);
      if (late) settleCopies(branch);
    }
  }

  leave(set: Branches, end: End): void {
    if (end.kind === 'unfinished') this.unfinished = true;
    for (const branch of set) {
      settleCopies(branch);
      branch.end = end;
      if (branch.copiedFrom) branch.copiedFrom.arrivedCopies = [...branch.copiedFrom.arrivedCopies, branch];
      else this.done.push(branch);
    }
  }

  arrive(set: Branches, to: 'local' | 'out'): void {
    this.leave(set, { kind: 'delivered', to });
  }
}
