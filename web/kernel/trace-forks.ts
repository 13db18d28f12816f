/**
 * Where the way of a packet forks: a condition that nobody can decide makes two branches of one, a choice as many as it has values; and branches that are
 * the same again are joined.
 */
import type { SetElement } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import type { CompiledRule } from './action.ts';
import type { Branch } from './branch.ts';
import { joinBranches } from './branch-join.ts';
import { type Condition, unknown } from './condition.ts';
import type { Parts } from './domain.ts';
import { Evaluator, type FreshAnswers, guessOf, NO_ANSWERS, type Question } from './evaluate.ts';
import type { TracePacket } from './packet.ts';
import type { RoutingTables } from './routing.ts';
import type { Possible } from './trace-lookup.ts';

export type Branches = Branch[];

/** Told of rules on any branch of the packet itself, also of those that are joined with others later. */
export interface RuleWatch {
  /** The packet comes to a rule, whether it matches or not. */
  readonly comes: (rule: Rule) => void;
  readonly matches: (rule: Rule) => void;
  /** It finds an element of the rule's verdict map, which is sure to be this one. */
  readonly finds?: (rule: Rule, element: SetElement) => void;
}

export interface TraceSettings {
  readonly packet: TracePacket;
  readonly routing: RoutingTables;
  /** The user's answers, by the question's text. */
  readonly pins: ReadonlyMap<string, boolean | number | string>;
  /** How many branches may be open at once. */
  readonly maxBranches: number;
  /** No program takes packets out of queues, and no socket but the packet's own is open. */
  readonly noPrograms: boolean;
  readonly watch?: RuleWatch | undefined;
}

export class Forks {
  readonly evaluator: Evaluator;
  /** The way would have forked more often than allowed: the likelier answers were followed. */
  cut = false;
  readonly asked = new Set<string>();
  private open = 1;

  constructor(private readonly settings: TraceSettings) {
    this.evaluator = new Evaluator(settings.routing, settings.noPrograms);
  }

  join(a: Branches, b: Branches): Branches {
    const joined = joinBranches(a, b);
    this.open -= a.length + b.length - joined.length;
    return joined;
  }

  mayMatch(set: Branches, { rule, first }: CompiledRule): boolean {
    if (this.settings.watch && set.some(({ copiedFrom }) => !copiedFrom)) this.settings.watch.comes(rule);
    if (first === null) return true;
    for (const branch of set) {
      if (this.evaluator.condition(first, branch, NO_ANSWERS) !== false) return true;
    }
    return false;
  }

  split(set: Branches, condition: Condition, rule: Rule): Parts<Branches> {
    const yes: Branches = [];
    const no: Branches = [];
    for (const branch of set) this.decide(branch, condition, rule, NO_ANSWERS, yes, no);
    return { yes: orNull(yes), no: orNull(no) };
  }

  private decide(
    branch: Branch,
    condition: Condition,
    rule: Rule,
    answers: FreshAnswers,
    yes: Branches,
    no: Branches,
  ): void {
    const answer = this.evaluator.condition(condition, branch, answers);
    if (typeof answer === 'boolean') {
      (answer ? yes : no).push(branch);
      return;
    }
    for (const { branch: forked, value } of this.fork(branch, answer, rule)) {
      const next = isFresh(answer) ? new Map([...answers, [answer.text, value]]) : answers;
      this.decide(forked, condition, rule, next, yes, no);
    }
  }

  /** The branches of a question: one where it is pinned or no more may be opened, else two. */
  private fork(branch: Branch, question: Question, rule: Rule): { branch: Branch; value: boolean }[] {
    const text = isFresh(question) ? placed(question.text, rule, branch) : question.text;
    this.asked.add(text);
    const pinned = this.settings.pins.get(text);
    if (typeof pinned === 'boolean') return [answered(branch, question, { text, rule, value: pinned, pinned: true })];
    if (this.open >= this.settings.maxBranches) {
      this.cut = true;
      return [answered(branch, question, { text, rule, value: guessOf(question) >= 0.5, pinned: false })];
    }
    this.open++;
    const other = branch.copy();
    return [branch, other].map((own, i) => answered(own, question, { text, rule, value: i === 0, pinned: false }));
  }

  /** As many branches as there are choices, each with its own. */
  choose<T>(branch: Branch, rule: Rule, choices: readonly Possible<T>[]): { branch: Branch; outcome: T }[] {
    for (const { choice } of choices) if (choice !== null) this.asked.add(choice.unknown);
    const pinned = choices.find(
      ({ choice }) => choice !== null && this.settings.pins.get(choice.unknown) === choice.value,
    );
    let taken = pinned ? [pinned] : choices;
    if (taken.length > 1 && this.open + taken.length - 1 > this.settings.maxBranches) {
      this.cut = true;
      taken = taken.slice(0, 1);
    }
    this.open += taken.length - 1;
    return taken.map(({ choice, outcome }, i) => {
      const own = i === taken.length - 1 ? branch : branch.copy();
      if (choice !== null && !pinned) own.choose({ ...choice, rule });
      return { branch: own, outcome };
    });
  }

  /** Whether a program of the node listens. */
  askProgram(set: Branches, text: string, rule: Rule): Parts<Branches> {
    return this.split(set, unknown(text, { program: true }), rule);
  }
}

export function orNull(set: Branches): Branches | null {
  return set.length === 0 ? null : set;
}

function isFresh(question: Question): question is Extract<Question, { kind: 'boolean' }> {
  return question.kind === 'boolean' && question.fresh;
}

/** A question that is asked anew each time carries the place where it is asked. */
export function placed(text: string, rule: Rule, branch: Branch): string {
  const { chain } = rule;
  const place = `${text} (${chain.table.family} ${chain.table.name} ${chain.name}, rule ${rule.index}`;
  let times = 1;
  for (let at = branch.choices; at; at = at.before) if (at.value.unknown.startsWith(place)) times++;
  return times === 1 ? `${place})` : `${place}, time ${times})`;
}

interface GivenAnswer {
  readonly text: string;
  /** Who asks. */
  readonly rule: Rule;
  readonly value: boolean;
  /** The user gave it: no choice of the way. */
  readonly pinned: boolean;
}

function answered(
  branch: Branch,
  question: Question,
  { text, rule, value, pinned }: GivenAnswer,
): { branch: Branch; value: boolean } {
  if (!pinned) {
    const guess = guessOf(question);
    const probability = question.kind === 'boolean' ? question.probability : null;
    branch.choose({
      unknown: text,
      rule,
      value,
      probability: probability === null ? null : value ? probability : 1 - probability,
      guess: value ? guess : 1 - guess,
    });
  }
  if (question.kind === 'domain') narrow(branch, question, value);
  else if (!question.fresh) branch.decided = new Map([...branch.decided, [question.text, value]]);
  return { branch, value };
}

/** What an answer says of the values that are left. */
function narrow(branch: Branch, question: Extract<Question, { kind: 'domain' }>, value: boolean): void {
  const { test, key } = question;
  const left = value ? question.yes : question.no;
  if (left.kind === 'names') {
    branch.decided = new Map([...branch.decided, [key, !left.complement]]);
    const [only] = left.exact;
    if (!left.complement && left.stems.length === 0 && left.exact.size === 1 && only !== undefined) {
      branch.values[test.variable.id] = only;
    }
    return;
  }
  const single = left.ranges.length === 2 && left.ranges[0] === left.ranges[1];
  if (single && test.mask === null) branch.set(test.variable, left.ranges[0]);
  else branch.domains = new Map([...branch.domains, [key, left]]);
}
