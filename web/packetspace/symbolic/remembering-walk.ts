/**
 * The walk through the rules, with a memory for chains that are entered again with the same packets: the chain of each Service is reached by what comes in
 * and by what the node sends. Only chains are remembered where it makes no difference from where they are entered: below them no rule asks for interfaces,
 * routes or sockets, and no mapping depends on the hook.
 */
import type { CompiledRule, Instruction } from '../../kernel/action.ts';
import type { Condition } from '../../kernel/condition.ts';
import type { ChainSite, End } from '../../kernel/domain.ts';
import { FACT } from '../../kernel/facts.ts';
import { PKTTYPE } from '../../kernel/fields.ts';
import type { Term } from '../../kernel/term.ts';
import { type Flow, Walk } from '../../kernel/walk.ts';
import { isVerdict } from '../../model/expression.ts';
import type { Chain } from '../../model/ruleset.ts';
import type { Ref } from '../diagram/ref.ts';
import type { MergedProgram } from './merged-program.ts';
import type { Part, Space } from './space.ts';
import type { SymbolicDomain } from './symbolic-domain.ts';
import type { View } from './view.ts';

interface Left {
  readonly parts: readonly Part[];
  readonly end: End;
}

interface Remembered {
  readonly view: View;
  readonly returned: readonly Part[] | null;
  readonly accepted: readonly Part[] | null;
  readonly left: readonly Left[];
}

/** Rules below a chain from which on it is worth remembering. */
const WORTH = 8;

export class Memory {
  private readonly known = new Map<string, Remembered>();
  private readonly sizes = new Map<Chain, number>();

  constructor(private readonly program: MergedProgram) {}

  *roots(): Generator<Ref> {
    for (const { returned, accepted, left } of this.known.values()) {
      for (const parts of [returned ?? [], accepted ?? [], ...left.map((each) => each.parts)]) {
        for (const { set } of parts) yield set;
      }
    }
  }

  get(key: string): Remembered | undefined {
    return this.known.get(key);
  }

  set(key: string, remembered: Remembered): void {
    this.known.set(key, remembered);
  }

  /** Whether it makes no difference from where the chain is entered, and there is enough to be saved. */
  isWorth(chain: Chain): boolean {
    const size = this.sizeOf(chain);
    return size >= WORTH && Number.isFinite(size);
  }

  /** Rules below a chain, with those of chains below; infinite where the place makes a difference. Cost: linear, once. */
  private sizeOf(chain: Chain): number {
    const known = this.sizes.get(chain);
    if (known !== undefined) return known;
    this.sizes.set(chain, Number.POSITIVE_INFINITY);
    let size = chain.rules.length;
    for (const rule of chain.rules) {
      size += this.ruleSize(this.program.rule(rule), chain);
      if (!Number.isFinite(size)) return size;
    }
    this.sizes.set(chain, size);
    return size;
  }

  private ruleSize({ instructions }: CompiledRule, chain: Chain): number {
    let size = 0;
    for (const instruction of instructions) {
      if (dependsOnPlace(instruction)) return Number.POSITIVE_INFINITY;
      for (const name of targetsOf(instruction)) {
        const target = chain.table.chainNamed.get(name);
        size += target ? this.sizeOf(target) : Number.POSITIVE_INFINITY;
      }
    }
    return size;
  }
}

export class RememberingWalk extends Walk<Space> {
  constructor(
    program: MergedProgram,
    private readonly symbolic: SymbolicDomain,
    private readonly memory: Memory,
  ) {
    super(program, symbolic, () => undefined);
  }

