/** The list of steps: hits that did something, numbered; everything else folded between them; forks where the courses part. */
import { chainPath } from '../../model/rule.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { OwnerId } from '../../owners/owner.ts';
import { documentOfChain, lineOf, type ViewContext } from '../context.ts';
import { plural } from '../plural.ts';
import { changesBetween } from './changes.ts';
import type { Decider } from './decide.ts';
import { hasSideEffect, isTelling, ruleTitle, verdictWord } from './titles.ts';
import type {
  Change,
  FoldedPlace,
  FoldedSteps,
  ForkStep,
  HitStep,
  HookSteps,
  PolicyStep,
  StepEntry,
} from './trace-answer.ts';
import type { Hit, PolicyMet, Visit } from './walk-steps.ts';

/** Places that a fold names; it counts the others. */
const PLACES = 40;

export interface EntryInput {
  readonly context: ViewContext;
  readonly visits: readonly Visit[];
  readonly forks: readonly ForkToTell[];
  readonly decider: Decider | null;
  readonly sentence: string | null;
  /** Indexes into the course's steps that were not predicted; all of these are told. */
  readonly differing?: ReadonlySet<number>;
}

export interface ForkToTell {
  /** Index into the course's steps before which it stands. */
  readonly step: number;
  readonly entry: (number: number) => ForkStep;
}

/** A numbered step with the visit that it belongs to: what the map draws. */
export interface Placed {
  readonly visit: Visit;
  readonly entry: HitStep | PolicyStep | ForkStep;
  /** The base chain's own rule; null for a policy. */
  readonly baseRule: Rule | null;
  /** Index into the course's steps. */
  readonly step: number;
}

export interface Entries {
  readonly hooks: readonly HookSteps[];
  readonly placed: readonly Placed[];
}

/** Cost: linear in the events. */
export function buildEntries(input: EntryInput): Entries {
  const list = new EntryList(input);
  for (const visit of input.visits) list.visit(visit);
  return list.close();
}

class EntryList {
  readonly #hooks: { hook: HookSteps['hook']; stack: string | null; entries: StepEntry[] }[] = [];
  readonly #placed: Placed[] = [];
  #number = 0;
  #fold: Fold;
  #forks: readonly ForkToTell[];

  constructor(private readonly input: EntryInput) {
    this.#fold = new Fold(input.context);
    this.#forks = input.forks;
  }

  visit(visit: Visit): void {
    this.#openHook(visit);
    const matters = mattering(visit);
    const decider = this.input.decider?.event;
    for (const event of visit.events) {
      if (event.kind === 'miss') {
        this.#fold.miss(event.chain, event.from, event.to);
        continue;
      }
      this.#forkBefore(event.step, visit, event.kind === 'hit' ? event : null);
      if (event.kind === 'hit') {
        if (event !== decider && this.#isToldByFork(visit, event)) this.#fold.hit(event.rule);
        else if (matters.has(event) || event === decider || this.#differs(event))
          this.#hit(visit, event, event === decider);
        else this.#fold.hit(event.rule);
      } else if (event.verdict === 'drop' || event === decider || this.#differs(event))
        this.#policy(visit, event, event === decider);
      else this.#fold.pass(visit.site.base.chain);
    }
  }

  #differs({ step }: Hit | PolicyMet): boolean {
    return this.input.differing?.has(step) ?? false;
  }

  /** The translation that a fork's branch leads to: the branch tells it already. */
  #isToldByFork(visit: Visit, hit: Hit): boolean {
    const last = this.#placed.at(-1);
    if (last?.entry.kind !== 'fork' || last.visit !== visit) return false;
    const told = last.entry.branches.find(({ followed }) => followed)?.changes ?? [];
    const changes = changesOf(hit);
    return (
      changes.length > 0 &&
      changes.every(({ field, after }) => told.some((one) => one.field === field && one.after === after))
    );
  }

  close(): Entries {
    const [fork] = this.#forks;
    const last = this.input.visits.at(-1);
    if (fork && last) this.#fork(fork, last, null);
    this.#flush();
    return { hooks: this.#hooks.filter(({ entries }) => entries.length > 0), placed: this.#placed };
  }

  #openHook({ site }: Visit): void {
    const stack = site.stack === 'l3' ? null : site.stack;
    const open = this.#hooks.at(-1);
    if (open?.hook === site.hook && open.stack === stack) return;
    this.#flush();
    this.#hooks.push({ hook: site.hook, stack, entries: [] });
  }

  #push(entry: StepEntry): void {
    this.#flush();
    this.#hooks.at(-1)?.entries.push(entry);
  }

