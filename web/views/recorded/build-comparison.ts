/** A kernel trace beside the prediction: the kernel's way as steps and on the map, and where the tracer would have gone another. */
import type { PacketView, TraceStep } from '../../kernel/branch.ts';
import type { End } from '../../kernel/domain.ts';
import { type Fate, fateOf } from '../../kernel/fate.ts';
import { AssumedTables } from '../../kernel/routing.ts';
import type { Rule } from '../../model/ruleset.ts';
import { effective, type PacketForm, pathOf, textOf } from '../../packet/form.ts';
import type { ViewContext } from '../context.ts';
import { plural } from '../plural.ts';
import { deciderOf } from '../trace/decide.ts';
import { buildEntries, type Placed } from '../trace/entries.ts';
import { type FateWords, fateWords } from '../trace/fate-words.ts';
import { buildPath, hooksOf, pathEndOf } from '../trace/path.ts';
import type { FateView, PassageView } from '../trace/trace-answer.ts';
import { countEvaluated, visitsOf } from '../trace/walk-steps.ts';
import { align, type Pair } from './alignment.ts';
import { type Gap, gapsOf } from './differences.ts';
import { isSameStep, type Prediction, predict } from './prediction.ts';
import type { ComparisonAnswer, Difference } from './recorded-answer.ts';
import { type ToldCourse, toldCourse } from './told-course.ts';
import { protocolsOf, toldForm, toldLine, toldOutgoing } from './told-packet.ts';
import { type ToldStep, toldSteps } from './told-steps.ts';
import { type KnownTrace, tracesOf } from './traces.ts';

/** `packet`: from 0, as in the list of packets. Null: there is none. Cost: ten traces, and the comparison of their steps. */
export function buildComparison(context: ViewContext, text: string, packet: number): ComparisonAnswer | null {
  const known = tracesOf(context, text)[packet];
  return known ? new Comparison(context, known).answer() : null;
}

const LOOPED: FateWords = {
  kind: 'unfinished',
  title: 'Sent to this node itself',
  detail: 'It comes in again by lo: there the kernel gives it another number.',
  owner: null,
};

class Comparison {
  readonly #told: readonly ToldStep[];
  readonly #tables: readonly string[];
  readonly #start: PacketView | null;
  readonly #prediction: Prediction | null;
  readonly #pairs: readonly Pair[];
  readonly #kernel: ToldCourse;

  constructor(
    private readonly context: ViewContext,
    private readonly known: KnownTrace,
  ) {
    const { trace, text } = known;
    const { steps, tables, start } = toldSteps(context, trace, text);
    this.#told = steps;
    this.#start = start;
    this.#tables = tables;
    const mark = start?.mark ? { mark: `0x${start.mark.toString(16)}` } : {};
    const forms = protocolsOf(trace).flatMap((protocol) => {
      const form = toldForm(trace, protocol);
      return form ? [{ ...form, ...mark }] : [];
    });
    this.#prediction = predict(context, forms, toldOutgoing(trace), steps);
    const predicted = this.#prediction?.steps ?? [];
    this.#pairs = align(steps, predicted, isSameStep);
    this.#kernel = toldCourse(steps, predictedRules(steps, predicted, this.#pairs), this.#silentEnd());
  }

