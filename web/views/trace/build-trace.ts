/** From a question about a packet to its answer: reading, routes, the tracer, and everything that the page lists and draws of it. */

import { nodeFacts } from '../../facts/node-facts.ts';
import { createScene, type Scene } from '../../findings/context.ts';
import type { OrderChange } from '../../findings/finding.ts';
import type { Choice } from '../../kernel/branch.ts';
import { type Passage, traceConnection } from '../../kernel/connection.ts';
import { fateOf } from '../../kernel/fate.ts';
import { mergedFates } from '../../kernel/fates.ts';
import type { TracePacket } from '../../kernel/packet.ts';
import type { PacketJson } from '../../kernel/packet-fields.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { AssumedTables, type RoutingTables } from '../../kernel/routing.ts';
import {
  type Course,
  createTracer,
  type TraceOptions,
  type TraceRun,
  type Tracer,
  tracePacket,
} from '../../kernel/trace.ts';
import type { Rule } from '../../model/ruleset.ts';
import { type PacketForm, textOf } from '../../packet/form.ts';
import { packetLine } from '../../packet/line.ts';
import { packetJson } from '../../packet/read.ts';
import type { Structure } from '../../pipeline.ts';
import { applyChange } from '../../proofs/change.ts';
import type { ViewContext } from '../context.ts';
import { changesBetween } from './changes.ts';
import { type Asked, deciderOf, decidingSentence } from './decide.ts';
import { buildEntries } from './entries.ts';
import { fateWords } from './fate-words.ts';
import { type Branch, type Fork, forksOf } from './forks.ts';
import { passageLine } from './passage-line.ts';
import { buildPath, hooksOf, pathEndOf } from './path.ts';
import { FactTables } from './routes.ts';
import { isEndpoint, ruleTitle } from './titles.ts';
import type {
  FateView,
  ForkBranch,
  ForkStep,
  PassageRole,
  PassageView,
  Pin,
  PinValue,
  TraceAnswer,
  UnknownView,
} from './trace-answer.ts';
import { countEvaluated, startOf, visitsOf, withoutCopies } from './walk-steps.ts';

export interface TraceRequest {
  readonly form: PacketForm;
  readonly pins: readonly Pin[];
  /** The whole connection: first packet, reply, later packets. */
  readonly connection: boolean;
  /**
   * A finding's packet, traced as the proof has it: nothing is assumed of routes but what the packet says, and where `change` is one, also in that
   * order. The form is what is shown of it.
   */
  readonly witness?: Witness | null;
}

export interface Witness {
  readonly packet: PacketJson;
  readonly change: OrderChange | null;
}

const tracers = new WeakMap<Structure['ruleset'], Tracer>();

/** The tracer of a ruleset, made once: rules are compiled and sets indexed as packets meet them. */
export function tracerOf(context: ViewContext): Tracer {
  let tracer = tracers.get(context.analysis.ruleset);
  if (!tracer) {
    tracer = createTracer(context.analysis.ruleset, context.analysis.order);
    tracers.set(context.analysis.ruleset, tracer);
  }
  return tracer;
}

/** As tracerOf, in another order; null where that changes nothing. */
function changedTracer(context: ViewContext, change: OrderChange): Tracer | null {
  const order = applyChange(sceneOf(context), change);
  return order && createTracer(context.analysis.ruleset, order);
}

const scenes = new WeakMap<Structure['ruleset'], Scene>();

function sceneOf({ analysis }: ViewContext): Scene {
  const known = scenes.get(analysis.ruleset);
  const scene = known ?? createScene(analysis);
  if (!known) scenes.set(analysis.ruleset, scene);
  return scene;
}

/** Never throws. Cost: that of the trace, plus one more for what would be without the deciding rule. */
export function buildTrace(context: ViewContext, { form, pins, connection, witness }: TraceRequest): TraceAnswer {
  const { packet, problems } = readPacket(witness ? witness.packet : packetJson(form));
  const told = problems.map(({ field, severity, message }) => ({ field, severity, message }));
  if (!packet) return { problems: told, passages: [], changed: null };
  const session = new Session(context, tracerOf(context), form, pins, witness ? bareTables : null);
  const first = session.withRoute(packet);
  const passages = connection ? session.connection(first) : [session.single(first)];
  const other = witness?.change ? changedTracer(context, witness.change) : null;
  const changed = other ? new Session(context, other, form, pins, bareTables).single(first) : null;
  return { problems: told, passages, changed };
}

/** What routes and addresses are taken to be, with what is assumed of them in words. */
interface Tables extends RoutingTables {
  readonly assumed: ReadonlySet<string>;
}

function bareTables(packet: TracePacket): Tables {
  return Object.assign(new AssumedTables(packet, new Set()), { assumed: new Set<string>() });
}

/** Whether the packet's likeliest course ends with its delivery. */
export function arrives(context: ViewContext, form: PacketForm): boolean {
  const { packet } = readPacket(packetJson(form));
  if (!packet) return false;
  const routing = new FactTables(packet, nodeFacts(context), textOf(form, 'oif') !== '');
  return tracePacket(tracerOf(context), packet, { routing, maxBranches: 16 }).courses[0]?.end.kind === 'delivered';
}