  #flush(): void {
    const folded = this.#fold.take();
    if (folded) this.#hooks.at(-1)?.entries.push(folded);
  }

  #forkBefore(step: number, visit: Visit, hit: Hit | null): void {
    for (let fork = this.#forks[0]; fork && fork.step <= step; fork = this.#forks[0]) this.#fork(fork, visit, hit);
  }

  #fork(fork: ForkToTell, visit: Visit, hit: Hit | null): void {
    this.#forks = this.#forks.slice(1);
    const entry = fork.entry(++this.#number);
    this.#push(entry);
    const baseRule = hit ? (hit.way[0] ?? hit.rule) : null;
    this.#placed.push({ visit, entry, baseRule, step: fork.step });
  }

  #hit(visit: Visit, hit: Hit, decides: boolean): void {
    const { context } = this.input;
    const { rule } = hit;
    const { base } = visit.site;
    const entry: HitStep = {
      kind: 'hit',
      number: ++this.#number,
      table: tableName(base.chain),
      baseChain: { chain: base.chain.id, name: base.chain.name, priority: base.effectivePriority },
      decides: decides ? this.input.sentence : null,
      differs: this.#differs(hit),
      rule: rule.id,
      chain: rule.chain.id,
      owner: context.ownerOfRule(rule),
      title: ruleTitle(context, rule),
      verdict: verdictWord(rule, hit.verdict),
      way: [...hit.way, rule].map((one) => ({
        chain: one.chain.id,
        name: one.chain.name,
        rule: one.id,
        index: one.index,
      })),
      line: lineOf(context, documentOfChain(context.analysis, rule.chain), rule.start),
      changes: changesOf(hit),
    };
    this.#push(entry);
    this.#placed.push({ visit, entry, baseRule: hit.way[0] ?? rule, step: hit.step });
  }

  #policy(visit: Visit, met: PolicyMet, decides: boolean): void {
    const { verdict } = met;
    const { context } = this.input;
    const { base } = visit.site;
    const { chain } = base;
    const entry: PolicyStep = {
      kind: 'policy',
      number: ++this.#number,
      table: tableName(chain),
      baseChain: { chain: chain.id, name: chain.name, priority: base.effectivePriority },
      decides: decides ? this.input.sentence : null,
      differs: this.#differs(met),
      chain: chain.id,
      owner: context.ownerOfChain(chain),
      title: `policy of ${chain.name}`,
      verdict,
      line: lineOf(context, documentOfChain(context.analysis, chain), chain.start),
    };
    this.#push(entry);
    this.#placed.push({ visit, entry, baseRule: null, step: met.step });
  }
}

function tableName({ table }: Chain): string {
  return `${table.family} ${table.name}`;
}

/** What the rule itself changed: forwarding takes one off the TTL between two hooks. */
function changesOf({ rule, before, after }: Hit): Change[] {
  const mangles = rule.body.some(({ kind }) => kind === 'mangle' || kind === 'xt');
  return changesBetween(before, after).filter(({ field }) => mangles || (field !== 'ttl' && field !== 'dscp'));
}

const PASSING: ReadonlySet<string> = new Set(['continue', 'jump', 'goto', 'return']);