  /** Nothing more was to be told: all that was predicted is told, and then the packet is delivered. */
  #silentEnd(): End | null {
    const prediction = this.#prediction;
    const end = prediction?.course.end;
    return this.#isWhole() && !prediction?.loops && end?.kind === 'delivered' ? end : null;
  }

  #isWhole(): boolean {
    return this.#pairs.every(({ a, b }) => a !== null && b !== null);
  }

  answer(): ComparisonAnswer {
    const gaps = this.#gaps();
    const differing = this.#differing();
    const { passage, placed } = this.#passage(differing);
    const predicted = this.#prediction;
    const told = this.#kernel.course.steps.length;
    return {
      form: predicted?.form ?? null,
      passage,
      predicted: predicted ? viewOfFate(fateWords(this.context, predicted.fate, predicted.packet)) : null,
      told,
      agreed: told - differing.size,
      differences: gaps.map((gap) => this.#difference(gap, placed)),
      notes: this.#notes(),
    };
  }

  #gaps(): Gap[] {
    const predicted = this.#prediction;
    if (!predicted) {
      const absent = this.#told.map((_, a): Pair => ({ a, b: null })).filter(({ a }) => this.#isAbsent(a));
      return gapsOf(this.#told, [], absent, false);
    }
    const { end } = this.#kernel;
    return gapsOf(this.#told, predicted.steps, this.#pairs, end !== null && end.kind !== 'delivered');
  }

  #isAbsent(at: number | null): boolean {
    return at !== null && this.#told[at]?.kind === 'absent';
  }

  /** Steps of the kernel's course that have no partner; without a prediction none differs. */
  #differing(): ReadonlySet<number> {
    if (!this.#prediction) return new Set();
    return new Set(
      this.#pairs.flatMap(({ a, b }) => (a === null || b !== null ? [] : (this.#kernel.indexes[a] ?? []))),
    );
  }

  #passage(differing: ReadonlySet<number>): { readonly passage: PassageView; readonly placed: readonly Placed[] } {
    const { context } = this;
    const { course, end } = this.#kernel;
    const visits = visitsOf(course, this.#start);
    const decider = end ? deciderOf(course, visits) : null;
    const sentence = decider ? 'So the kernel told.' : null;
    const { hooks, placed } = buildEntries({ context, visits, forks: [], decider, sentence, differing });
    const fate = viewOfFate(this.#fate());
    const way = { hooks: hooksOf(course), end: end ? pathEndOf(end) : ({ kind: 'untold' } as const) };
    const passage: PassageView = {
      role: 'recorded',
      packet: toldLine(this.known.trace),
      fate,
      fates: [fate],
      cut: false,
      evaluated: countEvaluated(visits),
      rules: context.analysis.ruleset.rules.length,
      matter: placed.length,
      hooks,
      unknowns: [],
      assumptions: [],
      notes: [],
      path: buildPath(context, way, visits, placed, fate),
    };
    return { passage, placed };
  }

  #fate(): FateWords {
    const { course, end } = this.#kernel;
    const last = this.#told.at(-1);
    if (last?.kind === 'absent' && last.verdict === 'drop') {
      return { kind: 'dropped', title: 'Dropped by a rule that the dump does not have', detail: '', owner: null };
    }
    if (!end && this.#prediction?.loops && this.#isWhole()) return LOOPED;
    if (!end) {
      const chain = course.steps.at(-1)?.site.base.chain.name;
      const title = chain === undefined ? 'Nothing is told that the dump has' : `Told as far as ${chain}`;
      return { kind: 'unfinished', title, detail: 'What became of the packet then is not told.', owner: null };
    }
    const packet = this.#prediction?.packet ?? null;
    const path = course.steps[0]?.site.hook === 'output' ? 'output' : 'forward';
    if (packet) {
      // Other addresses than the packet came with were written on its way.
      const fate = fateOf(course, packet, new AssumedTables(packet, new Set()));
      return fateWords(this.context, fate, { ...packet, path: path === 'output' ? path : packet.path });
    }
    const fate: Fate = {
      kind: end.kind === 'delivered' ? (end.to === 'local' ? 'delivered-local' : 'delivered-right') : 'dropped',
      end,
      device: course.last.oif,
      snat: null,
      dnat: null,
      reply: null,
    };
    return fateWords(this.context, fate, { path, iif: course.steps[0]?.view.iif ?? null });
  }

  #difference({ told, ...gap }: Gap, placed: readonly Placed[]): Difference {
    const index = told === null ? null : (this.#kernel.indexes[told] ?? null);
    const step = index === null ? undefined : placed.find((one) => one.step === index);
    return { ...gap, step: step?.entry.number ?? null };
  }

  #notes(): string[] {
    const notes: string[] = [];
    if (this.#tables.length > 0) {
      notes.push(`The dump does not have ${this.#tables.join(', ')}: steps there are left out.`);
    }
    const predicted = this.#prediction;
    if (!predicted) {
      notes.push('Nothing was predicted: the trace does not tell an IP packet with its addresses.');
      return notes;
    }
    notes.push(
      `Compared with the packet ${guessWords(predicted.form, protocolsOf(this.known.trace).length > 1)}: that goes along with the kernel the longest.`,
    );
    const rest = this.#pairs.length - 1 - this.#pairs.findLastIndex(({ a }) => a !== null);
    if (rest > 0 && this.#kernel.end?.kind !== 'dropped' && !this.#isAbsent(this.#told.length - 1)) {
      notes.push(`The prediction has ${plural(rest, 'step')} behind the last one that is told.`);
    }
    return notes;
  }
}

/** What the trace does not tell and was guessed. */
function guessWords(form: PacketForm, protocol: boolean): string {
  const path = { forward: 'addressed through this node', input: 'addressed to this node', output: 'sent by this node' };
  const way = path[pathOf(form)];
  const name = protocol ? `, protocol ${effective(form, 'proto')}` : '';
  return `${way}, ct ${textOf(form, 'ctstate') || 'new'}${name}`;
}

function predictedRules(
  told: readonly ToldStep[],
  steps: readonly TraceStep[],
  pairs: readonly Pair[],
): (Rule | null)[] {
  const rules: (Rule | null)[] = told.map(() => null);
  for (const { a, b } of pairs) {
    const step = b === null ? undefined : steps[b];
    if (a !== null && step?.type === 'rule') rules[a] = step.rule;
  }
  return rules;
}

function viewOfFate(words: FateWords): FateView {
  return { ...words, probability: 1, when: [] };
}
