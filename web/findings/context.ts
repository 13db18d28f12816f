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

type EffectsScene = Pick<Scene, 'effectsBelow' | 'effectsByProgram'>;

/** Effects per chain are columns of numbers where one program wrote the chain, as it nearly always is. */
function createEffects({ ruleset, graph }: FindingContext, programOfRule: (rule: Rule) => Program): EffectsScene {
  const size = ruleset.chains.length;
  /** Index into `programs`; SEVERAL, or NOT_READ. */
  const soleProgram = new Int32Array(size).fill(NOT_READ);
  const soleEffects = new Int32Array(size);
  const several = new Map<number, readonly (readonly [Program, Effects])[]>();
  const programs: Program[] = [];
  const numberOf = (program: Program): number => {
    const known = programs.indexOf(program);
    return known === -1 ? programs.push(program) - 1 : known;
  };
  const read = (id: number): void => {
    const own = ownEffects(ruleset.chains[id] as Chain, programOfRule);
    const [first] = own;
    if (own.length > 1) several.set(id, own);
    soleProgram[id] = own.length > 1 ? SEVERAL : first ? numberOf(first[0]) : numberOf(UNKNOWN);
    soleEffects[id] = first?.[1] ?? 0;
  };
  const all = (id: number): Effects => {
    if (soleProgram[id] === NOT_READ) read(id);
    if (soleProgram[id] !== SEVERAL) return soleEffects[id] as number;
    return several.get(id)?.reduce((sum, [, effects]) => sum | effects, 0) ?? 0;
  };
  return {
    effectsBelow: (chain, from, to) => {
      let total = 0;
      for (let index = from; index <= to; index++) {
        const rule = chain.rules[index - 1];
        if (rule) total |= effectsOf(rule);
      }
      graph.visitBelow(chain.id, from, to, (id) => {
        total |= all(id);
      });
      return total;
    },
    effectsByProgram: memoise((chain) => {
      const into = new Map<Program, Effects>();
      const add = (program: Program, effects: Effects): void => {
        if (effects !== 0) into.set(program, (into.get(program) ?? 0) | effects);
      };
      const seen: Effects[] = [];
      graph.visitFrom(chain.id, (id) => {
        if (soleProgram[id] === NOT_READ) read(id);
        const program = soleProgram[id] as number;
        const effects = soleEffects[id] as number;
        if (program === SEVERAL) for (const [name, own] of several.get(id) ?? []) add(name, own);
        else if (((seen[program] ?? 0) | effects) !== (seen[program] ?? 0)) {
          seen[program] = (seen[program] ?? 0) | effects;
          add(programs[program] as Program, effects);
        }
      });
      return into;
    }),
  };
}

const NOT_READ = -1;
const SEVERAL = -2;

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
