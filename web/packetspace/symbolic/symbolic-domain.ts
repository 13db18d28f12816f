/**
 * The symbolic executor's domain: sets of packets are decision diagrams over all packets. See kernel/domain.ts for what each operation means; the walk
 * through the rules is the tracer's (kernel/walk.ts, journey.ts).
 */
import { pushAll } from '../../base/lists.ts';
import type {
  Assign,
  CompiledRule,
  EndAction,
  Instruction,
  NatAction,
  SetAction,
  TemplateAction,
} from '../../kernel/action.ts';
import { all, type Condition, unknown } from '../../kernel/condition.ts';
import { STATUS } from '../../kernel/conntrack.ts';
import type {
  ChainSite,
  Domain,
  End,
  EndParts,
  HookSite,
  Manip,
  NatParts,
  Parts,
  Step,
  VerdictParts,
} from '../../kernel/domain.ts';
import { CT_STATUS, MARK } from '../../kernel/fields.ts';
import type { Routing } from '../../kernel/journey.ts';
import { isCatchAll } from '../../kernel/lookup-set.ts';
import type { Plan } from '../../kernel/plan.ts';
import { isVerdict, type SetElement, type Verdict } from '../../model/expression.ts';
import type { Rule } from '../../model/ruleset.ts';
import { FALSE, type Ref } from '../diagram/ref.ts';
import { Assignments } from './assignments.ts';
import { Conditions } from './conditions.ts';
import { Frames } from './frames.ts';
import { coversDraw, elementCube, elementRef, type Key, keyOf } from './lookups.ts';
import { Outcomes } from './outcomes.ts';
import type { PacketSets } from './packet-sets.ts';
import { type Pending, Reach } from './reach.ts';
import { joinParts, type Part, Space } from './space.ts';
import { type Lost, Stations } from './stations.ts';
import { Translation } from './translation.ts';
import { type View, Views } from './view.ts';

/** Steps of looking for a packet. */
const LOOK = 50_000;

/** Who wants to know where packets come by. Sets that are kept have to be given to `roots`. */
export interface Watcher {
  /** Packets come to a rule, whether it matches or not. */
  readonly reaches?: (parts: readonly Part[], rule: Rule) => void;
  readonly steps?: (parts: readonly Part[], step: Step) => void;
  readonly roots?: () => Iterable<Ref>;
  /** Chains that are entered again with the same packets are gone through again, to be seen. */
  readonly everyTime?: true;
}

/** What happens within a chain beside what comes out of it. */
export interface Recorder {
  readonly left: (parts: readonly Part[], end: End) => void;
  readonly pending: (pending: Pending) => void;
}

export class SymbolicDomain implements Domain<Space>, Routing<Space> {
  readonly views = new Views();
  readonly conditions: Conditions;
  readonly frames: Frames;
  outcomes = new Outcomes();
  watcher: Watcher = {};
  /** For those who remember what happens within a chain. */
  recorder: Recorder | null = null;
  readonly reach: Reach;
  private readonly assignments: Assignments;
  private readonly translation: Translation;
  private readonly stations: Stations;
  /** All sets that are on their way: each operation uses up what it is given. */
  private readonly live = new Set<Space>();
  private readonly moreRoots: (() => Iterable<Ref>)[] = [];

  constructor(
    readonly sets: PacketSets,
    plan: Plan,
  ) {
    this.conditions = new Conditions(sets);
    this.frames = new Frames(sets, this.views);
    this.reach = new Reach(plan.ruleset.rules.length, this.frames, (one) => this.recorder?.pending(one));
    this.assignments = new Assignments(sets, this.conditions, this.views, this.frames);
    this.translation = new Translation(sets, this.assignments, this.views, this.frames);
    this.stations = new Stations(sets, this.views, this.assignments, this.frames, plan);
  }

  /** What else has to be kept in collections. */
  addRoots(roots: () => Iterable<Ref>): void {
    this.moreRoots.push(roots);
  }

  /** What packets meet from now on is counted anew. */
  begin(): void {
    this.outcomes = new Outcomes();
  }