  protected override chain(chain: Chain, set: Space, site: ChainSite, path: readonly Chain[]): Flow<Space> {
    const { symbolic, memory } = this;
    const [only] = set.parts;
    if (!only || set.parts.length > 1 || symbolic.watcher.everyTime || path.length < 2 || !memory.isWorth(chain)) {
      return super.chain(chain, set, site, path);
    }
    const key = `${chain.id} ${symbolic.views.anywhere(only.view).id} ${only.set}`;
    const known = memory.get(key);
    if (known) return this.replayed(known, set, only, site);
    const left: Left[] = [];
    const outer = symbolic.onLeave;
    symbolic.onLeave = (parts, end) => {
      left.push({ parts, end });
      outer?.(parts, end);
    };
    const flow = super.chain(chain, set, site, path);
    symbolic.onLeave = outer;
    if (left.every(({ end }) => end.kind !== 'not-loadable' && end.kind !== 'unfinished')) {
      const { returned, accepted } = flow;
      memory.set(key, { view: only.view, returned: returned?.parts ?? null, accepted: accepted?.parts ?? null, left });
    }
    return flow;
  }

  private replayed(known: Remembered, set: Space, only: Part, site: ChainSite): Flow<Space> {
    const { symbolic } = this;
    symbolic.use(set);
    const here = (parts: readonly Part[] | null): Space | null =>
      parts &&
      symbolic.space(
        parts.map((each) => ({
          view: symbolic.views.changed(only.view, known.view, each.view),
          frame: only.frame,
          set: each.set,
        })),
      );
    for (const { parts, end } of known.left) {
      const space = here(parts);
      if (space) symbolic.leave(space, 'site' in end ? { ...end, site } : end);
    }
    return { next: null, returned: here(known.returned), accepted: here(known.accepted) };
  }
}

function targetsOf(instruction: Instruction): string[] {
  if (instruction.kind === 'verdict') return 'chain' in instruction.verdict ? [instruction.verdict.chain] : [];
  if (instruction.kind !== 'vmap') return [];
  return instruction.set.elements.flatMap(({ data }) =>
    data && isVerdict(data) && 'chain' in data ? [data.chain] : [],
  );
}

const PLACE_FACTS = FACT.FRAME | FACT.SOCKET | FACT.IN | FACT.OUT | FACT.VLAN;

function dependsOnPlace(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'match':
      return asksPlace(instruction.condition);
    case 'vmap':
      return instruction.key.some(termAsksPlace);
    case 'assign':
      return (instruction.needs & PLACE_FACTS) !== 0 || termAsksPlace(instruction.value);
    case 'nat': {
      const { type, target } = instruction;
      if (type === 'redirect' || type === 'netmap') return true;
      if (target.kind === 'map') return target.key.some(termAsksPlace);
      return (
        target.kind === 'terms' && [target.address, target.port].some((term) => term !== null && termAsksPlace(term))
      );
    }
    case 'verdict':
      return instruction.verdict.kind === 'queue';
    case 'set-update':
    case 'end':
      return true;
    default:
      return false;
  }
}

function asksPlace(condition: Condition): boolean {
  switch (condition.kind) {
    case 'test':
      return (
        condition.variable.kind === 'name' || condition.variable === PKTTYPE || (condition.needs & PLACE_FACTS) !== 0
      );
    case 'facts':
      return (condition.facts & PLACE_FACTS) !== 0;
    case 'all':
    case 'any':
      return condition.parts.some(asksPlace);
    case 'not':
      return asksPlace(condition.of);
    case 'term':
      return termAsksPlace(condition.term);
    case 'lookup':
      return condition.key.some(termAsksPlace);
    case 'constant':
    case 'unknown':
      return false;
  }
}

function termAsksPlace(term: Term): boolean {
  switch (term.kind) {
    case 'variable':
      return term.variable.kind === 'name' || term.variable === PKTTYPE || (term.needs & PLACE_FACTS) !== 0;
    case 'bits':
      return termAsksPlace(term.left) || termAsksPlace(term.right);
    case 'shift':
    case 'add':
      return termAsksPlace(term.of);
    case 'map':
      return term.key.some(termAsksPlace);
    case 'hash':
      return term.of.some((each) => termAsksPlace(each.term));
    case 'fib':
      return true;
    case 'constant':
    case 'choice':
    case 'unknown':
    case 'absent':
      return false;
  }
}
