/** What detectors get: the analysed ruleset, and facts about it that several of them need, computed once and on demand. */
import type { HookOrder } from '../kernel/order.ts';
import type { JumpGraph } from '../model/graph.ts';
import type { Chain, Rule, Ruleset } from '../model/ruleset.ts';
import { type Attribution, type OwnerId, type Segment, UNKNOWN } from '../owners/owner.ts';
import { segmentsOf } from '../owners/segments.ts';
import { type Effects, effectsOf, isUnconditional, outcomeOf, verdictsOf } from './rule-facts.ts';
import { type Program, programOf } from './words.ts';

export interface FindingContext {
  readonly ruleset: Ruleset;
  readonly order: readonly HookOrder[];
  readonly attribution: Attribution;
  readonly graph: JumpGraph;
}

export interface Scene extends FindingContext {
  readonly ownerOf: (rule: Rule) => OwnerId;
  readonly programOfRule: (rule: Rule) => Program;
  readonly ownerOfChain: (chain: Chain) => OwnerId;
  /** Base chains that are in some hook's order. */
  readonly baseChains: readonly Chain[];
  /** Maximal runs of rules of one owner, as the map draws them. */
  readonly segments: (chain: Chain) => readonly Segment[];
  /** Distinct owners and programs of the chain's own rules; of programs the unknown one only if there is no other. */
  readonly ownersIn: (chain: Chain) => readonly OwnerId[];
  readonly programsIn: (chain: Chain) => readonly Program[];
  /** Effects of the rules `from`..`to` (from 1) of a chain and of all below them. */
  readonly effectsBelow: (chain: Chain, from: number, to: number) => Effects;
  /** Effects of a base chain and all below, by the program whose rule has them. Memoised. */
  readonly effectsByProgram: (base: Chain) => ReadonlyMap<Program, Effects>;
  /** Owners with at least one rule, `unknown` left out. */
  readonly present: ReadonlySet<OwnerId>;
  /** Chains of that name, in all tables. */
  readonly chainsNamed: (name: string) => readonly Chain[];
  /** The first rule of the chain behind which no packet goes on, or null. */
  readonly endOf: (chain: Chain) => Rule | null;
}

const MAX_DEPTH = 64;

/** Cost: linear in rules. */
export function createScene(context: FindingContext): Scene {
  const { ruleset, attribution } = context;
  const { owners, ruleOwner, chainOwner } = attribution;
  const programs = owners.map(programOf);
  const ownerOf = (rule: Rule): OwnerId => owners[ruleOwner[rule.id] ?? 0] ?? UNKNOWN;
  const seen = new Uint8Array(owners.length);
  for (const owner of ruleOwner) seen[owner] = 1;
  const effects = createEffects(context, (rule) => programs[ruleOwner[rule.id] ?? 0] ?? UNKNOWN);
  const swallows = createSwallows();
  const segments = memoise((chain) => segmentsOf(chain, attribution));
  return {
    ...context,
    ownerOf,
    programOfRule: (rule) => programs[ruleOwner[rule.id] ?? 0] ?? UNKNOWN,
    ownerOfChain: (chain) => owners[chainOwner[chain.id] ?? 0] ?? UNKNOWN,
    baseChains: [...new Set(context.order.flatMap(({ chains }) => chains.map(({ chain }) => chain)))],
    segments,
    ownersIn: memoise((chain) => [...new Set(segments(chain).map(({ owner }) => owner))]),
    programsIn: memoise((chain) => {
      const all = [...new Set(segments(chain).map(({ owner }) => programOf(owner)))];
      const named = all.filter((program) => program !== UNKNOWN);
      return named.length > 0 ? named : [UNKNOWN];
    }),
    ...effects,
    present: new Set(owners.filter((owner, index) => seen[index] === 1 && owner !== UNKNOWN)),
    chainsNamed: chainsByName(ruleset),
    endOf: (chain) => chain.rules.find((rule) => endsChain(rule, swallows)) ?? null,
  };
}

function memoise<T>(compute: (chain: Chain) => T): (chain: Chain) => T {
  const known = new Map<Chain, T>();
  return (chain) => {
    let result = known.get(chain);
    if (result === undefined) {
      result = compute(chain);
      known.set(chain, result);
    }
    return result;
  };
}

function chainsByName(ruleset: Ruleset): (name: string) => readonly Chain[] {
  const named = new Map<string, Chain[]>();
  for (const chain of ruleset.chains) {
    const list = named.get(chain.name);
    if (list) list.push(chain);
    else named.set(chain.name, [chain]);
  }
  return (name) => named.get(name) ?? [];
}