  space(parts: readonly Part[]): Space {
    const made = new Space(parts);
    this.live.add(made);
    return made;
  }

  /** What was on its way will not be followed. */
  abandon(): void {
    this.live.clear();
    this.recorder = null;
  }

  private orNull(parts: readonly Part[]): Space | null {
    return parts.length === 0 ? null : this.space(parts);
  }

  /** The space is used up: its parts are somebody else's now. */
  use(space: Space): readonly Part[] {
    this.live.delete(space);
    return space.parts;
  }

  /** Frees what nobody needs any more, where that is worth its time. */
  collect(): void {
    const { diagrams } = this.sets;
    if (!diagrams.collectionDue) return;
    this.reach.settleLast();
    this.conditions.forget();
    const roots: number[] = [...this.sets.roots(), ...this.frames.roots(), ...this.reach.roots()];
    for (const { parts } of this.live) for (const { set } of parts) roots.push(set);
    for (const set of this.outcomes.roots()) roots.push(set);
    for (const more of this.moreRoots) for (const set of more()) roots.push(set);
    for (const set of this.watcher.roots?.() ?? []) roots.push(set);
    diagrams.collect(roots);
  }

  // ---------------------------------------------------------------------------------------------------------------- splitting

  join(a: Space, b: Space): Space {
    return this.space(joinParts(this.sets.diagrams, [...this.use(a), ...this.use(b)]));
  }

  mayMatch(space: Space, { rule }: CompiledRule): boolean {
    this.reach.comes(space.parts, rule);
    this.collect();
    this.watcher.reaches?.(space.parts, rule);
    return true;
  }

  split(space: Space, condition: Condition): Parts<Space> {
    const { diagrams } = this.sets;
    const yes: Part[] = [];
    const no: Part[] = [];
    for (const each of this.use(space)) {
      const cube = this.conditions.cube(condition, each.view);
      if (cube === 'never') {
        no.push(each);
        continue;
      }
      let inside: Ref;
      let outside: Ref;
      if (cube !== null) {
        inside = diagrams.andCube(each.set, cube);
        outside = inside === FALSE ? each.set : inside === each.set ? FALSE : diagrams.diffCube(each.set, cube);
      } else ({ inside, outside } = this.splitSet(each.set, condition, each.view));
      if (inside !== FALSE) yes.push(inside === each.set ? each : { ...each, set: inside });
      if (outside !== FALSE) no.push(outside === each.set ? each : { ...each, set: outside });
    }
    return { yes: this.orNull(yes), no: this.orNull(no) };
  }

  /** Part by part, so that the first ones make the set small for the others. */
  private splitSet(set: Ref, condition: Condition, view: View): { inside: Ref; outside: Ref } {
    const { diagrams } = this.sets;
    const asked = condition.kind === 'not' ? condition.of : condition;
    const cube = this.conditions.cube(asked, view);
    if (cube === 'never')
      return condition === asked ? { inside: FALSE, outside: set } : { inside: set, outside: FALSE };
    if (cube !== null) {
      const within = diagrams.andCube(set, cube);
      const without = within === FALSE ? set : within === set ? FALSE : diagrams.diffCube(set, cube);
      return condition === asked ? { inside: within, outside: without } : { inside: without, outside: within };
    }
    if (condition.kind !== 'all') {
      const { yes, no } = this.conditions.decide(condition, view);
      const inside = diagrams.and(set, yes);
      return { inside, outside: inside === FALSE ? set : diagrams.and(set, no) };
    }
    let inside = set;
    const outside: Ref[] = [];
    for (const part of condition.parts) {
      const parts = this.splitSet(inside, part, view);
      inside = parts.inside;
      if (parts.outside !== FALSE) outside.push(parts.outside);
      if (inside === FALSE) break;
    }
    return { inside, outside: diagrams.orAll(outside) };
  }

  // --------------------------------------------------------------------------------------------------------------- statements

  assign(space: Space, action: Assign): Parts<Space> {
    const yes: Part[] = [];
    const no: Part[] = [];
    for (const each of this.use(space)) {
      const parts = this.assignments.apply(each, action);
      pushAll(yes, parts.yes);
      if (parts.no !== FALSE) no.push({ ...each, set: parts.no });
    }
    return { yes: this.orNull(joinParts(this.sets.diagrams, yes)), no: this.orNull(no) };
  }