/** The hits that changed the packet, ended the chain, or led there by a condition of their own. */
function mattering({ events }: Visit): ReadonlySet<Hit> {
  const hits = events.filter((event): event is Hit => event.kind === 'hit');
  const found = new Set(hits.filter(hasEffect));
  const led = new Set([...found].flatMap(({ way }) => way));
  for (const hit of hits) {
    const word = hit.verdict.split(' ', 1)[0] ?? '';
    if ((word === 'jump' || word === 'goto') && led.has(hit.rule) && isTelling(hit.rule)) found.add(hit);
  }
  return found;
}

function hasEffect(hit: Hit): boolean {
  const word = hit.verdict.split(' ', 1)[0] ?? '';
  if (!PASSING.has(word) || changesOf(hit).length > 0) return true;
  if (word === 'return') return isConditional(hit.rule) && hit.rule.index < hit.rule.chain.rules.length;
  return word === 'continue' && hasSideEffect(hit.rule);
}

function isConditional({ body }: Rule): boolean {
  return body.some(({ kind }) => kind === 'match' || kind === 'xt');
}

/** What was compared without effect since the last numbered step. */
class Fold {
  #places: FoldedPlace[] = [];
  #evaluated = 0;
  #hits = 0;
  #passed: Chain[] = [];
  #owners = new Set<OwnerId>();
  #ranges: { readonly chain: Chain; readonly from: number; readonly to: number }[] = [];

  constructor(private readonly context: ViewContext) {}

  miss(chain: Chain, from: number, to: number): void {
    this.#evaluated += to - from + 1;
    this.#ranges.push({ chain, from, to });
    const [first, last] = [chain.rules[from - 1], chain.rules[to - 1]];
    for (const rule of [first, last]) if (rule) this.#owners.add(this.context.ownerOfRule(rule));
    const what = from === to ? `rule ${from}` : `rules ${from}–${to}`;
    this.#place(chain, { from, to, rule: null, text: `${what} of ${chain.name}: no match` });
  }

  hit(rule: Rule): void {
    this.#evaluated++;
    this.#hits++;
    this.#owners.add(this.context.ownerOfRule(rule));
    const text = `rule ${rule.index} of ${rule.chain.name}: ${ruleTitle(this.context, rule)}`;
    this.#place(rule.chain, { from: null, to: null, rule: rule.id, text });
  }

  /** A base chain ended with its policy, accept. */
  pass(chain: Chain): void {
    this.#passed.push(chain);
    if (chain.rules.length === 0)
      this.#place(chain, { from: null, to: null, rule: null, text: `${chainPath(chain)} is empty` });
  }

  take(): FoldedSteps | null {
    const nothing = this.#evaluated === 0 && this.#empty().length === 0;
    const folded: FoldedSteps | null = nothing
      ? null
      : {
          kind: 'folded',
          title: this.#title(),
          owners: [...this.#owners].slice(0, 6),
          evaluated: this.#evaluated,
          places: this.#places.slice(0, PLACES),
        };
    this.#places = [];
    this.#evaluated = 0;
    this.#hits = 0;
    this.#passed = [];
    this.#owners = new Set();
    this.#ranges = [];
    return folded;
  }

  #place(chain: Chain, place: Omit<FoldedPlace, 'chain' | 'name' | 'table' | 'family'>): void {
    const { table, name, id } = chain;
    this.#places.push({ chain: id, name, table: table.name, family: table.family, ...place });
  }

  #empty(): readonly Chain[] {
    return this.#passed.filter(({ rules }) => rules.length === 0);
  }

  #title(): string {
    const [only, ...others] = this.#ranges;
    const chains = new Set(this.#passed);
    if (this.#evaluated === 0) {
      const empty = new Set(this.#empty()).size;
      return empty === 1 ? 'an empty chain' : `${empty} empty chains`;
    }
    if (only && others.length === 0 && this.#hits === 0) {
      return `nothing matches: ${only.from === only.to ? `rule ${only.from}` : `rules ${only.from}–${only.to}`}`;
    }
    const passed = chains.size > 1 ? `, ${chains.size} chains let it pass` : '';
    const hits = this.#hits === 0 ? 'nothing matches' : 'no effect';
    return `${hits}: ${plural(this.#evaluated, 'rule')}${passed}`;
  }
}