/** One packet on its way, with at most so many branches; null where it has errors. */
export function followPacket(
  context: ViewContext,
  form: PacketForm,
  pins: readonly Pin[],
  maxBranches: number,
): TraceRun | null {
  const { packet } = readPacket(packetJson(form));
  return packet ? new Session(context, tracerOf(context), form, pins, null).follow(packet, maxBranches) : null;
}

interface Traced {
  readonly role: PassageRole;
  readonly line: string;
  readonly run: TraceRun;
  readonly options: TraceOptions;
  readonly tables: Tables;
}

class Session {
  readonly #explicit: boolean;
  readonly #pins: ReadonlyMap<string, PinValue>;

  constructor(
    private readonly context: ViewContext,
    private readonly tracer: Tracer,
    private readonly form: PacketForm,
    pins: readonly Pin[],
    /** null: what the dump's facts make likely. */
    private readonly givenTables: ((packet: TracePacket) => Tables) | null,
  ) {
    this.#explicit = textOf(form, 'oif') !== '';
    this.#pins = new Map(pins.map(({ unknown, value }) => [unknown, value]));
  }

  /** A packet of the node has its route before the first hook. */
  withRoute(packet: TracePacket): TracePacket {
    if (packet.path !== 'output' || packet.oif !== null) return packet;
    const route = this.#tables(packet, false).route(packet.dst);
    return { ...packet, oif: route.kind === 'out' ? route.device : route.kind === 'local' ? 'lo' : null };
  }

  follow(packet: TracePacket, maxBranches: number): TraceRun {
    const first = this.withRoute(packet);
    const routing = this.#tables(first, this.#explicit);
    return tracePacket(this.tracer, first, { routing, pins: this.#pins, maxBranches });
  }

  single(packet: TracePacket): PassageView {
    const tables = this.#tables(packet, this.#explicit);
    const options: TraceOptions = { routing: tables, pins: this.#pins };
    const run = tracePacket(this.tracer, packet, options);
    return this.#passage({ role: 'first', line: packetLine(this.form), run, options, tables });
  }

  connection(packet: TracePacket): PassageView[] {
    const tables = new Map<TracePacket, Tables>();
    const routing = (one: TracePacket): Tables => {
      const made = this.#tables(one, one === packet ? this.#explicit : one.oif !== null);
      tables.set(one, made);
      return made;
    };
    const story = traceConnection(this.tracer, packet, { routing, pins: this.#pins });
    return story.passages.map((passage, at) => this.#passage(this.#tracedPassage(passage, at, story.passages, tables)));
  }

  #tracedPassage(
    { role, run }: Passage,
    at: number,
    all: readonly Passage[],
    tables: ReadonlyMap<TracePacket, Tables>,
  ): Traced {
    const routing = tables.get(run.packet) ?? this.#tables(run.packet, true);
    const before = all[at - 1]?.course.connection ?? null;
    return {
      role,
      line: at === 0 ? packetLine(this.form) : passageLine(run.packet),
      run,
      options: { routing, pins: this.#pins, connection: before },
      tables: routing,
    };
  }

  #tables(packet: TracePacket, explicit: boolean): Tables {
    if (this.givenTables) return this.givenTables(packet);
    return new FactTables(packet, nodeFacts(this.context), explicit);
  }

  #passage({ role, line, run: whole, options, tables }: Traced): PassageView {
    const { context } = this;
    const { packet } = whole;
    const run: TraceRun = { ...whole, courses: whole.courses.map(withoutCopies) };
    const course = run.courses[0] as Course;
    const visits = visitsOf(course, startOf(packet, course));
    const asked: Asked = { context, tracer: this.tracer, packet, options };
    const decider = deciderOf(course, visits);
    const sentence = decider ? decidingSentence(asked, course, decider) : null;
    const { hooks, placed } = buildEntries({
      context,
      visits,
      forks: forksOf(run.courses, course).map((fork) => ({
        step: fork.step,
        entry: (number) => this.#forkStep(fork, number, asked),
      })),
      decider,
      sentence,
    });
    const fates = this.#fates(run, tables);
    const fate = fates[0] as FateView;
    return {
      role,
      packet: line,
      fate,
      fates,
      cut: run.cut,
      evaluated: countEvaluated(visits),
      rules: context.analysis.ruleset.rules.length,
      matter: placed.length,
      hooks,
      unknowns: this.#unknowns(run),
      assumptions: [...tables.assumed],
      notes: [...course.notes, ...copyNotes(asked, course)],
      path: buildPath(context, { hooks: hooksOf(course), end: pathEndOf(course.end) }, visits, placed, fate),
    };
  }

  #fates(run: TraceRun, tables: Tables): FateView[] {
    return mergedFates(run, run.packet, tables).map(({ fate, ways, probability }) => ({
      ...fateWords(this.context, fate, run.packet),
      probability,
      when: ways.length > 1 || (ways[0]?.length ?? 0) > 0 ? ways.slice(0, 3).map(wayWords) : [],
    }));
  }

  #forkStep(fork: Fork, number: number, asked: Asked): ForkStep {
    const random = fork.branches.every(({ probability }) => probability !== null);
    const { rule } = fork;
    return {
      kind: 'fork',
      number,
      rule: rule?.id ?? null,
      chain: rule?.chain.id ?? null,
      title: random ? 'Random match' : 'Not decided by the dump',
      place: random && rule ? `${rule.chain.name} ${rule.index}` : fork.unknown,
      branches: fork.branches.map((branch, at) => this.#branch(branch, at, fork, asked)),
      rejoins: fork.rejoins,
    };
  }

  #branch(branch: Branch, at: number, fork: Fork, { packet, options }: Asked): ForkBranch {
    const course = branch.courses[0] as Course;
    const base = course.steps[fork.step]?.site.base.chain;
    let next = fork.step;
    while (next < course.steps.length && course.steps[next]?.site.base.chain === base) next++;
    const before = course.steps[fork.step - 1]?.view ?? course.steps[fork.step]?.view ?? course.last;
    // Forwarding takes one off the TTL between two hooks.
    const changes = changesBetween(before, course.steps[next]?.view ?? course.last).filter(
      ({ field }) => field !== 'ttl',
    );
    const fates = new Set(
      branch.courses.map((one) => fateWords(this.context, fateOf(one, packet, options.routing), packet).title),
    );
    return {
      letter: letterOf(at),
      probability: branch.probability,
      title: this.#branchTitle(branch, fork, at),
      owner: branch.rule ? this.context.ownerOfRule(branch.rule) : null,
      changes,
      fate: fates.size === 1 ? ([...fates][0] ?? '') : `${fates.size} fates`,
      followed: branch.followed,
      pins: branch.pins,
    };
  }

  #branchTitle({ rule, pins, probability }: Branch, fork: Fork, at: number): string {
    const [pin] = pins;
    if (probability === null && pins.length === 1 && typeof pin?.value === 'boolean') return pin.value ? 'yes' : 'no';
    if (!rule) return 'no rule matches';
    if (probability !== null && isEndpoint(rule)) return `endpoint ${at + 1}`;
    if (rule === fork.rule || rule.chain === fork.rule?.chain) return ruleTitle(this.context, rule);
    return `on to rule ${rule.index} of ${rule.chain.name}`;
  }

  #unknowns(run: TraceRun): UnknownView[] {
    const found = new Map<string, Map<PinValue, number | null>>();
    const rules = new Map<string, Rule>();
    for (const { choices } of run.courses) {
      for (const { unknown, value, probability, rule } of choices) {
        if (!rules.has(unknown)) rules.set(unknown, rule);
        const values = found.get(unknown) ?? new Map<PinValue, number | null>();
        values.set(value, probability);
        found.set(unknown, values);
      }
    }
    for (const [unknown, value] of this.#pins) {
      if (!found.has(unknown)) found.set(unknown, new Map([[value, null]]));
    }
    return [...found].map(([text, values]) => ({
      text,
      words: unknownWords(text),
      values: completed(values).map(([value, probability]) => ({ value, label: valueLabel(value), probability })),
      asks: askedBy(rules.get(text)),
      pinned: this.#pins.get(text) ?? null,
      idle: run.courses.every(({ idle }) => idle.has(text)),
    }));
  }
}