  lookUp(space: Space, action: Extract<Instruction, { kind: 'vmap' }>, rule: Rule): VerdictParts<Space> {
    const hits = new Map<string, { verdict: Verdict; parts: Part[] }>();
    const missed: Part[] = [];
    for (const each of this.use(space)) {
      const key = keyOf(action.key, each.view, this.sets);
      const isOpen = !key || this.sets.layout.usage.updatedSets.has(action.set);
      const left = isOpen
        ? this.anyVerdict(each, action, hits, rule)
        : this.verdicts(each, key as Key, action, hits, rule);
      if (left !== FALSE) missed.push({ ...each, set: left });
    }
    const { diagrams } = this.sets;
    return {
      hits: [...hits.values()].map(({ verdict, parts }) => ({ verdict, set: this.space(joinParts(diagrams, parts)) })),
      missed: this.orNull(missed),
    };
  }

  private hit(hits: Map<string, { verdict: Verdict; parts: Part[] }>, { data }: SetElement, each: Part): void {
    const verdict: Verdict = data && isVerdict(data) ? data : { kind: 'continue' };
    const name = 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
    const known = hits.get(name);
    if (known) known.parts.push(each);
    else hits.set(name, { verdict, parts: [each] });
  }

  /** Puts the packets to their elements; what finds none is left. */
  private verdicts(
    each: Part,
    key: Key,
    { set }: Extract<Instruction, { kind: 'vmap' }>,
    hits: Map<string, { verdict: Verdict; parts: Part[] }>,
    rule: Rule,
  ): Ref {
    const { diagrams } = this.sets;
    const count = set.elements.length;
    let left = diagrams.and(each.set, key.present);
    const without = diagrams.diff(each.set, key.present);
    const all = set.elements.findIndex(isCatchAll);
    for (const [i, element] of set.elements.entries()) {
      if (i === all || left === FALSE) continue;
      const cube = elementCube(element, key);
      const inside = cube ? diagrams.andCube(left, cube) : diagrams.and(left, elementRef(element, key, this.sets));
      if (inside === FALSE) continue;
      if (!key.isDrawn) left = cube ? diagrams.diffCube(left, cube) : diagrams.diff(left, inside);
      this.reach.finds({ ...each, set: inside }, rule, i, count);
      this.hit(hits, element, { ...each, set: inside });
    }
    if (all >= 0 && left !== FALSE) {
      this.reach.finds({ ...each, set: left }, rule, all, count);
      this.hit(hits, set.elements[all] as SetElement, { ...each, set: left });
      left = FALSE;
    }
    if (key.isDrawn && coversDraw(set.elements, key)) left = FALSE;
    return diagrams.or(left, without);
  }

  /** Nobody knows which element the packets find. */
  private anyVerdict(
    each: Part,
    { set }: Extract<Instruction, { kind: 'vmap' }>,
    hits: Map<string, { verdict: Verdict; parts: Part[] }>,
    rule: Rule,
  ): Ref {
    this.reach.findsAny(rule, set.elements.length);
    for (const element of set.elements) this.hit(hits, element, each);
    return each.set;
  }

  /** Elements that rules add are of the moment: look-ups into such sets are not decided (conditions.ts). */
  updateSet(space: Space, action: SetAction): Parts<Space> {
    const { diagrams } = this.sets;
    const ready: Part[] = [];
    const broken: Part[] = [];
    for (const each of this.use(space)) {
      const present = diagrams.orAll(action.keys.map(({ when }) => this.conditions.decide(when, each.view).yes));
      const inside = action.optional ? each.set : diagrams.and(each.set, present);
      if (inside !== FALSE) ready.push({ ...each, set: inside });
      const outside = action.optional ? FALSE : diagrams.diff(each.set, present);
      if (outside !== FALSE) broken.push({ ...each, set: outside });
    }
    if (action.conditions.length === 0 || ready.length === 0)
      return { yes: this.orNull(ready), no: this.orNull(broken) };
    const parts = this.split(this.space(ready), all(action.conditions));
    const no = [...broken, ...(parts.no ? this.use(parts.no) : [])];
    return { yes: parts.yes, no: this.orNull(joinParts(diagrams, no)) };
  }