/** Effects per chain are kept as pairs of program and bits: nearly every chain has one writer. */
function createEffects(
  { ruleset, graph }: FindingContext,
  programOfRule: (rule: Rule) => Program,
): Pick<Scene, 'effectsBelow' | 'effectsByProgram'> {
  const stamp = new Uint32Array(ruleset.chains.length);
  let now = 0;
  const ownMemo: (readonly (readonly [Program, Effects])[] | undefined)[] = new Array(ruleset.chains.length);
  const own = (chain: Chain, into: Map<Program, Effects>): void => {
    ownMemo[chain.id] ??= ownEffects(chain, programOfRule);
    for (const [program, effects] of ownMemo[chain.id] ?? []) into.set(program, (into.get(program) ?? 0) | effects);
  };
  /** Adds what the chains below `roots` do. Each chain counts once. */
  const walk = (roots: readonly number[], into: Map<Program, Effects>): void => {
    now++;
    const stack: number[] = [];
    const push = (id: number): void => {
      if (stamp[id] === now) return;
      stamp[id] = now;
      stack.push(id);
    };
    for (const root of roots) push(root);
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const chain = ruleset.chains[id];
      if (chain) own(chain, into);
      for (const { to } of graph.out(id)) push(to);
    }
  };
  return {
    effectsBelow: (chain, from, to) => {
      const into = new Map<Program, Effects>();
      let direct = 0;
      for (let index = from; index <= to; index++) {
        const rule = chain.rules[index - 1];
        if (rule) direct |= effectsOf(rule);
      }
      const first = chain.rules[from - 1]?.id ?? 0;
      const last = chain.rules[to - 1]?.id ?? -1;
      const jumps = graph.out(chain.id).filter(({ rule }) => rule >= first && rule <= last);
      walk(
        jumps.map((jump) => jump.to),
        into,
      );
      let total = direct;
      for (const effects of into.values()) total |= effects;
      return total;
    },
    effectsByProgram: memoise((chain) => {
      const into = new Map<Program, Effects>();
      walk([chain.id], into);
      return into;
    }),
  };
}

/** Nearly every chain has one writer: no map is made for it. */
function ownEffects(chain: Chain, programOfRule: (rule: Rule) => Program): [Program, Effects][] {
  const found: [Program, Effects][] = [];
  for (const rule of chain.rules) {
    const effects = effectsOf(rule);
    if (effects === 0) continue;
    const program = programOfRule(rule);
    const known = found.find(([other]) => other === program);
    if (known) known[1] |= effects;
    else found.push([program, effects]);
  }
  return found;
}

/** Whether no packet that reaches the rule goes on to the rule behind it. */
function endsChain(rule: Rule, swallows: (chain: Chain, depth: number) => boolean): boolean {
  // Cheapest test first: this runs over every rule.
  if (!isUnconditional(rule)) return false;
  const outcome = outcomeOf(rule);
  if (outcome === null) return false;
  if (outcome.kind !== 'jump') return true;
  const target = rule.chain.table.chainNamed.get(outcome.chain);
  return target !== undefined && swallows(target, 0);
}

/**
 * Whether no packet that enters a chain comes back to its caller. Only certain cases: an unconditional verdict, and no way out before it.
 * Kernel: the end of a goto's target goes back to the jumper [e3, e4], so a goto leads out unless its target swallows.
 */
function createSwallows(): (chain: Chain, depth: number) => boolean {
  const known = new Map<Chain, boolean>();
  const swallows = (chain: Chain, depth: number): boolean => {
    const before = known.get(chain);
    if (before !== undefined) return before;
    if (depth > MAX_DEPTH) return false;
    // A loop that comes back here finds the cautious answer.
    known.set(chain, false);
    const result = decide(chain, depth);
    known.set(chain, result);
    return result;
  };
  const target = (chain: Chain, name: string, depth: number): boolean => {
    const next = chain.table.chainNamed.get(name);
    return next !== undefined && swallows(next, depth + 1);
  };
  const decide = (chain: Chain, depth: number): boolean => {
    for (const rule of chain.rules) {
      const outcome = isUnconditional(rule) ? outcomeOf(rule) : null;
      if (outcome !== null) {
        if (outcome.kind === 'return') return false;
        if (outcome.kind === 'goto') return target(chain, outcome.chain, depth);
        if (outcome.kind !== 'jump') return true;
        if (target(chain, outcome.chain, depth)) return true;
        continue;
      }
      for (const verdict of verdictsOf(rule)) {
        if (verdict.kind === 'return') return false;
        if (verdict.kind === 'goto' && !target(chain, verdict.chain, depth)) return false;
      }
    }
    return false;
  };
  return swallows;
}