function askedBy(rule: Rule | undefined): UnknownView['asks'] {
  return rule ? { chain: rule.chain.id, rule: rule.id, place: `rule ${rule.index} of ${rule.chain.name}` } : null;
}

function copyNotes({ context, packet, options }: Asked, course: Course): string[] {
  return course.copies.map((copy) => {
    const fate = fateOf({ ...course, ...copy }, packet, options.routing);
    const { title, detail } = fateWords(context, fate, packet);
    return `A copy was sent. ${title}${detail === '' ? '' : `: ${detail}`}.`;
  });
}

/** A yes-or-no question offers both answers, also where only one was followed. */
function completed(values: ReadonlyMap<PinValue, number | null>): (readonly [PinValue, number | null])[] {
  const all = [...values];
  const yesNo = all.every(([value]) => typeof value === 'boolean');
  if (!yesNo) return all;
  const other = (value: boolean): number | null => {
    const known = values.get(!value);
    return known === undefined || known === null ? null : 1 - known;
  };
  return [true, false].map((value) => [value, values.get(value) ?? other(value)] as const);
}

/** A random match says its share anyway: its place is what tells it from others. */
function unknownWords(text: string): string {
  const place = /^numgen random .* \((.+)\)$/.exec(text)?.[1];
  return place === undefined ? text : `random match: ${place}`;
}

function valueLabel(value: PinValue): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function wayWords(way: readonly Choice[]): string {
  return way.map(({ unknown, value }) => `${unknown}: ${valueLabel(value)}`).join(', ');
}

/** A, B, ..., Z, AA. */
function letterOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : `${letterOf(Math.floor(at / 26) - 1)}${letter}`;
}