  notrack(space: Space): Space {
    const { diagrams, layout } = this.sets;
    return this.mapped(space, (set, view) => {
      const entry = this.sets.entry(view);
      const free = diagrams.diff(set, entry);
      if (free === FALSE) return set;
      const written = diagrams.and(diagrams.exists(free, layout.stateOf(view).set), this.sets.state('untracked', view));
      return diagrams.or(diagrams.and(set, entry), written);
    });
  }

  template(space: Space, { takesUntracked }: TemplateAction): Space {
    const { diagrams, layout } = this.sets;
    return this.mapped(space, (set, view) => {
      const template = layout.templateOf(view);
      if (template === null) return set;
      const invalid = this.sets.state('invalid', view);
      const free = takesUntracked ? diagrams.or(invalid, this.sets.state('untracked', view)) : invalid;
      const status = layout.nowOf(CT_STATUS, view);
      const taken = diagrams.and(set, free);
      if (taken === FALSE) return set;
      const written = [diagrams.variable(template), this.sets.state('new', view)];
      let image = diagrams.exists(diagrams.exists(taken, layout.stateOf(view).set), this.assignments.single(template));
      if (status && status.mask !== 0n) {
        image = diagrams.exists(image, this.assignments.variablesOf(status));
        const value = Number(BigInt(STATUS.confirmed | STATUS.template) & status.mask);
        written.push(status.in(diagrams, { kind: 'numbers', ranges: [value, value] }, status.mask));
      }
      return diagrams.or(diagrams.diff(set, free), diagrams.andAll([image, ...written]));
    });
  }

  private mapped(space: Space, map: (set: Ref, view: View) => Ref): Space {
    return this.space(this.use(space).map((each) => ({ ...each, set: map(each.set, each.view) })));
  }

  effect(space: Space): Space {
    return space;
  }

  nat(space: Space, action: NatAction, _rule: Rule, site: ChainSite): NatParts<Space> {
    const { diagrams } = this.sets;
    const mapped: Part[] = [];
    const broken: Part[] = [];
    const passed: Part[] = [];
    for (const each of this.use(space)) {
      const done = this.translation.apply(each, action, site);
      pushAll(mapped, done.mapped);
      pushAll(broken, done.broken);
      pushAll(passed, done.passed);
    }
    return {
      mapped: this.orNull(joinParts(diagrams, mapped)),
      dropped: null,
      broken: this.orNull(joinParts(diagrams, broken)),
      passed: this.orNull(passed),
    };
  }

  end(space: Space, { end, xtables }: EndAction): EndParts<Space> {
    const nothing = { yes: null, no: null, accepted: null, dropped: null, stolen: null };
    switch (end.kind) {
      case 'dup':
        // Copies are not followed.
        return { ...nothing, yes: space };
      case 'fwd':
        return { ...nothing, stolen: { set: space, how: 'fwd' } };
      case 'synproxy': {
        // The handshake is answered; which packets are part of it depends on flags that rules rarely ask for.
        const { yes, no } = this.split(space, unknown('synproxy answers the packet', { program: true }));
        return { ...nothing, [xtables ? 'yes' : 'no']: no, stolen: yes ? { set: yes, how: 'synproxy' } : null };
      }
      case 'tproxy': {
        const { yes, no } = this.split(space, unknown('a socket of the proxy takes the packet', { program: true }));
        const marked = yes && this.proxied(yes, end.mark);
        if (!xtables) return { ...nothing, yes: marked, no };
        return { ...nothing, accepted: marked, dropped: no };
      }
      case 'opaque': {
        const { yes, no } = this.split(space, unknown(`${end.text} takes the packet`));
        return { ...nothing, yes: no, stolen: yes ? { set: yes, how: end.text } : null };
      }
    }
  }

