/**
 * A packet that reaches a rule: what the rules on the way to it demand, along one way after the other, each guess put to the tracer. Found or not, the
 * answer says so: it is a search with an end, not a proof that no packet gets there.
 */

import { nodeFacts } from '../../facts/node-facts.ts';
import type { CompiledRule } from '../../kernel/action.ts';
import { readPacket } from '../../kernel/packet-input.ts';
import { type Course, type Tracer, tracePacket } from '../../kernel/trace.ts';
import { terminalStatement } from '../../model/rule.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import { segmentsOf } from '../../owners/segments.ts';
import { type PacketForm, tidyForm } from '../../packet/form.ts';
import { packetJson } from '../../packet/read.ts';
import type { ViewContext } from '../context.ts';
import { pathsTo } from '../paths.ts';
import { tracerOf } from './build-trace.ts';
import { Demands } from './demands.ts';
import { guesses } from './guesses.ts';
import { FactTables } from './routes.ts';
import type { Pin } from './trace-answer.ts';
import { visitsOf, withoutCopies } from './walk-steps.ts';

export interface ReachAnswer {
  /** The packet; null where none was found. */
  readonly form: PacketForm | null;
  /** The rule that it comes to, as ids; null where none was found. */
  readonly place: { readonly chain: number; readonly rule: number } | null;
  /** What has to be said of the unknowns on its way, so that it comes there. */
  readonly pins: readonly Pin[];
  /** It matches the rule; false: it only comes as far as the rule. */
  readonly matches: boolean;
  /** One sentence: what was found, or how it was looked for. */
  readonly words: string;
}

/** So many rules before one are kept from matching. */
const EARLIER = 400;

const SIBLINGS = 8;
const WAYS = 8;
const TRIES = 60;

/** So many answers are tried to be left open. */
const PINS = 16;

/** Of a chain or a segment, so many rules are tried. */
const RULES = 8;

/** A packet for the first rule of a chain, or of one of its segments (from 0), that one is found for. Cost: at most 480 traces. */
export function packetReachingChain(context: ViewContext, chain: Chain, segment: number | null): ReachAnswer {
  const part = segment === null ? undefined : segmentsOf(chain, context.analysis.attribution)[segment];
  const rules = part ? chain.rules.slice(part.from - 1, part.to) : chain.rules;
  let best: ReachAnswer | null = null;
  for (const rule of rules.slice(0, RULES)) {
    const answer = packetReaching(context, rule);
    if (answer.matches) return answer;
    if (!best || (best.form === null && answer.form !== null)) best = answer;
  }
  return best ?? nothing('There is no rule that a packet could reach.');
}

function nothing(words: string): ReachAnswer {
  return { form: null, place: null, pins: [], matches: false, words };
}

/** Cost: at most 60 traces. */
export function packetReaching(context: ViewContext, rule: Rule): ReachAnswer {
  const ways = pathsTo(context, rule.chain, WAYS);
  if (ways.length === 0) return nothing('No base chain leads to this rule: no packet reaches it.');
  const search = new Search(context, rule);
  for (const way of ways) {
    const found = search.along(way.flatMap((step) => (step.rule === null ? [] : [step.rule])));
    if (found) return found;
  }
  return search.best ?? nothing(search.failure(ways.length));
}

class Search {
  best: ReachAnswer | null = null;
  #tries = 0;
  readonly #tracer: Tracer;

  constructor(
    private readonly context: ViewContext,
    private readonly rule: Rule,
  ) {
    this.#tracer = tracerOf(context);
  }

  failure(ways: number): string {
    const how = ways === 1 ? 'the one way here' : `${ways} ways here`;
    return `No packet was found that reaches this rule: ${this.#tries} were tried along ${how}. Earlier rules may take all of them.`;
  }

  /** `jumps`: Rule.ids from the base chain down. */
  along(jumps: readonly number[]): ReachAnswer | null {
    const { rules } = this.context.analysis.ruleset;
    const way = [...jumps.flatMap((id) => rules[id] ?? []), this.rule];
    const base = way[0]?.chain.base;
    if (!base) return null;
    const plain = new Demands();
    const taken: Rule[] = [];
    for (const [at, one] of way.entries()) {
      const fitting = this.#siblings(one, way[at + 1]).find((rule) => {
        const attempt = plain.copy();
        if (!attempt.rule(this.#compiled(rule), way[at + 1]?.chain.name ?? null)) return false;
        plain.take(attempt);
        return true;
      });
      if (!fitting) return null;
      taken.push(fitting);
    }
    const careful = plain.copy();
    for (const one of taken) this.#avoidEarlier(one, careful);
    for (const demands of [careful, plain]) {
      for (const form of guesses(this.context, this.rule, base.hook, demands)) {
        if (this.#tries >= TRIES) return null;
        const found = this.#attempt(form);
        if (found) return found;
      }
    }
    return null;
  }

  /** The rule of the way, and others of its chain that lead to the same chain. */
  #siblings(rule: Rule, next: Rule | undefined): readonly Rule[] {
    if (!next) return [rule];
    const { graph, ruleset } = this.context.analysis;
    const others = graph
      .out(rule.chain.id)
      .filter(({ to, rule: id }) => to === next.chain.id && id !== rule.id)
      .slice(0, SIBLINGS);
    return [rule, ...others.flatMap(({ rule: id }) => ruleset.rules[id] ?? [])];
  }

  /** Rules before it in its chain that would take the packet. */
  #avoidEarlier({ chain, index }: Rule, demands: Demands): void {
    for (const earlier of chain.rules.slice(Math.max(0, index - 1 - EARLIER), index - 1)) {
      if (takesAway(earlier)) demands.avoid(this.#compiled(earlier));
    }
  }

  #compiled(rule: Rule): CompiledRule {
    return this.#tracer.program.rule(rule);
  }

  #attempt(form: PacketForm): ReachAnswer | null {
    const { packet } = readPacket(packetJson(form));
    if (!packet) return null;
    this.#tries++;
    const routing = new FactTables(packet, nodeFacts(this.context), form.oif !== undefined);
    const coursesWith = (pins: readonly Pin[]): readonly Course[] =>
      tracePacket(this.#tracer, packet, {
        routing,
        maxBranches: 32,
        pins: new Map(pins.map(({ unknown, value }) => [unknown, value])),
      }).courses;
    const courses = coursesWith([]);
    const place = { chain: this.rule.chain.id, rule: this.rule.id };
    if (courses.some((course) => meets(course, this.rule))) {
      const pins = this.#pinsFor(courses, coursesWith);
      return { form: tidyForm(form), place, pins, matches: true, words: 'A packet that matches this rule.' };
    }
    if (!this.best && courses.some((course) => comesTo(course, this.rule))) {
      const words = 'This packet comes as far as the rule, but does not match it; none that matches was found.';
      this.best = { form: tidyForm(form), place, pins: [], matches: false, words };
    }
    return null;
  }

  /** None where the likeliest course matches; else as few answers as make a course that does the likeliest. */
  #pinsFor(courses: readonly Course[], coursesWith: (pins: readonly Pin[]) => readonly Course[]): readonly Pin[] {
    const goal = courses.find((course) => meets(course, this.rule));
    if (!goal || goal === courses[0]) return [];
    let pins = goal.choices.map(({ unknown, value }): Pin => ({ unknown, value }));
    for (const pin of [...pins].slice(0, PINS)) {
      const fewer = pins.filter((one) => one !== pin);
      const [first] = coursesWith(fewer);
      if (first && meets(first, this.rule)) pins = fewer;
    }
    return pins;
  }
}

/** Ends the chain for what it matches; a jump may come back. */
function takesAway(rule: Rule): boolean {
  const last = terminalStatement(rule);
  if (last?.kind === 'verdict') return last.verdict.kind !== 'jump' && last.verdict.kind !== 'continue';
  return last?.kind === 'nat' || last?.kind === 'reject';
}

function meets({ steps }: Course, rule: Rule): boolean {
  return steps.some((step) => step.type === 'rule' && step.rule === rule && step.copy === 0);
}

function comesTo(course: Course, { chain, index }: Rule): boolean {
  return visitsOf(withoutCopies(course), null).some(({ events }) =>
    events.some((event) => event.kind === 'miss' && event.chain === chain && event.from <= index && index <= event.to),
  );
}