  private proxied(space: Space, mark: Assign['value'] | null): Space {
    if (!mark) return space;
    const action: Assign = { kind: 'assign', variable: MARK, needs: 0, value: mark, optional: true, lenient: true };
    return this.assign(space, action).yes as Space;
  }

  queue(space: Space, verdict: { readonly text: string }): Parts<Space> {
    const text = `a program takes the packets of queue ${verdict.text}`.trim();
    return this.split(space, unknown(text, { program: true }));
  }

  /** Nothing is known of some bits of the mark. */
  withoutMarkBits(part: Part, bits: number): Part {
    return this.assignments.withoutMarkBits(this.frames.tight(part), bits);
  }

  /** The part with its mark in variables, whatever its view says of it. Loose frames say what the mark was before, so it is cut down to them first. */
  materialised(part: Part): Part {
    return part.view.markMask === 0 ? part : this.assignments.materialised(this.frames.tight(part));
  }

  // ------------------------------------------------------------------------------------------------------------------ telling

  record(space: Space, step: Step): void {
    if (step.type === 'rule') this.reach.matches(space.parts, step.rule);
    this.watcher.steps?.(space.parts, step);
  }

  leave(space: Space, end: End): void {
    const parts = this.use(space);
    if (end.kind !== 'rejected' || end.site.hook !== 'input' || end.reject.with === 'tcp reset') {
      this.left(parts, end);
      return;
    }
    const { yes, no } = this.stations.answered(parts);
    this.left(yes, end);
    this.left(no, { kind: 'dropped', rule: end.rule, site: end.site });
  }

  private left(parts: readonly Part[], end: End): void {
    if (parts.length === 0) return;
    this.recorder?.left(parts, end);
    this.outcomes.add(parts, end);
  }

  arrive(space: Space, to: 'local' | 'out'): void {
    this.leave(space, { kind: 'delivered', to });
  }

  /** Without parts that the frames say nothing is in: they would be sent through all hooks that follow. */
  private there(parts: readonly Part[]): readonly Part[] {
    return parts.filter((each) => this.frames.look(each, LOOK) !== 'none');
  }

  private lose(lost: readonly Lost[]): void {
    for (const { why, part } of lost) this.outcomes.add([part], { kind: 'lost', why });
  }

  // ----------------------------------------------------------------------------------------------------------------- stations

  enterHook(space: Space, site: HookSite): Space {
    return this.space(this.stations.enterHook(this.use(space), site));
  }

  leaveHook(space: Space): Space {
    return space;
  }

  track(space: Space): Space {
    return this.space(joinParts(this.sets.diagrams, this.stations.track(this.use(space))));
  }

  needsMapping(space: Space, manip: Manip): Parts<Space> {
    const { yes, no } = this.stations.needsMapping(this.use(space), manip);
    return { yes: this.orNull(yes), no: this.orNull(no) };
  }

  bindUnmapped(space: Space): Space {
    return space;
  }

  translate(space: Space, manip: Manip): Space {
    return this.space(this.stations.translate(this.use(space), manip));
  }

  confirm(space: Space): Space {
    return this.space(this.stations.confirm(this.use(space)));
  }

  byDevice(space: Space, side: 'in' | 'out'): { device: string; set: Space }[] {
    return this.stations
      .byDevice(this.use(space), side)
      .map(({ device, parts }) => ({ device, set: this.space(parts) }));
  }

  routeIn(space: Space): { local: Space | null; forward: Space | null } {
    const { local, forward, lost } = this.stations.routeIn(this.use(space));
    this.lose(lost);
    return { local: this.orNull(this.there(local)), forward: this.orNull(this.there(forward)) };
  }

  beforeForward(space: Space): Space | null {
    const { going, lost } = this.stations.beforeForward(this.use(space));
    this.lose(lost);
    return this.orNull(going);
  }

  routeOut(space: Space): { out: Space | null } {
    return { out: this.orNull(this.stations.routeOut(this.use(space))) };
  }

  transmit(space: Space): { loop: Space | null; out: Space | null } {
    const { loop, out } = this.stations.transmit(this.use(space));
    return { loop: this.orNull(this.there(loop)), out: this.orNull(this.there(out)) };
  }
}
